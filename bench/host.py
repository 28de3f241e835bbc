"""`make bench ONLY=host`: what localwhisk adds to a trivial Python action.

Medians throughout, of samples taken in turn where two are compared: a busy machine slows each
alike. The load comes from this process; `load_generator` is the most that it could have asked for,
and `direct_*` is the same function behind the same HTTP stack, without a host.
"""

import asyncio
import inspect
import json
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from bench import _hello, _stored
from bench._load import Connection, encode, expect, milliseconds, rate
from bench._report import Figures, at_least, at_most, context, publish
from bench._servers import Host, Server, action, of_children, proportional_mb, resident_mb, sequence

_HELLO = inspect.getsource(_hello)
_ROUNDS = 5
_CALLS = 300
_CLIENTS = (1, 4, 16)
_SECONDS = 1.5
_RULES = 10
_FIRES = 40
_COLD_STARTS = 20
_STARTS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        publish("host", asyncio.run(_figures(Path(folder))))


async def _figures(folder: Path) -> Figures:
    figures = await _context() | await _starts(folder / "starts")
    with Host(folder / "data") as host:
        connection = await Connection.open(host.url)
        await expect(connection, host.request("PUT", "actions/hello", action(_HELLO)))
        for part in (_idle_memory, _overhead, _sequence, _fire, _cold_start, _throughput):
            figures |= await part(host, connection)
        connection.close()
    return figures | await _stored.figures(folder)


async def _context() -> Figures:
    request = encode("POST", "/", {"name": "Ada"})
    with Server("bench._floor", "echo") as echo:
        ceiling = await _median_rate(echo.url, request, _CLIENTS[-1])
    with Server("bench._floor", "direct") as direct:
        floor = await _median_rate(direct.url, request, _CLIENTS[-1])
        connection = await Connection.open(direct.url)
        alone = [await milliseconds(connection, request) for _ in range(_CALLS)]
        connection.close()
    return {
        "load_generator": context(ceiling, "/s"),
        "direct_16_clients": context(floor, "/s"),
        "direct_p50": context(median(alone), "ms"),
    }


async def _starts(data: Path) -> Figures:
    seconds = []
    for _ in range(_STARTS):
        started = time.perf_counter()
        with Host(data) as host:
            connection = await Connection.open(host.url)
            await expect(connection, host.request("GET", "actions"))
            seconds.append(time.perf_counter() - started)
            connection.close()
    return {"start_to_first_answer": at_most(0.7, median(seconds), "s")}


async def _idle_memory(host: Host, connection: Connection) -> Figures:
    """After one run, so that everything that a host loads is loaded."""
    await expect(connection, host.invocation("hello"))
    return {
        "idle_memory_rss": at_most(90, resident_mb(host.pid), "MB"),
        "idle_memory_pss": context(proportional_mb(host.pid), "MB"),
        "idle_memory_workers_pss": context(sum(of_children(host.pid, proportional_mb)), "MB"),
    }


async def _overhead(host: Host, connection: Connection) -> Figures:
    request = host.invocation("hello")
    middles, tails = [], []
    for _ in range(_ROUNDS):
        taken = [await milliseconds(connection, request) - _direct_call() for _ in range(_CALLS)]
        middles.append(median(taken))
        tails.append(quantiles(taken, n=100)[-1])
    return {
        "overhead_p50": at_most(3, median(middles), "ms"),
        "overhead_p99": at_most(12, median(tails), "ms"),
    }


def _direct_call() -> float:
    started = time.perf_counter()
    json.dumps(_hello.main(json.loads('{"name": "Ada"}')))
    return (time.perf_counter() - started) * 1000


async def _sequence(host: Host, connection: Connection) -> Figures:
    await expect(connection, host.request("PUT", "actions/two", sequence("hello", "hello")))
    one, two = host.invocation("hello"), host.invocation("two")
    taken = [
        (await milliseconds(connection, one), await milliseconds(connection, two))
        for _ in range(_CALLS)
    ]
    ratio = median(both[1] for both in taken) / median(both[0] for both in taken)
    return {"sequence_of_two": at_most(2.2, ratio, "× one")}


async def _fire(host: Host, connection: Connection) -> Figures:
    await expect(connection, host.request("PUT", "triggers/event", {}))
    await expect(connection, host.request("PUT", "actions/ruled", action(_HELLO)))
    link = {"trigger": "/_/event", "action": "/_/ruled"}
    for number in range(_RULES):
        await expect(connection, host.request("PUT", f"rules/rule-{number}", link))
    fire = host.request("POST", "triggers/event", {"name": "Ada"})
    settled, apart = 0, []
    for _ in range(_FIRES):
        apart.append(await milliseconds(connection, fire, 202))
        settled += _RULES
        await _stored_runs(host, connection, settled)
    close = [await milliseconds(connection, fire, 202) for _ in range(_FIRES)]
    await _stored_runs(host, connection, settled + _FIRES * _RULES)
    return {
        "fire_10_rules": at_most(5, median(apart), "ms"),
        "fire_10_rules_back_to_back": context(median(close), "ms"),
    }


async def _stored_runs(host: Host, connection: Connection, least: int) -> None:
    """Wait until that many runs of the rules' action are over."""
    count = host.request("GET", "activations?count=true&name=ruled")
    while (await expect(connection, count)).json["activations"] < least:
        await asyncio.sleep(0.005)


async def _cold_start(host: Host, connection: Connection) -> Figures:
    taken = []
    for number in range(_COLD_STARTS):
        name = f"cold-{number}"
        await expect(connection, host.request("PUT", f"actions/{name}", action(_HELLO)))
        taken.append(await milliseconds(connection, host.invocation(name)))
        await expect(connection, host.request("DELETE", f"actions/{name}"))
    return {"cold_start": at_most(90, median(taken), "ms")}


async def _throughput(host: Host, _: Connection) -> Figures:
    request, figures = host.invocation("hello"), {}
    for clients in _CLIENTS:
        value = await _median_rate(host.url, request, clients)
        bar = at_least(600, value, "/s") if clients == 16 else context(value, "/s")
        figures[f"throughput_{clients}_clients"] = bar
    return {**figures, "memory_rss_after_load": context(resident_mb(host.pid), "MB")}


async def _median_rate(url: str, request: bytes, clients: int) -> float:
    connections = [await Connection.open(url) for _ in range(clients)]
    await rate(connections, request, _SECONDS / 3)  # its workers' cold starts
    rates = [await rate(connections, request, _SECONDS) for _ in range(3)]
    for connection in connections:
        connection.close()
    return median(rates)


if __name__ == "__main__":
    main()
