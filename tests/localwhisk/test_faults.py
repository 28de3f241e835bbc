"""Kill -9 at random moments, of the host and of its workers, while clients deploy and invoke.

FAULT_KILLS says how often; FAULT_SEED repeats the choices of a campaign that failed.
"""

import os
import random
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.conformance.client import Client, eventually
from tests.conformance.host import LocalHost
from tests.localwhisk.fault_clients import DEADLINE_S, Caller, Deployer, Patient, prepare
from tests.localwhisk.fault_records import all_records, assert_records_are_whole

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds workers through /proc")

KILLS = int(os.environ.get("FAULT_KILLS", "12"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
DEPLOYERS, CALLERS = 2, 4


class Campaign:
    """The killer, and the supervisor that starts a killed host again, on the same port."""

    def __init__(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._data = data
        self._host = self._start()
        self.restarts: list[float] = []
        self.workers = 0

    def _start(self) -> LocalHost:
        # More than a campaign makes: here no record may expire.
        return LocalHost(self._data, "--port", str(self._port), "--keep-activations", "10000000")

    def client(self) -> Client:
        return self._host.client()

    def kill_host(self) -> None:
        started_by_it = descendants(self._host.process.pid)
        self._host.kill()
        started_by_it |= running_below(self._data)
        started = time.monotonic()
        self._host = self._start()
        assert self.client().send("GET", "/ping").status == 200
        self.restarts.append(time.monotonic() - started)
        eventually(lambda: not any(alive(pid) for pid in started_by_it))

    def kill_worker(self, chance: random.Random) -> None:
        workers = eventually(lambda: sorted(descendants(self._host.process.pid)))
        os.kill(chance.choice(workers), signal.SIGKILL)
        self.workers += 1

    def end(self) -> None:
        assert self._host.terminate() == 0
        assert running_below(self._data) == set()

    def abandon(self) -> None:
        self._host.kill()


def descendants(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def running_below(folder: Path) -> set[int]:
    """Processes that work in the folder, also where it is gone."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            target = link.readlink()
        except OSError:
            continue  # it has ended
        if target.is_relative_to(folder):
            found.add(int(link.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    campaign = Campaign(tmp_path / "data")
    yield campaign
    campaign.abandon()


def test_a_campaign_of_kill_9(campaign: Campaign, tmp_path: Path) -> None:
    """7 of the deliverables: what was acknowledged survives, and no record is half written."""
    print(f"FAULT_SEED={SEED}")
    trigger, action, sequence = prepare(campaign.client())
    chances = [random.Random(f"{SEED} {number}") for number in range(DEPLOYERS + CALLERS)]
    deployers = [
        Deployer(Patient(campaign.client()), chance, trigger, action)
        for chance in chances[:DEPLOYERS]
    ]
    callers = [
        Caller(Patient(campaign.client()), chance, trigger, action, sequence)
        for chance in chances[DEPLOYERS:]
    ]
    kill_while_busy(campaign, [*deployers, *callers], action)
    campaign.kill_host()  # whatever still ran in the background is over
    client = campaign.client()
    for deployer in deployers:
        deployer.check()
    records = all_records(client)
    assert_lists_agree(client, deployers)
    assert_records_are_whole(records)
    assert_promises_are_kept(client, callers, records)
    campaign.end()
    assert_files_are_whole(tmp_path / "data")
    report(campaign, deployers, callers, records)


def kill_while_busy(campaign: Campaign, clients: list[Deployer | Caller], action: str) -> None:
    chance, over = random.Random(SEED), threading.Event()

    def work(client: Deployer | Caller) -> None:
        while not over.is_set():
            client.step()

    with ThreadPoolExecutor(len(clients)) as threads:
        working = [threads.submit(work, client) for client in clients]
        try:
            for number in range(KILLS):
                if number % 2 == 0:  # a run that does not end by itself when its host does
                    campaign.client().invoke(action, {"n": 0, "seconds": 50}, "")
                time.sleep(chance.uniform(0, 0.4))  # the moment, not a wait for something
                campaign.kill_worker(chance) if number % 2 else campaign.kill_host()
                if any(each.done() for each in working):
                    break  # a client found something wrong
        finally:
            over.set()
        for each in working:
            each.result(timeout=3 * DEADLINE_S)


def assert_lists_agree(client: Client, deployers: list[Deployer]) -> None:
    ours = {path: mark for each in deployers for path, mark in each.acknowledged.items()}
    present = {path for path, mark in ours.items() if mark is not None}
    found = {
        f"{collection}/{entity['name']}"
        for collection in ("actions", "packages", "triggers", "rules")
        for entity in client.get(f"{collection}?limit=200")
    }
    assert found & set(ours) == present
    trigger = client.get(f"triggers/{deployers[0].trigger}")
    rules = {f"rules/{name.rpartition('/')[2]}" for name in trigger["rules"]}
    assert rules == {path for path in found if path.startswith("rules/")}


def assert_promises_are_kept(
    client: Client, callers: list[Caller], records: dict[str, Any]
) -> None:
    promised = {each for caller in callers for each in caller.promised}
    assert promised <= set(records)
    for each in list(promised)[:1000]:
        assert client.get(f"activations/{each}") == records[each]


def assert_files_are_whole(data: Path) -> None:
    with sqlite3.connect(data / "whisk.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert list(data.glob("actions/workers/*")) == []


def report(
    campaign: Campaign, deployers: list[Deployer], callers: list[Caller], records: dict[str, Any]
) -> None:
    patients = [each.patient for each in deployers] + [each.patient for each in callers]
    accepted = {each for caller in callers for each in caller.accepted}
    print(
        f"{len(campaign.restarts)} kills of the host, {campaign.workers} of its processes;"
        f" {sum(each.answered for each in patients)} answers,"
        f" {sum(each.cut_off for each in patients)} requests cut off or refused,"
        f" {sum(each.failed for each in callers)} runs failed with their worker;"
        f" {len(records)} records;"
        f" {len(accepted - set(records))} of {len(accepted)} accepted runs died with the host;"
        f" restart {median(campaign.restarts):.2f} s, at most {max(campaign.restarts):.2f} s"
    )
