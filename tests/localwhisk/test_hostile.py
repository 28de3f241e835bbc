"""Mutated requests for every route: no failure but the platform's, no hang, nothing left behind.

HOSTILE_REQUESTS says how many are sent; with it they are other ones each time.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.conformance.client import COLLECTIONS, Client, eventually
from tests.conformance.host import LocalHost
from tests.localwhisk.hostile import seeds
from tests.localwhisk.hostile.mutations import Request, requests
from tests.localwhisk.hostile.verdict import Tally, judge
from tests.localwhisk.hostile.wire import Wire

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "1500"))
RENEWAL = 100
GROWTH_KIB = 64 * 1024


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    host = LocalHost(tmp_path_factory.mktemp("hostile") / "data")
    yield host
    host.terminate()


def memory_kib(pid: int) -> int:
    fields = Path(f"/proc/{pid}/status").read_text().split()
    return int(fields[fields.index("VmRSS:") + 1])


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def everything(client: Client) -> dict[str, Any]:
    """All entities as they are read, by their paths."""
    found = {}
    for collection in COLLECTIONS[:-1]:
        for entry in client.get(f"{collection}?limit=0"):
            path = "/".join([collection, *entry["namespace"].split("/")[1:], entry["name"]])
            answer = client.api("GET", path.replace("%", "%25"))
            found[path] = (answer.status, answer.json if answer.status == 200 else answer.error)
    return found


def send(host: LocalHost, count: int, tally: Tally) -> None:
    client = host.client()
    seeds.prepare(client)

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize="HOSTILE_REQUESTS" not in os.environ,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(seeds.all_seeds(client), client.auth))
    def each(request: Request) -> None:
        if tally.sent % RENEWAL == 0:
            seeds.prepare(client)
        answer = wire.exchange(request.wire, request.method)
        tally.add(request, answer)
        judge(request, answer)

    with contextlib.closing(Wire(host.url)) as wire:
        each()


def test_hostile_requests(host: LocalHost) -> None:
    """1.3, 1.6, 4.3"""
    client, pid, tally = host.client(), host.process.pid, Tally()
    send(host, REQUESTS // 5, tally)
    before = memory_kib(pid), descriptors(pid)
    send(host, REQUESTS - tally.sent, tally)
    print(*tally.lines(), sep="\n")
    assert tally.handled > 0.8 * tally.sent
    assert "Traceback" not in host.log.read_text()
    assert client.result("answers", {"result": {"still": "here"}}) == {"still": "here"}
    assert memory_kib(pid) - before[0] < GROWTH_KIB
    eventually(lambda: descriptors(pid) <= before[1] + 20)


ODD_RESULTS: list[dict[str, Any]] = [
    *({"headers": {"a": value}} for value in (" ", "\t", " x ", "\ud800", "ü", "\x7f", "💡", "")),
    *({"headers": {name: "x"}} for name in ("", " ", "a b", "ü", ":status", "content-length")),
    *({"statusCode": code} for code in (-1, 0, 99, 100, 101, 199, 600, 999, 10**30)),
    {"headers": {"content-length": "1", "transfer-encoding": "chunked", "connection": "close"}},
    {"headers": {"content-type": "text/plain; charset=none"}},
    {"statusCode": 304, "headers": {"content-type": "text/plain"}},
    {"statusCode": 205},
]


@pytest.mark.parametrize("result", ODD_RESULTS)
def test_odd_results_are_no_reason_not_to_answer(host: LocalHost, result: dict[str, Any]) -> None:
    """4.3"""
    client = host.client()
    seeds.prepare(client)
    answer = client.web("POST", "default/answers", {"result": {"body": "text", **result}})
    assert answer.status == 400 or answer.status == result.get("statusCode", 200)
    assert answer.headers["x-openwhisk-activation-id"]


def test_what_they_have_made_survives_a_restart(host: LocalHost) -> None:
    """2.1 to 2.4"""
    before = everything(host.client())
    host.kill()
    again = LocalHost(host.data)
    after = everything(again.client())
    again.terminate()
    assert len(before) > 10
    assert after == before
    assert {status for status, _ in after.values()} <= {200, 404}
