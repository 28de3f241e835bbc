"""Starting, stopping and being killed: what section 1.2 and the README promise."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from localwhisk.auth import PUBLISHED_UUIDS
from tests.conformance.client import Client, eventually, fresh
from tests.conformance.host import LocalHost

ECHO = "def main(args):\n print('secret-log')\n return args"


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "localwhisk", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)


def test_state_survives_kill_9(tmp_path: Path) -> None:
    """8 of the deliverables: whatever was acknowledged is there after a restart."""
    host = LocalHost(tmp_path / "data")
    client = host.client()
    action, trigger = client.action(ECHO), client.make("triggers")
    body = {"trigger": f"/_/{trigger}", "action": f"/_/{action}"}
    rule = client.make("rules", body)
    record = client.invoke(action, {"x": 1}).json
    before = [client.api("GET", path).json for path in (f"actions/{action}", f"rules/{rule}")]
    full = client.record(record["activationId"])
    workers = workers_of(host.process.pid)
    host.kill()
    eventually(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    again = LocalHost(tmp_path / "data")
    client = again.client()
    after = [client.api("GET", path).json for path in (f"actions/{action}", f"rules/{rule}")]
    assert after == before
    assert client.record(record["activationId"]) == full
    assert client.invoke(action, {"y": 2}).json["response"]["result"] == {"y": 2}
    assert client.api("POST", f"triggers/{trigger}", {}).status == 202
    assert again.terminate() == 0


def test_sigterm_stops_the_host_and_its_workers(tmp_path: Path) -> None:
    host = LocalHost(tmp_path / "data")
    client = host.client()
    client.invoke(client.action(ECHO))
    client.invoke(client.action("import time\ndef main(args): time.sleep(60)"), {}, "")
    workers = workers_of(host.process.pid)
    assert workers
    assert host.terminate() == 0
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == []


def test_ready_line_and_key_files(tmp_path: Path) -> None:
    host = LocalHost(tmp_path / "data")
    port = host.url.rpartition(":")[2]
    assert host.ready_line == f"localwhisk listens on http://127.0.0.1:{port}"
    keys = [host.data / name for name in ("auth", "system-auth")]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600, 0o600]
    assert host.client("system-auth").namespace == "whisk.system"
    before = [key.read_text() for key in keys]
    host.terminate()
    again = LocalHost(tmp_path / "data")
    again.terminate()
    assert [key.read_text() for key in keys] == before


def test_log_names_what_ran_and_nothing_that_was_passed(tmp_path: Path) -> None:
    host = LocalHost(tmp_path / "data")
    client = host.client()
    name = client.action(ECHO, parameters=[{"key": "k", "value": "secret-bound"}])
    record = client.invoke(name, {"x": "secret-payload"}).json
    client.send("GET", "/ping?q=secret-query", headers={"x": "secret-header"})
    client.send("GET", "/api/v1/forged%0Aline")
    host.terminate()
    log = host.log.read_text()
    assert record["activationId"] in log
    assert f"guest/{name} success" in log
    assert '"GET /ping" 200' in log
    assert "forged%0Aline" in log
    assert "secret" not in log
    assert client.auth not in log


def test_published_keys_are_for_loopback_only(tmp_path: Path) -> None:
    for published in PUBLISHED_UUIDS:
        (tmp_path / "auth").write_text(f"{published}:anything")
        stopped = run("--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path))
        assert stopped.returncode == 1
        assert "OpenWhisk's repository publishes" in stopped.stderr


def test_unusable_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "auth").write_text("no separator")
    stopped = run("--port", "0", "--data", str(tmp_path))
    assert stopped.returncode == 1
    assert str(tmp_path / "auth") in stopped.stderr


def test_a_second_host_on_the_same_state_is_refused(tmp_path: Path) -> None:
    host = LocalHost(tmp_path / "data")
    second = run("--port", "0", "--data", str(host.data))
    host.terminate()
    assert second.returncode == 1
    assert "is another host running on it?" in second.stderr


def test_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        stopped = run("--port", port, "--data", str(tmp_path))
    assert stopped.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in stopped.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--runtime", "python:3.11=/nowhere"),
        ("--image", "only-a-name"),
        ("--port", "x"),
        ("--stock", "/nowhere"),
        ("--limit", "patience=1"),
    ],
)
def test_bad_options_are_named(options: tuple[str, str]) -> None:
    stopped = run(*options)
    assert stopped.returncode == 2
    assert options[0] in stopped.stderr
    assert options[1] in stopped.stderr


def test_help_fits_a_screen_and_names_each_variable() -> None:
    environment = {**os.environ, "COLUMNS": "80"}
    command = [sys.executable, "-m", "localwhisk", "--help"]
    text = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert len(text.stdout.splitlines()) <= 40
    options = set(re.findall(r"^  (--\S+)", text.stdout, re.MULTILINE))
    assert len(options) >= 10
    assert len(re.findall(r"\[(?:LOCALWHISK_[A-Z_]+|PORT)", text.stdout)) == len(options)


def test_options_come_from_the_environment_too(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PORT": "0",
        "LOCALWHISK_DATA": str(tmp_path),
        "LOCALWHISK_RUNTIMES": f"python:9.1={sys.executable},python:9.2={sys.executable}",
        "LOCALWHISK_LIMITS": "fires-per-minute=61,memory-max=1024",
    }
    host = subprocess.Popen(
        [sys.executable, "-m", "localwhisk"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert host.stdout is not None
    url = host.stdout.readline().split()[-1]
    client = Client(url, (tmp_path / "auth").read_text().strip())
    told = client.send("GET", "/").json
    host.terminate()
    host.communicate(timeout=15)
    kinds = [runtime["kind"] for runtime in told["runtimes"]["python"]]
    assert kinds[:2] == ["python:9.1", "python:9.2"]
    assert told["limits"]["triggers_per_minute"] == 61
    assert told["limits"]["max_action_memory"] == 1024 * 1024**2


def test_interpreters_on_path_are_kinds(tmp_path: Path) -> None:
    """5 of the deliverables: the host's own Python is the default, Node.js is there if it is"""
    host = LocalHost(tmp_path / "data")
    client = host.client()
    families = client.send("GET", "/").json["runtimes"]
    own = "python:{}.{}".format(*sys.version_info)
    assert families["python"][0]["kind"] == own
    assert families["python"][0]["default"]
    assert ("nodejs" in families) == (shutil.which("node") is not None)
    if "nodejs" in families:
        exec_ = {"kind": "nodejs:default", "code": "async function main({ x }) { return { x }; }"}
        name = fresh()
        created = client.api("PUT", f"actions/{name}", {"exec": exec_}).json
        record = client.invoke(name, {"x": 1}).json
        assert record["response"]["result"] == {"x": 1}
        assert {"key": "kind", "value": created["exec"]["kind"]} in record["annotations"]
    host.terminate()


def test_stock_libraries_are_those_of_the_kinds_version(tmp_path: Path) -> None:
    """8.5"""
    for version, value in (("{}.{}".format(*sys.version_info), 1), ("9.9", 2)):
        (tmp_path / "stock" / version).mkdir(parents=True)
        (tmp_path / "stock" / version / "stocked.py").write_text(f"VALUE = {value}")
    host = LocalHost(tmp_path / "data", "--stock", str(tmp_path / "stock"))
    client = host.client()
    name = client.action("import stocked\ndef main(args): return {'value': stocked.VALUE}")
    result = client.invoke(name).json["response"]["result"]
    host.terminate()
    assert result == {"value": 1}


def test_memory_bounds_what_is_warm(tmp_path: Path) -> None:
    host = LocalHost(tmp_path / "data", "--memory", "256")
    client = host.client()
    try:
        for name in (client.action(ECHO), client.action(ECHO)):
            assert client.invoke(name).status == 200
        eventually(lambda: len(workers_of(host.process.pid)) == 1)
    finally:
        host.terminate()


def test_activations_expire_by_count(tmp_path: Path) -> None:
    """7 of the deliverables"""
    host = LocalHost(tmp_path / "data", "--keep-activations", "50")
    client = host.client()
    name = client.action("def main(args): return args", fresh())
    for _ in range(210):
        client.invoke(name)
    count = client.api("GET", "activations?count=true").json["activations"]
    host.terminate()
    # Old records go in batches, so there may be some more than were asked for.
    assert 50 <= count <= 160


def test_activations_expire_by_age(tmp_path: Path) -> None:
    """7 of the deliverables: a record of the last moments is older than no days."""
    kept = {}
    for days in ("0", "1"):
        host = LocalHost(tmp_path / days, "--keep-days", days)
        client = host.client()
        name = client.action("def main(args): return args", fresh())
        for _ in range(110):
            client.invoke(name)
        kept[days] = client.api("GET", "activations?count=true").json["activations"]
        host.terminate()
    # Old records go in batches, every hundred.
    assert kept["0"] < 100
    assert kept["1"] == 110
