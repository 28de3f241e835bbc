"""The provider's loop: claim what is due, hand it to the workers, keep what is held."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import redis

from feeds.provider.leases import Claim, LeaseLostError, Leases
from feeds.provider.workers import Workers

log = logging.getLogger(__name__)

# How late work is noticed that another provider, or a feed action, makes due.
_TICK_SECONDS = 0.1
_STORE_RETRY_SECONDS = 0.5
# A firing under way may end within this when the provider shall stop.
_HAND_OVER_SECONDS = 3.0
_WELL_SECONDS = 5.0


@dataclass(frozen=True)
class Bench:
    """The workers for one kind of work, and what they do with a claim."""

    workers: Workers
    work: Callable[[Claim], None]


class Scheduler:
    def __init__(
        self, leases: Leases, polls: Bench, deliveries: Bench, *, renew_seconds: float
    ) -> None:
        self._leases = leases
        self._polls = polls
        self._deliveries = deliveries
        self._renew_seconds = renew_seconds
        self._renew_at = 0.0
        self._wake = threading.Event()
        self._ticked = 0.0
        self._away = False
        self._stopping = False

    @property
    def well(self) -> bool:
        """Whether the store has answered lately."""
        return time.monotonic() - self._ticked < _WELL_SECONDS

    def wake(self) -> None:
        """There may be something due: do not wait for the next tick."""
        self._wake.set()

    def stop(self) -> None:
        """Make `run` return; no more than an assignment, for it is called by signal handlers."""
        self._stopping = True

    def run(self) -> None:
        """Work until `stop`, then hand over what is held."""
        while not self._stopping:
            try:
                self._tick()
            except redis.RedisError as error:
                if not self._away:
                    log.warning("the store does not answer: %s", error)
                self._away = True
                time.sleep(_STORE_RETRY_SECONDS)
            self._wake.wait(_TICK_SECONDS)
            self._wake.clear()
        try:
            self._hand_over()
        except redis.RedisError as error:
            log.warning("nothing is handed over, for the store fails: %s", error)

    def _tick(self) -> None:
        if time.monotonic() >= self._renew_at:
            self._leases.renew()
            self._renew_at = time.monotonic() + self._renew_seconds
        claims = self._leases.claim(self._polls.workers.free, self._deliveries.workers.free)
        for claim in claims:
            bench = self._polls if claim.kind == "poll" else self._deliveries
            task = bench.workers.submit(partial(self._work, claim, bench))
            # There is a worker for what may be due already.
            task.add_done_callback(lambda _: self.wake())
        self._ticked = time.monotonic()
        if self._away:
            log.info("the store answers again")
            self._away = False

    def _work(self, claim: Claim, bench: Bench) -> None:
        try:
            bench.work(claim)
        except LeaseLostError:
            log.debug("the %s of %s is another's by now", claim.kind, claim.trigger)
        except redis.RedisError as error:
            log.warning("a %s was cut short, for the store fails: %s", claim.kind, error)
            self._leases.abandon(claim)
        except Exception:
            log.exception("a %s was cut short by a defect", claim.kind)
            self._leases.abandon(claim)
        finally:
            self._leases.done(claim)

    def _hand_over(self) -> None:
        """Polls go at once, for a listing can take minutes; a firing may end before."""
        held = self._leases.held()
        for claim in held:
            claim.ends.set()
            if claim.kind == "poll":
                self._leave(claim)
        deadline = time.monotonic() + _HAND_OVER_SECONDS
        while time.monotonic() < deadline and any(c.kind == "deliver" for c in self._leases.held()):
            time.sleep(0.01)
        for claim in self._leases.held():
            self._leave(claim)
        log.info("handed over %d pieces of work", len(held))

    def _leave(self, claim: Claim) -> None:
        try:
            self._leases.hand_back(claim)
        except LeaseLostError:
            log.debug("the %s of %s has ended", claim.kind, claim.trigger)
        self._leases.done(claim)
