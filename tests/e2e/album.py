"""An album on a server of its own: a feed of many pages, that takes its time until it may hurry."""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from findme.openwhisk import OpenWhisk

# Photos of the feed's first page, which comes at once, and of every other page.
FIRST = 20
_EACH = 5

_DELAYS_S = {"feed": 0.7, "photo": 0.2}


class Album:
    """Serves `photo` under `photos` addresses, each with bytes of its own.

    Until `hurry` is set, everything after the first page takes part of a second.
    """

    def __init__(self, photo: bytes, photos: int) -> None:
        self._photo, self._photos = photo, photos
        self.hurry = threading.Event()
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        album = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                album.asked.append((self.path, dict(self.headers)))
                content = album.content(self.path)
                with suppress(BrokenPipeError):  # whoever asked was ended with the suite
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.feed = f"http://{self.host}/feed/0"

    def __enter__(self) -> "Album":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.hurry.set()
        self._server.shutdown()
        self._server.server_close()

    def allow(self, openwhisk: OpenWhisk) -> None:
        """Let the suite's actions read from this server, which is on an inner address."""
        package = openwhisk.request("GET", "packages/findme")["parameters"]
        bound = {each["key"]: each["value"] for each in package}
        bound["allow_hosts"] = f"{bound['allow_hosts']},{self.host}"
        body = {"parameters": [{"key": key, "value": value} for key, value in bound.items()]}
        openwhisk.request("PUT", "packages/findme", body, {"overwrite": "true"})

    def content(self, path: str) -> bytes:
        kind, text = path.strip("/").split("/")
        number = int(text)
        if number >= (FIRST if kind == "photo" else 1):
            self.hurry.wait(_DELAYS_S[kind])
        # Behind the end of a JPEG there may be anything.
        return self._page(number) if kind == "feed" else self._photo + text.encode()

    def _page(self, page: int) -> bytes:
        start = FIRST + (page - 1) * _EACH if page else 0
        numbers = range(start, min(start + _EACH if page else FIRST, self._photos))
        feed: dict[str, Any] = {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": f"many-{n}", "image": f"/photo/{n}"} for n in numbers],
        }
        if numbers.stop < self._photos:
            feed["next_url"] = f"/feed/{page + 1}"
        return json.dumps(feed).encode()
