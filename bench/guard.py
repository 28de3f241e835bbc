"""`make bench ONLY=guard`: what check_auth adds to a public route, its keys cached.

The same trivial raw web action alone, behind the guard, and behind another trivial action: asked in
turn on one connection, so that a busy machine slows each alike. Everything is real: the deployed
guard on localwhisk with Redis and the local issuer, whose tokens it verifies. Nobody asks more
often than one person may.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench._load import Connection, encode, expect, milliseconds
from bench._report import Figures, at_most, context, publish
from bench._servers import RAISED_LIMITS
from findme.openwhisk import OpenWhisk
from local import suite
from local.client import Client
from local.suite import Suite

_PEOPLE = 12
_ROUNDS = 30  # for each person, of three guarded requests each
_COLD_STARTS = 10
_HELLO = "def main(args):\n    return {'body': {'greeting': 'Hello'}}\n"
_PACKAGE = "bench"
_WEB = f"/api/v1/web/guest/{_PACKAGE}"


def main() -> None:
    os.environ["LOCALWHISK_LIMITS"] = RAISED_LIMITS
    with (
        tempfile.TemporaryDirectory() as folder,
        suite.running(Path(folder), port=0, page_port=0) as running,
    ):
        openwhisk = OpenWhisk.from_wskprops(running.wskprops)
        _deploy(openwhisk)
        publish("guard", asyncio.run(_figures(running, openwhisk)))


def _deploy(openwhisk: OpenWhisk) -> None:
    def put(path: str, body: dict[str, Any]) -> None:
        openwhisk.request("PUT", path, body, {"overwrite": "true"})

    put(f"packages/{_PACKAGE}", {})
    hello = {"exec": {"kind": "python:3.11", "code": _HELLO}, "annotations": _exported()}
    put(f"actions/{_PACKAGE}/hello", hello)
    for name, inline in (("ticket", False), ("inline", True)):
        bound = {"scopes": "findme:data", "inline": inline}
        binding = {"namespace": "_", "name": "findme"}
        put(f"packages/{_PACKAGE}-{name}", {"binding": binding, "parameters": _pairs(bound)})
        put(f"actions/{_PACKAGE}/{name}", _sequence(f"{_PACKAGE}-{name}/check_auth"))
    put(f"actions/{_PACKAGE}/pair", _sequence(f"{_PACKAGE}/hello"))


def _sequence(first: str) -> dict[str, Any]:
    components = [f"/_/{first}", f"/_/{_PACKAGE}/hello"]
    return {
        "exec": {"kind": "sequence", "components": components},
        "annotations": _exported(),
    }


def _exported() -> list[dict[str, Any]]:
    flags = ("web-export", "raw-http", "final", "web-custom-options")
    return _pairs(dict.fromkeys(flags, True))


def _pairs(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


async def _figures(running: Suite, openwhisk: OpenWhisk) -> Figures:
    connection = await Connection.open(running.api_host)
    figures = await _warm(running, connection)
    figures |= await _cold(running, openwhisk, connection)
    connection.close()
    return figures


async def _warm(running: Suite, connection: Connection) -> Figures:
    taken: dict[str, list[float]] = {}
    for token in _tokens(running, "person", _PEOPLE):
        requests = {
            "alone": encode("GET", f"{_WEB}/hello"),
            "pair": encode("GET", f"{_WEB}/pair"),
            "ticket": _bearing(f"{_WEB}/ticket", token),
            "inline": _bearing(f"{_WEB}/inline", token),
            "consent": _bearing("/api/v1/web/guest/findme-api/consent", token),
        }
        for request in requests.values():
            await expect(connection, request)
        for _ in range(_ROUNDS):
            for name, request in requests.items():
                taken.setdefault(name, []).append(await milliseconds(connection, request))
    p50 = {name: median(times) for name, times in taken.items()}
    p95 = {name: quantiles(times, n=20)[-1] for name, times in taken.items()}
    return {
        "overhead_p50": at_most(4, p50["ticket"] - p50["alone"], "ms"),
        "overhead_p95": context(p95["ticket"] - p95["alone"], "ms"),
        "overhead_inline_p50": at_most(4, p50["inline"] - p50["alone"], "ms"),
        "overhead_inline_p95": context(p95["inline"] - p95["alone"], "ms"),
        "of_that_a_second_component_p50": context(p50["pair"] - p50["alone"], "ms"),
        "alone_p50": context(p50["alone"], "ms"),
        "guarded_p50": context(p50["ticket"], "ms"),
        "route_consent_p50": context(p50["consent"], "ms"),
    }


async def _cold(running: Suite, openwhisk: OpenWhisk, connection: Connection) -> Figures:
    """The first request after a deployment: a new process, its keys out of Redis."""
    figures = {}
    [token] = _tokens(running, "first", 1)
    for name, action, request in (
        ("guard", "findme/check_auth", _bearing(f"{_WEB}/ticket", token)),
        ("trivial_action", f"{_PACKAGE}/hello", encode("GET", f"{_WEB}/hello")),
    ):
        deployed = openwhisk.request("GET", f"actions/{action}", query={"code": "true"})["exec"]
        code = {key: deployed[key] for key in ("kind", "code", "binary")}
        taken = []
        for _ in range(_COLD_STARTS):
            openwhisk.request("PUT", f"actions/{action}", {"exec": code}, {"overwrite": "true"})
            taken.append(await milliseconds(connection, request))
        figures[f"cold_{name}"] = context(median(taken), "ms")
    return figures


def _tokens(running: Suite, name: str, count: int) -> Iterator[str]:
    for number in range(count):
        yield Client(running.api, running.issuer, f"{name}-{number}").token


def _bearing(target: str, token: str) -> bytes:
    return encode("GET", target, authorization=f"Bearer {token}")


if __name__ == "__main__":
    main()
