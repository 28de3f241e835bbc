"""Draining outboxes into triggers: at least once, in order for each key."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import redis

from feeds.provider import work_scripts
from feeds.provider.backoff import backoff
from feeds.provider.firing import Fire, FireError, OutageError, RefusedError
from feeds.provider.leases import Claim, Leases
from feeds.provider.metrics import Metrics
from feeds.provider.outbox import Outbox
from feeds.provider.secrets import Cipher, SealError
from feeds.provider.subscriptions import Spec, opened, reason
from feeds.provider.turn import Turn
from feeds.provider.windows import Batch
from feeds.provider.workers import Workers

log = logging.getLogger(__name__)


# wskdeploy makes a feed before its rules: so long, events wait for a rule that will hear them.
_RULES_FOLLOW_S = 60


class Calls:
    """Fires side by side, on threads of its own."""

    def __init__(self, fire: Fire, workers: Workers, clock: Callable[[], float]) -> None:
        self._fire = fire
        self._workers = workers
        self._clock = clock

    def send(self, claim: Claim, spec: Spec, window: Sequence[Batch]) -> list[FireError | None]:
        if len(window) == 1:
            return [self._one(claim, spec, window[0])]
        calls = [partial(self._one, claim, spec, batch) for batch in window]
        futures = [self._workers.submit(call) for call in calls]
        return [future.result() for future in futures]

    def _one(self, claim: Claim, spec: Spec, batch: Batch) -> FireError | None:
        events = [letter.event() for letter in batch]
        body = {"events": events} if batch_size(spec) > 1 else events[0]
        try:
            heard = self._fire(claim.trigger, spec.auth_key, body)
        except FireError as error:
            return error
        if not heard and self._is_new(claim):
            return OutageError("no_rule", "no active rule listens to the trigger", wait=1)
        return None

    def _is_new(self, claim: Claim) -> bool:
        return self._clock() < float(claim.fields[b"created"]) + _RULES_FOLLOW_S


class Delivery:
    """Delivers what is claimed; an event that fails `attempts` times becomes a dead letter."""

    def __init__(
        self,
        store: redis.Redis,
        cipher: Cipher,
        leases: Leases,
        calls: Calls,
        metrics: Metrics,
        attempts: int,
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._leases = leases
        self._calls = calls
        self._metrics = metrics
        self._attempts = attempts

    def __call__(self, claim: Claim) -> None:
        try:
            self._drain(claim, opened(self._cipher, claim.fields))
        except SealError as error:
            self._back_off(claim, OutageError("feeds_key", str(error)))
        except RefusedError as error:
            log.warning("%s is paused: %s", claim.trigger, error.code)
            self._leases.run(work_scripts.SUSPEND, claim, self._reason(error))
        except OutageError as error:
            log.warning("delivery to %s waits: %s", claim.trigger, error.code)
            self._back_off(claim, error)

    def _drain(self, claim: Claim, spec: Spec) -> None:
        turn = Turn(
            claim,
            Outbox(self._store, self._leases, claim),
            lambda window: self._calls.send(claim, spec, window),
            self._metrics,
            self._leases.clock,
            self._attempts,
        )
        if not turn.take(batch_size(spec)):
            self._leases.hand_back(claim)

    def _back_off(self, claim: Claim, error: OutageError) -> None:
        wait = max(error.wait, backoff(claim.number("deliver_failures"), base=0.5, cap=60))
        at = self._leases.clock() + wait
        self._leases.run(work_scripts.BACK_OFF, claim, at, self._reason(error))

    def _reason(self, error: FireError) -> str:
        return reason(error.code, error.message, self._leases.clock())


def batch_size(spec: Spec) -> int:
    """How many events one firing brings: an option that every source has."""
    return int(spec.options.get("batch", 1))
