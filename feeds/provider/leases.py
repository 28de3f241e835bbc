"""Claims: which work this provider holds, for how long, and how it gives it back."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis
from redis.commands.core import Script

from feeds.provider import scripts, work_scripts
from findme.store import text

log = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """The work is another's by now, or the subscription is gone, changed or paused."""


@dataclass(eq=False)
class Claim:
    """One piece of work: a poll or a delivery of one subscription, whose hash is `fields`.

    `ends` is set when the holder shall stop as soon as it can.
    """

    kind: str
    sub: str
    fields: Mapping[bytes, bytes]
    steps: int = 0
    ends: threading.Event = field(default_factory=threading.Event)

    @property
    def trigger(self) -> str:
        return self.fields[b"trigger"].decode()

    @property
    def generation(self) -> bytes:
        return self.fields[b"generation"]

    @property
    def fence(self) -> bytes:
        return self.fields[f"{self.kind}_fence".encode()]

    def number(self, name: str) -> int:
        """A count out of the hash."""
        return int(self.fields.get(name.encode(), 0))


class Leases:
    """The claims of one provider. A claim ends `seconds` after it was last renewed."""

    def __init__(self, store: redis.Redis, clock: Callable[[], float], seconds: float) -> None:
        self._store = store
        self.clock = clock
        self._seconds = seconds
        self._scripts: dict[str, Script] = {}
        self._held: set[Claim] = set()
        self._abandoned: list[Claim] = []
        self._lock = threading.Lock()

    @property
    def until(self) -> float:
        """When a lease taken now ends."""
        return self.clock() + self._seconds

    def claim(self, polls: int, deliveries: int) -> list[Claim]:
        """Take work that is due, at most so much of each kind."""
        self._give_back_abandoned()
        now, until = self.clock(), self.until
        raw = self._script(work_scripts.CLAIM)(scripts.WORK, [now, until, polls, deliveries])
        claims = [
            Claim(text(kind), text(sub), dict(zip(pairs[::2], pairs[1::2], strict=True)))
            for kind, sub, pairs in raw
        ]
        with self._lock:
            self._held.update(claims)
        return claims

    def renew(self) -> None:
        """Keep everything that is held, and tell the holders of what is lost."""
        claims = self.held()
        if not claims:
            return
        names: list[str | bytes] = [
            part for c in claims for part in (c.kind, c.sub, c.generation, c.fence)
        ]
        for index in self._script(work_scripts.RENEW)(scripts.WORK, [str(self.until), *names]):
            claims[index].ends.set()

    def held(self) -> list[Claim]:
        with self._lock:
            return list(self._held)

    def run(self, script: str, claim: Claim, *arguments: Any) -> int:
        """One step of the holder; raises LeaseLostError when the claim is no more."""
        named: list[Any] = [claim.sub, claim.kind, claim.generation, claim.fence, self.clock()]
        answer = self._script(script)(scripts.keys(claim.sub), [*named, *arguments])
        if not answer:
            claim.ends.set()
            raise LeaseLostError(claim.trigger)
        return int(answer)

    def hand_back(self, claim: Claim, after: float = 0) -> None:
        """The work is for whoever claims it, `after` so many seconds."""
        self.run(work_scripts.HAND_BACK, claim, self.clock() + after)

    def done(self, claim: Claim) -> None:
        """The holder has finished, and settled the claim or lost it."""
        with self._lock:
            self._held.discard(claim)

    def abandon(self, claim: Claim) -> None:
        """The holder could not reach the store: the claim goes back once it answers again."""
        with self._lock:
            self._held.discard(claim)
            self._abandoned.append(claim)

    def _give_back_abandoned(self) -> None:
        with self._lock:
            abandoned: Sequence[Claim] = list(self._abandoned)
        for claim in abandoned:
            try:
                self.hand_back(claim, after=1)
            except LeaseLostError:
                log.debug("%s of %s is another's by now", claim.kind, claim.trigger)
            with self._lock:
                self._abandoned.remove(claim)

    def _script(self, script: str) -> Script:
        if script not in self._scripts:
            self._scripts[script] = self._store.register_script(script)
        return self._scripts[script]
