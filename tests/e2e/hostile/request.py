"""A request as the bytes it is, and what its refusal has to look like."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.localwhisk.hostile.wire import Answer

# Each public sequence, by a request that its handler would serve.
ROUTES = {
    "consent": "GET",
    "enrol": "POST",
    "search": "POST",
    "status/0": "GET",
    "my_data": "GET",
    "forget_me": "POST",
    "api_keys": "GET",
}
HANDLERS = {
    "consent": "consent",
    "enrol": "enrol",
    "search": "register_search",
    "status": "search_status",
    "my_data": "my_data",
    "forget_me": "forget_me",
    "api_keys": "api_keys",
}
PUBLIC = "/api/v1/web/guest/findme-api"

Headers = tuple[tuple[str, str | bytes], ...]


@dataclass(frozen=True)
class Request:
    method: str = "GET"
    target: str = "my_data"
    headers: Headers = ()
    body: bytes = b""

    def encode(self) -> bytes:
        path = self.target if self.target.startswith("/") else f"{PUBLIC}/{self.target}"
        lines = [f"{self.method} {path} HTTP/1.1".encode("latin-1"), b"Host: localhost"]
        for name, value in self.headers:
            raw = value if isinstance(value, bytes) else value.encode("latin-1")
            lines.append(name.encode() + b": " + raw)
        if self.body and ("Transfer-Encoding", "chunked") not in self.headers:
            lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


Send = Callable[[Request], Answer]


@dataclass(frozen=True)
class Refusal:
    """`code` is None where the platform refuses, before any action runs."""

    status: int
    code: str | None = None


NO_TOKEN = Refusal(401, "no_token")
INVALID = Refusal(401, "invalid_token")
SCOPE = Refusal(403, "insufficient_scope")
ABSENT = Refusal(404)


def bearer(token: str | bytes) -> tuple[str, bytes]:
    raw = token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")
    return "Authorization", b"Bearer " + raw


def ask(send: Send, route: str, token: str, *forwarded: str) -> Answer:
    """GET the route with a token; `forwarded` is what a proxy says, or one claims it says."""
    headers: Headers = tuple(("X-Forwarded-For", value) for value in forwarded)
    return send(Request("GET", route, (bearer(token), *headers)))


def judge(answer: Answer, refusal: Refusal, method: str = "GET") -> None:
    """The refusal of every route: status, challenge, no-store, and one shape of body."""
    assert answer.status == refusal.status, answer.body[:500]
    if refusal.code is None:
        return
    assert answer.headers["cache-control"] == "no-store"
    _judge_challenge(answer, refusal)
    if method == "HEAD":
        assert answer.body == b""
        return
    assert answer.headers["content-type"] == "application/json"
    body = json.loads(answer.body)
    assert body.keys() == {"error", "message"}
    assert body["error"] == refusal.code
    assert isinstance(body["message"], str)
    assert len(body["message"]) > 10


def _judge_challenge(answer: Answer, refusal: Refusal) -> None:
    """RFC 6750, section 3: no error is named to a caller who showed nothing."""
    challenge = answer.headers.get("www-authenticate")
    if refusal.status not in (401, 403):
        assert challenge is None
        return
    assert challenge is not None
    assert challenge.split()[0] == "Bearer"
    if refusal.code == "no_token":
        assert "error" not in challenge
    else:
        assert f'error="{refusal.code}"' in challenge
    if refusal == SCOPE:
        assert 'scope="findme:' in challenge
