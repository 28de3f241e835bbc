"""The events of a subscription that wait for delivery, oldest first."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import redis

from feeds.provider import scripts, work_scripts
from feeds.provider.leases import Claim, Leases
from findme.store import text

_PAGE = 64
# When so many events in a row fail, it may be the platform that does.
_MOST_FAILING = 8
# What Lua unpacks at once.
_MOST_ARGUMENTS = 1000


@dataclass(frozen=True)
class Letter:
    """An event as it lies in the outbox under `entry`."""

    entry: str
    id: str
    key: str
    kind: str
    payload: str

    def event(self) -> dict[str, Any]:
        """What the trigger gets: where the payload has an `id` of its own, ours is `event_id`."""
        payload = json.loads(self.payload)
        return {"event_id" if "id" in payload else "id": self.id, **payload}


class Outbox:
    """As the holder of a claim sees it; whatever writes raises LeaseLostError."""

    def __init__(self, store: redis.Redis, leases: Leases, claim: Claim) -> None:
        self._store = store
        self._leases = leases
        self._claim = claim
        self._own = scripts.subscription(claim.sub)
        self._read = "-"

    def attempts(self) -> dict[str, tuple[int, float]]:
        """Of events that failed before, by entry: how often, and when to try again."""
        raw = self._store.hgetall(f"{self._own}:attempts")
        lines = {text(entry): text(line).split() for entry, line in raw.items()}
        return {entry: (int(count), float(at)) for entry, (count, at) in lines.items()}

    def letters(self) -> Iterator[Letter]:
        """Everything that waits, also what comes while this goes on."""
        while True:
            least = self._read if self._read == "-" else f"({self._read}"
            page: Any = self._store.xrange(f"{self._own}:outbox", least, "+", count=_PAGE)
            for entry, fields in page:
                self._read = text(entry)
                yield Letter(self._read, **{text(k): text(v) for k, v in fields.items()})
            if len(page) < _PAGE:
                return

    def delivered(self, letters: Iterable[Letter]) -> None:
        entries = [letter.entry for letter in letters]
        for first in range(0, len(entries), _MOST_ARGUMENTS):
            some = entries[first : first + _MOST_ARGUMENTS]
            self._leases.run(work_scripts.DELIVERED, self._claim, *some)

    def failed(self, letter: Letter, count: int, again: float, error: str) -> bool:
        """Try it again later; answers whether too many have failed since one was delivered."""
        told = (letter.entry, f"{count} {again}", error, _MOST_FAILING)
        return self._leases.run(work_scripts.FAILED, self._claim, *told) > 1

    def bury(self, letter: Letter, error: str) -> int:
        """Put it aside for good; answers how many there are by now."""
        fields = {"id": letter.id, "key": letter.key, "kind": letter.kind}
        told = json.dumps({**fields, "payload": letter.payload, "error": json.loads(error)})
        return self._leases.run(work_scripts.BURY, self._claim, letter.entry, told) - 1

    def drained(self, again: float | None) -> None:
        """Everything was read; some events may wait until `again`."""
        when = "" if again is None else again
        self._leases.run(work_scripts.DRAINED, self._claim, self._read, when)
