"""One poll of one subscription: the source's steps, committed as they come."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath

import redis

from feeds.provider import work_scripts
from feeds.provider.backoff import backoff
from feeds.provider.leases import Claim, LeaseLostError, Leases
from feeds.provider.metrics import Metrics
from feeds.provider.secrets import Cipher, SealError
from feeds.provider.source import OptionError, PausedError, Source, SourceError
from feeds.provider.state import StoredState, commit
from feeds.provider.subscriptions import opened, reason

log = logging.getLogger(__name__)

# Whatever a source answers: not more often than this.
_LEAST_SECONDS = 0.1
# With so many events waiting, the source waits, too: the store is no endless one.
_MOST_WAITING = 100_000


class Polling:
    """Polls what is claimed. `wake` is called when there are events to deliver."""

    def __init__(
        self,
        store: redis.Redis,
        cipher: Cipher,
        sources: Callable[[str], Source],
        leases: Leases,
        metrics: Metrics,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._sources = sources
        self._leases = leases
        self._metrics = metrics
        self._wake = wake

    def __call__(self, claim: Claim) -> None:
        name, started = claim.fields[b"source"].decode(), time.perf_counter()
        outcome = "lost"
        try:
            outcome = self._settled(claim)
        finally:
            self._metrics.polls.labels(name, outcome).inc()
            self._metrics.poll_seconds.labels(name).observe(time.perf_counter() - started)

    def _settled(self, claim: Claim) -> str:
        try:
            with _translated():
                following = self._follow(claim)
        except PausedError as error:
            log.warning("%s is paused: %s", claim.trigger, error.code)
            self._leases.run(work_scripts.SUSPEND, claim, self._reason(error))
            return "paused"
        except SourceError as error:
            log.warning("a poll for %s failed: %s", claim.trigger, error.code)
            wait = backoff(claim.number("poll_failures"), base=1, cap=60)
            at = self._leases.clock() + max(wait, _LEAST_SECONDS)
            self._leases.run(work_scripts.POLLED, claim, at, self._reason(error))
            return "failed"
        least = self._leases.clock() + _LEAST_SECONDS
        again = "" if following is None else max(following, least)
        self._leases.run(work_scripts.POLLED, claim, again, "")
        return "complete"

    def _follow(self, claim: Claim) -> float | None:
        """Commit what the source yields; answers when it wants to be polled again."""
        spec = opened(self._cipher, claim.fields)
        source, state = self._sources(spec.source), StoredState(self._store, claim)
        if claim.number("waiting") >= _MOST_WAITING:
            raise SourceError("backlog", f"{_MOST_WAITING} events wait for delivery")
        now = self._leases.clock()
        for step in source.poll(spec.options, state, now):
            commit(self._leases, claim, state, step)
            if step.events:
                self._metrics.events.labels(spec.source).inc(len(step.events))
                self._wake()
        return source.next_poll(spec.options, state.cursor, now)

    def _reason(self, error: SourceError) -> str:
        return reason(error.code, error.message, self._leases.clock())


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SourceError, LeaseLostError, redis.RedisError):
        raise
    except OptionError as error:
        raise SourceError("option", str(error)) from error
    except SealError as error:
        raise SourceError("feeds_key", str(error)) from None
    except Exception as error:  # noqa: BLE001 - a source is anybody's code
        # Its text may hold what a source was given: an address with a password, for example.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{PurePath(frame.filename).name}, line {frame.lineno}"
        message = f"{type(error).__name__} in {where}: a defect of the source"
        log.error("%s", message)
        raise SourceError("internal", message) from None
