"""The issuer's keys in Redis, and whose turn it is to fetch them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, cast

import redis

from findme.store import PREFIX

_FETCHING = b"fetching"


@dataclass(frozen=True)
class HeldKeys:
    """JSON Web Keys, and when they were fetched in seconds since the epoch."""

    keys: list[Any]
    fetched: float


class SharedKeys:
    """What every process that guards for one issuer shares; the keys live `keep_s` seconds."""

    def __init__(self, store: redis.Redis, issuer: str, keep_s: int) -> None:
        name = hashlib.sha256(issuer.encode()).hexdigest()[:32]
        self._store = store
        self._keep_s = keep_s
        self._keys = f"{PREFIX}jwks:{{{name}}}"
        self._turn = f"{PREFIX}jwks:{{{name}}}:turn"

    def recall(self) -> HeldKeys | None:
        held = self._store.get(self._keys)
        return HeldKeys(**json.loads(cast(bytes, held))) if held else None

    def keep(self, keys: list[Any], fetched: float, pause_s: int) -> None:
        """Share the keys; nobody fetches again for `pause_s`."""
        with self._store.pipeline(transaction=True) as pipeline:
            pipeline.set(
                self._keys, json.dumps({"keys": keys, "fetched": fetched}), ex=self._keep_s
            )
            pipeline.set(self._turn, "done", ex=pause_s)
            pipeline.execute()

    def claim(self, seconds: int) -> bool:
        """Take the turn to fetch: one process in a minute gets it, `seconds` to be done with it."""
        return bool(self._store.set(self._turn, _FETCHING, nx=True, ex=seconds))

    def give_up(self, pause_s: int) -> None:
        """The fetch failed; nobody tries again for `pause_s`."""
        self._store.set(self._turn, "failed", ex=pause_s)

    def is_being_fetched(self) -> bool:
        return self._store.get(self._turn) == _FETCHING
