"""Turns the two output streams of a worker into the log lines of an activation."""

import asyncio
import contextlib
import secrets
from datetime import UTC, datetime

GRACE_S = 2.0  # how long the rest of the output may take once a run is over
MARKER_LENGTH = 32
PREFIX_LENGTH = len("2024-01-01T00:00:00.000000000Z stdout: ")
STREAMS = {1: "stdout", 2: "stderr"}

NOT_RUN = "The action did not initialize or run as expected. Log data might be missing."
INCOMPLETE = "There was an issue while collecting your logs. Data might be missing."
TRUNCATED = "Logs were truncated because the total bytes size exceeds the limit of {} bytes."


class Logs:
    """Keeps at most `limit` bytes of stored lines for a run, whatever a worker prints.

    A run ends at its marker, which the launcher writes to both streams. It is random for each
    run, so that an action cannot print it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._partial = dict.fromkeys(STREAMS, b"")  # what no newline has ended yet
        self._clear()

    def _clear(self) -> None:
        self._lines: list[str] = []
        self._room = self._limit
        self.marker = secrets.token_hex(MARKER_LENGTH // 2)
        self._open = set(STREAMS)
        self._complete = asyncio.Event()

    def feed(self, descriptor: int, data: bytes) -> None:
        text, marker, rest = (self._partial[descriptor] + data).partition(self.marker.encode())
        *lines, partial = text.split(b"\n") if self._room >= 0 else [text]
        moment = _moment()  # once: a worker may print a hundred thousand lines at a time
        for line in lines:
            self._store(moment, descriptor, line)
        # A line that never ends may grow to the limit; a marker must fit in any case.
        if partial and (marker or len(partial) > max(self._room, MARKER_LENGTH)):
            self._store(moment, descriptor, partial)
            partial = partial[-MARKER_LENGTH:]
        self._partial[descriptor] = rest if marker else partial
        if marker:
            self._open.discard(descriptor)
            if not self._open:
                self._complete.set()

    def close(self, descriptor: int) -> None:
        """The worker's end of the stream is closed: nothing more will come."""
        self.feed(descriptor, self.marker.encode())

    def _store(self, moment: str, descriptor: int, line: bytes) -> None:
        if self._room > 0:
            text = line[: self._room].decode(errors="replace")
            self._lines.append(f"{moment} {STREAMS[descriptor]}: {text}")
        # The prefix counts too, or ten million empty lines would fit.
        self._room -= PREFIX_LENGTH + len(line)

    async def complete(self) -> bool:
        """Waits until both streams reached the end of the run; False if they did not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self._complete.wait()
        return self._complete.is_set()

    def take(self, *, complete: bool, failed: bool) -> list[str]:
        """The run's lines; the next run starts with none."""
        lines, truncated = self._lines, self._room < 0
        self._clear()
        if not self._limit:
            return []
        notes = [(truncated, TRUNCATED.format(self._limit)), (not complete, INCOMPLETE)]
        notes.append((failed, NOT_RUN))
        return lines + [f"{_moment()} stderr: {text}" for applies, text in notes if applies]


def _moment() -> str:
    """Now, as the 30 characters that clients cut off."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}000Z"
