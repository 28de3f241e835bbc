"""What an answer to a hostile request must be."""

import json
from collections import Counter

from tests.localwhisk.hostile.mutations import Request
from tests.localwhisk.hostile.wire import Answer

DEADLINE_SECONDS = 10
RUN = "x-openwhisk-activation-id"
# The server's own answer to what it cannot read; what has sent it is no client of OpenWhisk.
NOT_HTTP = b"Invalid HTTP request received."
UNMATCHED = b"The requested resource could not be found."


def judge(request: Request, answer: Answer) -> None:
    """Raises AssertionError for an answer that the platform would not give."""
    shown = f"{request.method} {request.target} {request.body[:300]!r}: {answer}"
    assert answer.seconds < DEADLINE_SECONDS, shown
    if answer.body == NOT_HTTP and answer.status == 400:
        return
    assert "x-request-id" in answer.headers, shown
    if answer.status >= 500:
        # Of an action that failed, of one whose result cannot be served, or of apimgmt.
        assert RUN in answer.headers or (answer.status == 502 and "apimgmt" in request.target), (
            shown
        )
    if answer.status >= 400 and RUN not in answer.headers and request.method != "HEAD":
        document = json.loads(answer.body)
        said = document.get("error", document.get("message"))
        assert isinstance(said, str), shown
        if answer.status < 500 and "error" in document:
            assert document["code"] == answer.headers["x-request-id"], shown


def reached_a_handler(answer: Answer) -> bool:
    return not (answer.status == 401 or answer.body == NOT_HTTP or UNMATCHED in answer.body)


class Tally:
    """How many requests were sent, and what came of them."""

    def __init__(self) -> None:
        self._statuses: Counter[tuple[str, int]] = Counter()
        self.sent = self.handled = 0
        self.slowest = 0.0

    def add(self, request: Request, answer: Answer) -> None:
        self._statuses[request.route, answer.status] += 1
        self.sent += 1
        self.handled += reached_a_handler(answer)
        self.slowest = max(self.slowest, answer.seconds)

    def lines(self) -> list[str]:
        routes = sorted({route for route, _ in self._statuses})
        head = f"{self.sent} requests, {self.handled} handled, slowest {self.slowest:.2f} s"
        return [head, *(f"{route:18} {self._row(route)}" for route in routes)]

    def _row(self, route: str) -> str:
        counted = sorted((s, n) for (of, s), n in self._statuses.items() if of == route)
        return "  ".join(f"{status}: {count}" for status, count in counted)
