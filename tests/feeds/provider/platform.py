"""What a feed needs of OpenWhisk: triggers that can be fired, and answer as they are told."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = int | tuple[int, dict[str, str]]


@dataclass
class Triggers:
    """`fired` holds what was taken, in order: the trigger's path, the key and the event.

    `answer` decides the status of each firing, and may give headers; `asked` counts the firings.
    """

    port: int = 0
    fired: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    asked: int = 0
    answer: Callable[[dict[str, Any]], Answer] = lambda _: 202
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen, on the same port as before if it listened before."""
        triggers = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                given = triggers.take(self.path, self.headers["Authorization"], json.loads(body))
                status, headers = given if isinstance(given, tuple) else (given, {})
                told = b'{"activationId": "1"}' if status < 300 else b'{"error": "as told"}'
                told = b"" if status == 204 else told
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
                """The test says what matters."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A provider that was killed leaves its connections open."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Answer no more; what keeps a connection open keeps it until its next firing."""
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, key: str, event: dict[str, Any]) -> Answer:
        answer = self.answer(event)
        with self._lock:
            self.asked += 1
            status = answer[0] if isinstance(answer, tuple) else answer
            if status < 300:
                self.fired.append((path, key, event))
        return answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was taken, batches in parts."""
        with self._lock:
            return [e for _, _, event in self.fired for e in event.get("events", [event])]

    def texts(self, file: str) -> list[str]:
        """Of one key, in the order of delivery."""
        return [event["text"] for event in self.events if event["file"] == file]
