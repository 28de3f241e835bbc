"""Sending bytes as they are: urllib3 would refuse most of what is sent here."""

import http.client
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=PATIENCE_SECONDS)


def receive(connection: socket.socket, method: str = "GET") -> Answer:
    """The next answer; raises OSError when there is none in time."""
    began = time.monotonic()
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = response.read()
    except http.client.HTTPException as error:
        raise ConnectionError(f"no answer that is HTTP: {error!r}") from error
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, time.monotonic() - began)


class Wire:
    """One connection that is kept, and made again when the host has closed it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: socket.socket | None = None

    def exchange(self, request: bytes, method: str) -> Answer:
        kept = self._connection is not None
        try:
            return self._exchange(request, method)
        except ConnectionError:
            self.close()
            if not kept:
                raise
            return self._exchange(request, method)

    def _exchange(self, request: bytes, method: str) -> Answer:
        if self._connection is None:
            self._connection = connect(self._url)
        self._connection.sendall(request)
        answer = receive(self._connection, method)
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
