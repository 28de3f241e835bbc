"""Kill -9 in the middle of a search: the job still ends, and no photo is counted twice.

A supervisor starts again what died, as `make run` does; here the test is the supervisor.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import urllib3

from findme.openwhisk import OpenWhisk
from local import sample, suite
from local.client import ApiError, Client
from local.suite import Suite
from tests.e2e.conftest import allow_a_busy_minute, set_parameter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds workers through /proc")

T = TypeVar("T")

# What a photo may end as when its workers were killed: the right answer, or one of these reasons.
LOST = {"lost", "deadline"}

# The same bytes twice: whichever a worker reads first is answered, the other is its duplicate.
TWINS = {"keynote", "again"}
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "4"))


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """A suite that offers unanswered photos again after seconds instead of a minute."""
    with suite.running(tmp_path_factory.mktemp("faults"), port=0, page_port=0) as started:
        openwhisk = OpenWhisk.from_wskprops(started.wskprops)
        set_parameter(openwhisk, "packages/findme", "lease_seconds", "1")
        allow_a_busy_minute(openwhisk)
        for action, milliseconds in (("compare_images", 6000), ("album_search", 3000)):
            limits = {"limits": {"timeout": milliseconds, "memory": 512}}
            openwhisk.request("PUT", f"actions/findme/{action}", limits, {"overwrite": "true"})
        yield started


@pytest.fixture(scope="module")
def person(hasty: Suite) -> Client:
    client = Client(hasty.api, f"{hasty.page}/issuer", "ada")
    album = hasty.wskprops.parent / "album"
    assert client.enrol(album / sample.ME)["enrolled"]
    return client


def kill_a_worker(running: Suite) -> None:
    """The newest of localwhisk's child processes that has a handler in it."""
    host = service(running, "localwhisk").process
    assert host is not None
    workers = [pid for pid in children(host.pid) if b"launcher" in command_line(pid)]
    if workers:
        os.kill(max(workers), signal.SIGKILL)


def kill_and_start_again(name: str) -> Callable[[Suite], None]:
    def kill(running: Suite) -> None:
        victim = service(running, name)
        assert victim.process is not None
        victim.process.kill()
        victim.process.wait()
        victim.start()

    return kill


def service(running: Suite, name: str) -> Any:
    return next(service for service in running.services if service.name == name)


def children(parent: int) -> list[int]:
    """Living child processes of `parent`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            state, ppid = stat.rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(entry.name))
    return found


def command_line(pid: int) -> bytes:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def patiently(call: Callable[[], T], seconds: float = 60) -> T:
    """The call's answer, once the suite is back."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return call()
        except (ApiError, urllib3.exceptions.HTTPError) as error:
            if time.monotonic() > deadline or getattr(error, "status", 503) not in (400, 503):
                raise
            time.sleep(0.1)


@pytest.mark.parametrize(
    "kill",
    [kill_a_worker, kill_and_start_again("localwhisk"), kill_and_start_again("redis")],
    ids=["worker", "host", "redis"],
)
def test_a_search_survives_kill_9(
    hasty: Suite, person: Client, kill: Callable[[Suite], None]
) -> None:
    chance = random.Random(kill.__qualname__)
    lost = failed = 0
    for _ in range(ROUNDS):
        job = patiently(lambda: person.search("album", f"{hasty.page}/album/feed.json"))
        time.sleep(chance.uniform(0, 2.5))  # the moment of the kill, not a wait for something
        kill(hasty)
        status = ended(person, job)
        assert status["state"] == "finished" or status["reason"]["code"] in LOST
        photos = patiently(lambda job=job: person.photos(job))  # type: ignore[misc]
        assert_every_photo_once(status, photos)
        lost += sum(photo.get("reason") in LOST for photo in photos)
        failed += status["state"] == "failed"
    found = ROUNDS * len(sample.EXPECTED)
    print(f"\n{ROUNDS} kills: {lost} of {found} photos lost, {failed} searches failed")


def ended(person: Client, job: str) -> dict[str, Any]:
    deadline = time.monotonic() + 90
    while True:
        status = patiently(lambda: person.status(job))
        if status["state"] in ("finished", "failed"):
            return status
        assert time.monotonic() < deadline, f"the job hangs: {status}"
        time.sleep(0.2)


def assert_every_photo_once(status: dict[str, Any], photos: list[dict[str, Any]]) -> None:
    ids = [photo["id"] for photo in photos]
    assert len(ids) == len(set(ids)) == status["counts"]["found"]
    if status["state"] == "failed":
        return
    assert set(ids) == set(sample.EXPECTED)
    assert status["counts"]["waiting"] == 0
    states = {photo["id"]: photo["state"] for photo in photos}
    for state in set(states.values()):
        assert status["counts"][state] == list(states.values()).count(state)
    if sorted(states[twin] for twin in TWINS) == ["matched", "skipped"]:
        states |= {twin: sample.EXPECTED[twin] for twin in TWINS}
    for photo in photos:
        right = sample.EXPECTED[photo["id"]]
        assert states[photo["id"]] == right or photo.get("reason") in LOST, photo
