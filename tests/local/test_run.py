"""`make run`, as a person starts and stops it."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import urllib3

from findme.openwhisk import OpenWhisk, OpenWhiskError
from local.data import ROOT
from local.services import free_port


class Running:
    """The process of `make run` on free ports, with what it has printed."""

    def __init__(self, state: Path) -> None:
        self.state = state
        environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
        ports = {"PORT": str(free_port()), "PAGE_PORT": str(free_port())}
        self.process = subprocess.Popen(
            ["make", "run"],
            env=environment | ports | {"STATE": str(state)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # As in a terminal: what a script starts in the background is deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.output = ""
        # One that says nothing more must not keep the tests waiting for ever.
        self.patience = threading.Timer(120, self.kill)
        self.patience.start()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def read_until(self, text: str) -> None:
        assert self.process.stdout is not None
        while text not in self.output:
            line = self.process.stdout.readline()
            assert line, f"it ended:\n{self.output}"
            self.output += line

    @property
    def assembly(self) -> int:
        """What make has started."""
        [child] = [pid for pid in processes() if parent(pid) == self.process.pid]
        return child

    def services(self) -> list[int]:
        """Processes that name its state folder on their command line."""
        return [pid for pid in processes() if str(self.state).encode() in command(pid)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = Running(tmp_path / "state")
    try:
        started.read_until("Stop with Ctrl-C")
        yield started
    finally:
        started.patience.cancel()
        started.kill()
        started.process.wait()
        assert started.process.stdout is not None
        started.process.stdout.close()


def gone(running: Running, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while running.services():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_it_shows_the_sample_serves_the_page_and_stops_clean(running: Running) -> None:
    assert "finished: 18 found, 10 matched" in running.output
    page = re.search(r"The page:  (\S+)", running.output)
    assert page is not None
    assert b"<title>FindMe</title>" in urllib3.request("GET", page[1]).data
    properties = re.search(r"WSK_CONFIG_FILE=(\S+)", running.output)
    assert properties is not None
    listed = OpenWhisk.from_wskprops(Path(properties[1])).request("GET", "actions")
    assert {"check_auth", "compare_images", "enrol"} <= {action["name"] for action in listed}
    assert running.services()
    second = subprocess.run(
        ["make", "run"],
        env={**os.environ, "STATE": str(running.state)},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert second.returncode != 0
    assert "another suite keeps its state in" in second.stderr
    os.killpg(running.process.pid, signal.SIGINT)  # Ctrl-C
    running.process.wait(20)
    assert gone(running, 1)


def test_what_dies_is_started_again_and_a_kill_9_of_all_leaves_nothing(running: Running) -> None:
    own = [pid for pid in running.services() if parent(pid) == running.assembly]
    [host] = [pid for pid in own if b"localwhisk" in command(pid).split(b"\0")]
    os.kill(host, signal.SIGKILL)
    running.read_until("localwhisk died and is started again")
    client = OpenWhisk.from_wskprops(running.state / "wskprops")
    deadline = time.monotonic() + 20
    while not answers(client):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(running.assembly, signal.SIGKILL)
    assert gone(running)


def answers(client: OpenWhisk) -> bool:
    try:
        return bool(client.request("GET", "actions"))
    except OpenWhiskError:
        return False


def processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def command(pid: int) -> bytes:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


def parent(pid: int) -> int:
    try:
        return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
