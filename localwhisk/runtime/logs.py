"""Turns the two output streams of a worker into the log lines of an activation."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

GRACE_S = 2.0  # how long the rest of the output may take once a run is over
MARKER_LENGTH = 32
PREFIX_LENGTH = len("2024-01-01T00:00:00.000000000Z stdout: ")

NOT_RUN = "The action did not initialize or run as expected. Log data might be missing."
INCOMPLETE = "There was an issue while collecting your logs. Data might be missing."
TRUNCATED = "Logs were truncated because the total bytes size exceeds the limit of {} bytes."


@dataclass
class _Stream:
    name: str
    partial: bytearray = field(default_factory=bytearray)
    blank: bool = False  # an empty line waits: it belongs to the marker if that comes next
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Logs:
    """Keeps at most `limit` bytes of stored lines for a run, whatever a worker prints.

    A run ends at its marker, a line that the launcher writes to both streams. It is random for
    each run, so that an action cannot print it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._streams = {1: _Stream("stdout"), 2: _Stream("stderr")}
        self._clear()

    def _clear(self) -> None:
        self._lines: list[str] = []
        self._room = self._limit
        self._marker = secrets.token_hex(MARKER_LENGTH // 2).encode()
        for stream in self._streams.values():
            stream.ended.clear()

    @property
    def marker(self) -> str:
        return self._marker.decode()

    def feed(self, descriptor: int, data: bytes) -> None:
        stream = self._streams[descriptor]
        if self._room < 0:
            data = self._skip(stream, data)
        first, *lines = data.split(b"\n")
        # A line that never ends may grow to the limit; a marker must fit in any case.
        fits = max(self._room, MARKER_LENGTH) + 1 - len(stream.partial)
        stream.partial += first[: max(fits, 0)]
        moment = _moment()  # once: a worker may print a hundred thousand lines at a time
        for line in lines:
            self._end_line(stream, moment)
            stream.partial += line

    def _skip(self, stream: _Stream, data: bytes) -> bytes:
        """Beyond the limit only the marker matters: looks for it without making lines."""
        window = bytes(stream.partial[-MARKER_LENGTH:]) + data
        at = window.find(self._marker)
        stream.partial.clear()
        stream.blank = False
        return window[at:] if at >= 0 else window[-MARKER_LENGTH:]

    def _end_line(self, stream: _Stream, moment: str) -> None:
        line = bytes(stream.partial)
        stream.partial.clear()
        if line == self._marker:
            stream.blank = False
            stream.ended.set()
            return
        if stream.blank:
            self._store(moment, stream.name, b"")
        stream.blank = not line
        if line:
            self._store(moment, stream.name, line)

    def _store(self, moment: str, name: str, line: bytes) -> None:
        if self._room > 0:
            text = line[: self._room].decode(errors="replace")
            self._lines.append(f"{moment} {name}: {text}")
        # The prefix counts too, or ten million empty lines would fit.
        self._room -= PREFIX_LENGTH + len(line)

    def end(self, descriptor: int) -> None:
        """The worker's end of the stream is closed: nothing more will come."""
        stream = self._streams[descriptor]
        if stream.partial:
            self._end_line(stream, _moment())
        stream.ended.set()

    async def complete(self) -> bool:
        """Waits until both streams reached the end of the run; False if they did not."""
        try:
            async with asyncio.timeout(GRACE_S):
                for stream in self._streams.values():
                    await stream.ended.wait()
        except TimeoutError:
            return False
        return True

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
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{nanoseconds:09}Z"
