"""One turn of one subscription: its outbox, until nothing is ready or the turn is over."""

import logging
import time
from collections.abc import Callable, Sequence

from feeds.provider.backoff import patience
from feeds.provider.firing import FireError, OutageError, RefusedError
from feeds.provider.leases import Claim
from feeds.provider.metrics import Metrics
from feeds.provider.outbox import Letter, Outbox
from feeds.provider.subscriptions import reason
from feeds.provider.windows import Batch, windows

log = logging.getLogger(__name__)

# With so many dead letters it is not the events' fault: the feed is paused.
_MOST_DEAD = 1000
# Then the others have their turn.
_SECONDS = 2.0

Send = Callable[[Sequence[Batch]], list[FireError | None]]


class Turn:
    """`send` fires batches side by side and answers what became of each.

    An event that the platform did not take is tried again later, and at the `most`th attempt it is
    buried; until then its key waits, and no other.
    """

    def __init__(
        self,
        claim: Claim,
        outbox: Outbox,
        send: Send,
        metrics: Metrics,
        clock: Callable[[], float],
        most: int,
    ) -> None:
        self._claim = claim
        self._outbox = outbox
        self._send = send
        self._outcomes = metrics.deliveries
        self._clock = clock
        self._most = most
        self._attempts = outbox.attempts()
        self._waiting: dict[str, float] = {}

    def take(self, size: int) -> bool:
        """Deliver in batches of `size`; False when it ends before everything was read.

        Raises RefusedError, OutageError and LeaseLostError.
        """
        over = time.monotonic() + _SECONDS
        for window in windows(self._outbox.letters(), size, self._ready):
            if self._claim.ends.is_set() or time.monotonic() > over:
                return False
            self._deliver(window)
        self._outbox.drained(min(self._waiting.values(), default=None))
        return True

    def _ready(self, letter: Letter) -> bool:
        _, again = self._attempts.get(letter.entry, (0, 0.0))
        if again > self._clock():
            self._waiting.setdefault(letter.key, again)
        return letter.key not in self._waiting

    def _deliver(self, window: Sequence[Batch]) -> None:
        answers = list(zip(window, self._send(window), strict=True))
        if taken := [letter for batch, error in answers if error is None for letter in batch]:
            self._outcomes.labels("delivered").inc(len(taken))
            self._outbox.delivered(taken)
        for batch, error in answers:
            if error:
                self._outcomes.labels(error.outcome).inc(len(batch))
        for _, error in answers:
            if isinstance(error, RefusedError | OutageError):
                raise error
        for batch, error in answers:
            if error and len(batch) == 1:
                self._fail(batch[0], error)
            elif error:
                self._deliver_singly(batch)

    def _deliver_singly(self, batch: Batch) -> None:
        """One event spoils a batch: find out which."""
        for letter in batch:
            if self._ready(letter):
                self._deliver([[letter]])

    def _fail(self, letter: Letter, error: FireError) -> None:
        count = 1 + self._attempts.get(letter.entry, (0, 0.0))[0]
        told = reason(error.code, error.message, self._clock())
        if count >= self._most:
            self._bury(letter, told)
        else:
            again = self._clock() + patience(count)
            self._waiting[letter.key] = again
            self._attempts[letter.entry] = (count, again)
            if self._outbox.failed(letter, count, again, told):
                raise OutageError(error.code, f"several events in a row: {error.message}")

    def _bury(self, letter: Letter, told: str) -> None:
        dead = self._outbox.bury(letter, told)
        self._outcomes.labels("dead").inc()
        log.warning("an event for %s is a dead letter now: %s", self._claim.trigger, letter.id)
        if dead >= _MOST_DEAD:
            raise RefusedError(
                "dead_letters",
                f"{dead} events could not be delivered: UPDATE with retry_dead tries them again",
            )
