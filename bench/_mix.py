"""What a busy host is asked for: runs, events, pages, deployments and lists, in random order."""

import inspect
import itertools
import random
import time
from collections.abc import Awaitable, Callable

from bench import _hello
from bench._load import Connection, encode, expect
from bench._servers import Host, action, sequence

_HELLO = action(inspect.getsource(_hello))
_PAGE = _HELLO | {"annotations": [{"key": "web-export", "value": True}]}
_RULES = 2

Step = Callable[[Connection], Awaitable[object]]


class Mix:
    def __init__(self, host: Host) -> None:
        self._host = host
        self._numbers = itertools.count()
        self._chance = random.Random(0)
        page = encode("GET", "/api/v1/web/guest/default/page.json?name=Ada")
        run = host.request("POST", "actions/hello", {"name": "Ada"})
        fire = host.request("POST", "triggers/event", {"name": "Ada"})
        self._steps: dict[str, tuple[int, Step]] = {
            "invoke": (50, self._sends(host.invocation("hello"), 200)),
            "invoke_without_waiting": (5, self._sends(run, 202)),
            "sequence": (10, self._sends(host.invocation("two"), 200)),
            "fire": (10, self._sends(fire, 202)),
            "web_action": (13, self._sends(page, 200)),
            "list": (6, self._sends(host.request("GET", "activations?docs=true"), 200)),
            "list_actions": (4, self._sends(host.request("GET", "actions"), 200)),
            "deploy": (2, self._deploy),
        }

    async def prepare(self) -> None:
        connection = await Connection.open(self._host.url)
        entities = {
            "actions/hello": _HELLO,
            "actions/page": _PAGE,
            "actions/two": sequence("hello", "hello"),
            "triggers/event": {},
        }
        for number in range(_RULES):
            entities[f"rules/rule-{number}"] = {"trigger": "/_/event", "action": "/_/hello"}
        for path, body in entities.items():
            await expect(connection, self._host.request("PUT", path, body))
        connection.close()

    @staticmethod
    def _sends(request: bytes, status: int) -> Step:
        return lambda connection: expect(connection, request, status)

    async def _deploy(self, connection: Connection) -> None:
        """A new action: put, run once and deleted."""
        name = f"fresh-{next(self._numbers)}"
        await expect(connection, self._host.request("PUT", f"actions/{name}", _HELLO))
        await expect(connection, self._host.invocation(name))
        await expect(connection, self._host.request("DELETE", f"actions/{name}"))

    async def step(self, connection: Connection) -> tuple[str, float]:
        """Do the next thing; its name and how many milliseconds it took."""
        names = list(self._steps)
        weights = [weight for weight, _ in self._steps.values()]
        name = self._chance.choices(names, weights)[0]
        started = time.perf_counter()
        await self._steps[name][1](connection)
        return name, (time.perf_counter() - started) * 1000

    async def stored(self) -> int:
        connection = await Connection.open(self._host.url)
        count = self._host.request("GET", "activations?count=true")
        found: int = (await expect(connection, count)).json["activations"]
        connection.close()
        return found
