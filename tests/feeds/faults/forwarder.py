"""An HTTP server that answers as it likes: by what another server says, or by breaking off."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

_OWN = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_DRIPS = 20


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """`cut` is where the body breaks off; `drip_s` is how many seconds it is spread over."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip_s: float = 0


Handle = Callable[[Request], Answer | None]
"""None: the connection is reset."""


def ask(upstream: str, request: Request) -> Answer | None:
    """What the real server says; None where it is out of reach or dies over the answer.

    The Host header goes along unchanged: a signature covers it.
    """
    place = urlsplit(upstream)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
    try:
        connection.putrequest(
            request.method, request.target, skip_host=True, skip_accept_encoding=True
        )
        for name, value in request.headers.items():
            connection.putheader(name, value)
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return Answer(response.status, body, dict(response.getheaders()))


class Forwarder:
    """Listens on a port of its own while it is open."""

    def __init__(self, handle: Handle) -> None:
        self._server = _Server(handle)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client may keep its connection for ever
    request_queue_size = 128

    def __init__(self, handle: Handle) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.handle_http = handle

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed in the middle is what these servers are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._serve  # every method alike
        raise AttributeError(name)

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        answer = self.server.handle_http(request) if len(body) == length else None
        if answer is None:
            self._break_off()
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        bodiless = self.command == "HEAD"
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            # The length that a HEAD tells is that of the object.
            if name.lower() not in _OWN or (bodiless and name.lower() == "content-length"):
                self.send_header(name, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not bodiless:
            self._send_body(answer)

    def _send_body(self, answer: Answer) -> None:
        body = answer.body[: answer.cut]
        size = len(body) // _DRIPS + 1 if answer.drip_s else len(body)
        for start in range(0, len(body), size or 1):
            self.wfile.write(body[start : start + size])
            time.sleep(answer.drip_s / _DRIPS)
        if answer.cut is not None:
            self._break_off()

    def _break_off(self) -> None:
        """A reset, not an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass
