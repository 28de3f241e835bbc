"""Lists and gets beside 100,000 stored activations, against the same beside 1,000."""

import random
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from bench._load import Connection, expect, milliseconds
from bench._report import Figures, at_most, context
from bench._servers import Host
from localwhisk.records import Record, now
from localwhisk.store import Activations, connect

_FEW, _MANY = 1_000, 100_000
_KEEP_DAYS = 7
_ONE_IN = 20  # is an activation of `rare`, as the filter by name finds them
_CALLS = 60
_LISTS = {
    "list": "activations",
    "list_200_docs": "activations?limit=200&docs=true",
    "list_by_name": "activations?name=rare",
}


async def figures(folder: Path) -> Figures:
    few, many = folder / str(_FEW), folder / str(_MANY)
    ids = {data: _fill(data, count) for data, count in ((few, _FEW), (many, _MANY))}
    taken: dict[Path, list[dict[str, float]]] = {data: [] for data in ids}
    chance = random.Random(0)
    with Host(few) as host_of_few, Host(many) as host_of_many:
        for _ in range(_CALLS):
            for host in (host_of_few, host_of_many):  # in turn
                wanted = chance.choice(ids[host.data])
                taken[host.data].append(await _reads(host, wanted))
    return _compared(_medians(taken[few]), _medians(taken[many]))


async def _reads(host: Host, wanted: str) -> dict[str, float]:
    connection = await Connection.open(host.url)
    paths = {**_LISTS, "count": "activations?count=true", "get": f"activations/{wanted}"}
    await expect(connection, host.request("GET", "triggers"))  # the connection's first request
    taken = {
        name: await milliseconds(connection, host.request("GET", path))
        for name, path in paths.items()
    }
    connection.close()
    return taken


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def _compared(few: dict[str, float], many: dict[str, float]) -> Figures:
    found: Figures = {}
    for name, taken in many.items():
        ratio = taken / few[name]
        found[f"{name}_100k_stored"] = context(taken, "ms")
        # Counting is a walk along the index, whoever does it: no bar is on it.
        figure = context(ratio, "× 1k") if name == "count" else at_most(2, ratio, "× 1k")
        found[f"{name}_100k_against_1k"] = figure
    return found


def _fill(data: Path, count: int) -> list[str]:
    """Through the host's own store, in this process: over HTTP it would take two minutes."""
    data.mkdir(parents=True)
    database = connect(data / "whisk.sqlite")
    activations = Activations(database, _KEEP_DAYS, _MANY)
    start = now() - count
    stored = [_record(start + number, number) for number in range(count)]
    for record in stored:
        activations.store(record)
    database.close()
    return [record.id for record in stored]


def _record(start: int, number: int) -> Record:
    name = "common" if number % _ONE_IN else "rare"
    marks = {
        "path": f"guest/{name}",
        "kind": "python:default",
        "limits": {"concurrency": 1, "logs": 10, "memory": 256, "timeout": 60000},
        "waitTime": 1,
        "timeout": False,
    }
    response = {"status": "success", "success": True, "result": {"greeting": "Hello, Ada"}}
    document: dict[str, Any] = {
        "namespace": "guest",
        "name": name,
        "version": "0.0.1",
        "publish": False,
        "subject": "guest",
        "activationId": uuid4().hex,
        "start": start,
        "end": start + 2,
        "duration": 2,
        "response": {**response, "size": 28},
        "logs": [],
        "annotations": [{"key": key, "value": value} for key, value in marks.items()],
    }
    return Record(document)
