"""`/health` and `/metrics`, for whoever watches the provider."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import redis


def serve(
    host: str, port: int, metrics: Callable[[], bytes], well: Callable[[], bool]
) -> ThreadingHTTPServer:
    """A server that runs already; `server_port` says where, should `port` be 0."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                answer = (200, b"well\n") if well() else (503, b"the store does not answer\n")
                self._answer(*answer)
            elif self.path == "/metrics":
                self._metrics()
            else:
                self._answer(404, b"there is /health, and there is /metrics\n")

        def _metrics(self) -> None:
            try:
                self._answer(200, metrics())
            except redis.RedisError:
                self._answer(503, b"the store does not answer\n")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            """Say nothing: whoever asks comes every few seconds."""

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
