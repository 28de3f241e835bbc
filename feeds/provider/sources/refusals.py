"""A server that answers, and says no: a passing fault, or the end of the feed."""

from collections.abc import Iterator

from feeds.provider.source import PausedError, SourceError, State, Step

# It is asked again for so long before the feed is paused.
PATIENCE_SECONDS = 300


class RefusedError(SourceError):
    """Keys that are not known, no right to read, a place that is not there."""


def patient(steps: Iterator[Step], state: State, now: float) -> Iterator[Step]:
    """The steps of a poll; raises PausedError where polls were refused for too long.

    The cursor remembers since when.
    """
    try:
        yield from steps
    except RefusedError as refusal:
        since = state.cursor.get("refused", now)
        yield Step(cursor={**state.cursor, "refused": since})
        if now - since < PATIENCE_SECONDS:
            raise
        raise PausedError(refusal.code, refusal.message) from None
    if "refused" in state.cursor:
        yield Step(cursor={k: v for k, v in state.cursor.items() if k != "refused"})
