"""HTTP clients that cost little, so that the load generator is not what is measured."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Answer(NamedTuple):
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def encode(method: str, target: str, body: Any = None, authorization: str = "") -> bytes:
    """A request, ready to be sent any number of times."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {target} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(content)}"]
    if authorization:
        lines.append(f"authorization: {authorization}")
    if content:
        lines.append("content-type: application/json")
    return "\r\n".join(lines).encode() + _HEAD_END + content


class Connection(asyncio.Protocol):
    """Kept open, for one request at a time."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answered: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, url: str) -> "Connection":
        place = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, str(place.hostname), place.port or 80)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def send(self, request: bytes) -> Answer:
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(_HEAD_END)
        if head < 0:
            return
        declared = _LENGTH.search(self._received, 0, head)
        start = head + len(_HEAD_END)
        end = start + (int(declared[1]) if declared else 0)
        if len(self._received) < end or self._answered is None:
            return
        # "HTTP/1.1 200 OK"
        answer = Answer(int(self._received[9:12]), bytes(self._received[start:end]))
        self._received.clear()
        self._answered.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("closed without an answer"))

    def close(self) -> None:
        self._transport.close()


async def expect(connection: Connection, request: bytes, *statuses: int) -> Answer:
    answer = await connection.send(request)
    if answer.status not in (statuses or (200,)):
        line = request.partition(b"\r\n")[0].decode()
        raise RuntimeError(f"{line}: {answer.status} {answer.body.decode()[:300]}")
    return answer


async def milliseconds(connection: Connection, request: bytes, *statuses: int) -> float:
    """From the request to its whole answer."""
    started = time.perf_counter()
    await expect(connection, request, *statuses)
    return (time.perf_counter() - started) * 1000


async def rate(connections: Sequence[Connection], request: bytes, seconds: float) -> float:
    """Answers a second when each client sends as soon as it was answered."""
    started = time.perf_counter()

    async def client(connection: Connection) -> int:
        answered = 0
        while time.perf_counter() - started < seconds:
            await expect(connection, request)
            answered += 1
        return answered

    answered = sum(await asyncio.gather(*(client(each) for each in connections)))
    return answered / (time.perf_counter() - started)
