"""check_auth as its sequence calls it, with a real store and a real provider behind it."""

import re
import runpy
from typing import Any

import redis
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from findme.handover import Handover, VerifiedRequest
from local.data import ROOT
from tests.findme.provider import AUDIENCE, Provider

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
THIEF = ed25519.Ed25519PrivateKey.generate()
PAGE = "https://page.example"

# Every answer of the guard that lets nobody pass, by its status.
REFUSALS = {
    400: {"bad_body", "not_a_raw_request"},
    401: {"no_token", "invalid_token"},
    403: {"insufficient_scope"},
    429: {"too_many_requests"},
    503: {"identity_unavailable", "store_unavailable"},
}


check_auth = runpy.run_path(str(ROOT / "actions" / "check_auth" / "__main__.py"))["main"]


class Route:
    """A route's guard as it is bound, and what is sent to it."""

    def __init__(self, redis_url: str, store: redis.Redis, provider: Provider) -> None:
        self.bound: dict[str, Any] = {
            "redis_url": redis_url,
            "issuer": provider.url,
            "audience": AUDIENCE,
            "allow_origins": f"https://other.example, {PAGE}",
        }
        self.store = store

    def __call__(
        self, token: str | None = None, headers: dict[str, Any] | None = None, **args: Any
    ) -> dict[str, Any]:
        given = {"content-type": "application/json", **(headers or {})}
        if token is not None:
            given["authorization"] = f"Bearer {token}"
        web = {"__ow_headers": given, "__ow_method": "post", "__ow_path": "", "__ow_query": ""}
        answer: dict[str, Any] = check_auth({**self.bound, **web, "__ow_body": "", **args})
        return answer

    def taken(self, passed: dict[str, Any]) -> VerifiedRequest:
        request = Handover(self.store).take(passed["request"])
        assert request
        return request


def refused(answer: dict[str, Any]) -> tuple[int, str]:
    """Status and code of a refusal that is one of the documented, and shaped like them."""
    assert answer.keys() == {"error"}
    error = answer["error"]
    status, body, headers = error["statusCode"], error["body"], error["headers"]
    assert body["error"] in REFUSALS[status]
    assert body.keys() <= {"error", "message", "field"}
    assert headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in headers) == (status in (401, 403))
    assert ("Retry-After" in headers) == (status in (429, 503))
    for value in headers.values():
        assert re.fullmatch(r"[ -~]+", value), "a header cannot be split"
    return status, body["error"]
