"""A subscription's state, as its source reads it, and the commits of what the source yields."""

import json
from collections.abc import Mapping
from typing import Any

import redis

from feeds.provider import scripts, work_scripts
from feeds.provider.leases import Claim, LeaseLostError, Leases
from feeds.provider.source import Step
from findme.store import text


class StoredState:
    """`feeds.provider.source.State`, in Redis."""

    def __init__(self, store: redis.Redis, claim: Claim) -> None:
        own = scripts.subscription(claim.sub)
        self._store = store
        self._values, self._names = f"{own}:state", f"{own}:names"
        self.cursor: Mapping[str, Any] = json.loads(claim.fields.get(b"cursor", b"{}"))

    def get(self, name: str) -> bytes | None:
        value = self._store.hget(self._values, name)
        return value.encode() if isinstance(value, str) else value

    def names(self, after: str = "", limit: int = 1000) -> list[str]:
        least = b"(" + after.encode() if after else "-"
        found = self._store.zrangebylex(self._names, least, "+", start=0, num=limit)
        return [text(name) for name in found]


def commit(leases: Leases, claim: Claim, state: StoredState, step: Step) -> None:
    """Write a step in one transaction, if there is anything to write; raises LeaseLostError."""
    if claim.ends.is_set():
        raise LeaseLostError(claim.trigger)
    cursor = None if step.cursor == state.cursor else step.cursor
    if not (step.events or step.put or step.delete or cursor is not None):
        return
    claim.steps += 1
    lines: list[str | bytes] = []
    for event in step.events:
        lines += [event.id, event.key, event.kind, json.dumps(event.payload)]
    for name, value in step.put.items():
        lines += [name, value]
    leases.run(
        work_scripts.COMMIT, claim, claim.steps, leases.until,
        "" if cursor is None else json.dumps(cursor),
        len(step.events), len(step.put), *lines, *step.delete,
    )  # fmt: skip
    if cursor is not None:
        state.cursor = cursor
