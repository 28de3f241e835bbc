"""API keys that are not, not any more, or not for this."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import redis

from tests.e2e.hostile.request import INVALID, NO_TOKEN, SCOPE, Refusal, Request, Send, bearer
from tests.e2e.hostile.tokens import Forge

_JSON = ("Content-Type", "application/json")


def new_key() -> str:
    return f"findme_{secrets.token_urlsafe(32)}"


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class Machine:
    """The keys of one person, made through the route."""

    good: str
    former: str
    narrow: str
    rotated_out: str
    revoked: str
    expired: str

    @classmethod
    def prepare(cls, forge: Forge, send: Send, store: redis.Redis) -> "Machine":
        made = cls(*(new_key() for _ in range(6)))
        owner = replace(forge, subject="grace").token()

        def change(method: str, body: dict[str, object]) -> None:
            content = json.dumps(body).encode()
            answer = send(Request(method, "api_keys", (_JSON, bearer(owner)), content))
            assert answer.status == 200, answer.body

        def add(name: str, key: str, *scopes: str) -> None:
            terms = {"name": name, "sha256": digest(key), "scopes": scopes, "days": 1}
            change("POST", terms)

        for key in (made.rotated_out, made.former, made.good):
            add("laptop", key, "findme:data", "findme:search")
        add("camera", made.narrow, "findme:search")
        add("lost", made.revoked, "findme:data")
        change("DELETE", {"name": "lost"})
        add("old", made.expired, "findme:data")
        _expire(store, made.expired)
        return made


def _expire(store: redis.Redis, key: str) -> None:
    """A day cannot be waited for: what is kept of the key says that it is over."""
    record = cast(bytes, store.get(f"findme:api_key:{digest(key)}"))
    terms = json.loads(cast(bytes, store.get(record)))
    store.set(record, json.dumps({**terms, "expires": 1}))


Case = tuple[Callable[[Machine], Request], Refusal]


def _key(make: Callable[[Machine], str], refusal: Refusal = INVALID) -> Case:
    return lambda machine: Request(headers=(bearer(make(machine)),)), refusal


def _on(method: str, target: str) -> Case:
    return lambda machine: Request(method, target, (bearer(machine.good),)), SCOPE


BAD: dict[str, Case] = {
    "unknown": _key(lambda _: new_key()),
    "revoked": _key(lambda machine: machine.revoked),
    "rotated out": _key(lambda machine: machine.rotated_out),
    "expired": _key(lambda machine: machine.expired),
    "prefix alone": _key(lambda _: "findme_"),
    "short": _key(lambda _: "findme_secret"),
    "long": _key(lambda _: f"findme_{'x' * 200}"),
    "a letter more": _key(lambda machine: f"{machine.good}A"),
    "a letter less": _key(lambda machine: machine.good[:-1]),
    "doubled": _key(lambda machine: machine.good * 2),
    "without its prefix": _key(lambda machine: machine.good.removeprefix("findme_")),
    "prefix in capitals": _key(lambda m: f"FINDME_{m.good.removeprefix('findme_')}"),
    "in other capitals": _key(lambda m: f"findme_{m.good.removeprefix('findme_').swapcase()}"),
    "its digest": _key(lambda machine: digest(machine.good)),
    "its digest as a key": _key(lambda machine: f"findme_{digest(machine.good)}"),
    "a name in the store": _key(lambda machine: f"findme:api_key:{digest(machine.good)}"),
    "a pattern": _key(lambda _: f"findme_{'*' * 43}"),
    "as a token's part": _key(lambda machine: f"{machine.good}.{machine.good}.x"),
    "padded": _key(lambda machine: f"{machine.good}="),
    "without the scope": _key(lambda machine: machine.narrow, SCOPE),
    "as password": (
        lambda machine: Request(headers=(("Authorization", f"Basic {machine.good}"),)),
        NO_TOKEN,
    ),
    "in the address": (lambda machine: Request("GET", f"my_data?key={machine.good}"), NO_TOKEN),
    "in another header": (
        lambda machine: Request(headers=(("X-Api-Key", machine.good),)),
        NO_TOKEN,
    ),
    "lists keys": _on("GET", "api_keys"),
    "makes keys": _on("POST", "api_keys"),
    "revokes keys": _on("DELETE", "api_keys"),
    "enrols": _on("POST", "enrol"),
    "reads the consent": _on("GET", "consent"),
}

GOOD: dict[str, Callable[[Machine], Request]] = {
    "primary": lambda machine: Request(headers=(bearer(machine.good),)),
    "secondary": lambda machine: Request(headers=(bearer(machine.former),)),
}
