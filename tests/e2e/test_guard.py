"""The guard of the deployed routes: browsers, the provider and the store, and what is bound."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from findme.openwhisk import OpenWhisk
from local.services import free_port
from local.suite import Suite
from tests.e2e.hostile.guards import Guards
from tests.e2e.hostile.provider import Provider
from tests.e2e.hostile.request import (
    HANDLERS,
    INVALID,
    ROUTES,
    Refusal,
    Request,
    Send,
    ask,
    bearer,
    judge,
)
from tests.e2e.hostile.tokens import Forge

ECHO = "def main(args):\n    return {'body': args}\n"


def annotations(entity: dict[str, object]) -> dict[str, object]:
    pairs = entity["annotations"]
    assert isinstance(pairs, list)
    return {pair["key"]: pair["value"] for pair in pairs}


def test_only_guarded_sequences_are_public(openwhisk: OpenWhisk) -> None:
    public = {}
    for action in openwhisk.request("GET", "actions", query={"limit": "200"}):
        package = action["namespace"].partition("/")[2]
        if annotations(action).get("web-export") and package != "hostile":
            path = f"{package}/{action['name']}"
            public[path] = openwhisk.request("GET", f"actions/{path}")
    assert public.keys() == {f"findme-api/{route.partition('/')[0]}" for route in ROUTES}
    for path, sequence in public.items():
        guard, handler = sequence["exec"]["components"]
        assert guard.startswith("/guest/scope-"), path
        assert guard.endswith("/check_auth"), path
        assert handler.startswith("/guest/findme/"), path
        flags = annotations(sequence)
        for flag in ("final", "raw-http", "web-custom-options"):
            assert flags[flag] is True, path


@pytest.mark.parametrize("target", ROUTES)
def test_the_page_may_ask_every_route_from_a_browser(
    target: str, running: Suite, send: Send, runs: Callable[[str], int]
) -> None:
    asked = (
        ("Origin", running.page),
        ("Access-Control-Request-Method", ROUTES[target]),
        ("Access-Control-Request-Headers", "authorization,content-type"),
    )
    handler = HANDLERS[target.partition("/")[0]]
    before = runs(handler)
    answer = send(Request("OPTIONS", target, asked))
    assert runs(handler) == before
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == running.page
    assert ROUTES[target] in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert {"authorization", "content-type"} <= set(allowed.split(", "))
    assert "origin" in answer.headers["vary"].lower()
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "null", "", "http://localhost", "{page}.evil.example", "{page}/",
        "{page},https://evil.example", "https://{host}", "{upper}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_no_other_origin_may(
    method: str, origin: str, running: Suite, forge: Forge, send: Send
) -> None:
    host = running.page.partition("://")[2]
    named = origin.format(page=running.page, host=host, upper=running.page.upper())
    answer = send(Request(method, "my_data", (("Origin", named), bearer(forge.token()))))
    assert answer.status == (204 if method == "OPTIONS" else 200)
    assert not [name for name in answer.headers if name.startswith("access-control-allow")]


def test_the_page_can_read_answers_and_refusals(running: Suite, forge: Forge, send: Send) -> None:
    origin = ("Origin", running.page)
    for headers in ((origin,), (origin, bearer("x")), (origin, bearer(forge.token()))):
        answer = send(Request(headers=headers))
        assert answer.headers["access-control-allow-origin"] == running.page
        assert answer.headers["vary"] == "Origin"
        assert "Retry-After" in answer.headers["access-control-expose-headers"]


def test_an_operator_may_allow_every_origin(guards: Guards, forge: Forge, send: Send) -> None:
    route = guards.put("anywhere", allow_origins="*")
    answer = send(Request("GET", route, (("Origin", "null"), bearer(forge.token()))))
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def forge_at(url: str, key: Ed25519PrivateKey) -> Forge:
    return Forge(url, key, "key", key, url)


def test_without_the_provider_nobody_can_be_told_apart(
    guards: Guards, key: Ed25519PrivateKey, send: Send
) -> None:
    """And as soon as it is there, everybody can."""
    port = free_port()
    forge = forge_at(f"http://127.0.0.1:{port}", key)
    route = guards.put("silent", issuer=forge.issuer)
    refused = ask(send, route, forge.token())
    judge(refused, Refusal(503, "identity_unavailable"))
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 60
    with Provider({"key": key}, port=port):
        deadline = time.monotonic() + wait + 2
        while (answer := ask(send, route, forge.token())).status == 503:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert answer.status == 200


def test_known_keys_go_on_while_the_provider_is_away(
    guards: Guards, key: Ed25519PrivateKey, send: Send
) -> None:
    with Provider({"key": key}) as provider:
        forge = forge_at(provider.url, key)
        route = guards.put("away", issuer=provider.url)
        assert ask(send, route, forge.token()).status == 200
    assert ask(send, route, forge.token()).status == 200
    guards.start_cold()
    assert ask(send, route, forge.token()).status == 200
    judge(ask(send, route, forge.token(forge.header(kid="rotated"))), INVALID)


def test_whoever_guesses_key_ids_cannot_make_us_ask_the_provider(
    guards: Guards, key: Ed25519PrivateKey, send: Send
) -> None:
    with Provider({"key": key}) as provider:
        forge = forge_at(provider.url, key)
        route = guards.put("rotation", issuer=provider.url)
        assert ask(send, route, forge.token()).status == 200
        asked = len(provider.requests)
        for guess in range(20):
            judge(ask(send, route, forge.token(forge.header(kid=f"guess-{guess}"))), INVALID)
        assert len(provider.requests) <= asked + 2  # discovery and keys, once


def test_without_the_store_it_says_so(guards: Guards, forge: Forge, send: Send) -> None:
    route = guards.put("storeless", redis_url=f"redis://127.0.0.1:{free_port()}/0")
    refused = ask(send, route, forge.token())
    judge(refused, Refusal(503, "store_unavailable"))
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    "parameter",
    [{"issuer": ""}, {"redis_url": ""}, {"trusted_proxies": "one"}, {"subject_per_minute": "0"},
     {"address_per_minute": -1}],
    ids=str,
)  # fmt: skip
def test_a_parameter_that_is_wrong_lets_nobody_in(
    parameter: dict[str, Any], guards: Guards, forge: Forge, send: Send
) -> None:
    route = guards.put("misconfigured", **parameter)
    judge(ask(send, route, forge.token()), Refusal(500, "internal"))


def test_it_stands_in_raw_sequences_only(guards: Guards, forge: Forge, send: Send) -> None:
    """In another, a caller's field could stand in for a parameter that is not bound."""
    route = guards.put("cooked", raw=False)
    for target in (route, f"{route}?inline=true", f"{route}?request=x"):
        judge(ask(send, target, forge.token()), Refusal(400, "not_a_raw_request"))


def test_inline_another_projects_handler_gets_the_request_and_no_more(
    guards: Guards, forge: Forge, openwhisk: OpenWhisk, send: Send
) -> None:
    echo = {"exec": {"kind": "python:3.11", "code": ECHO}}
    openwhisk.request("PUT", "actions/echo", echo, {"overwrite": "true"})
    route = guards.put("inline", handler="echo", inline=True, scopes="findme:data findme:search")
    kind = ("Content-Type", "application/json")
    headers = (bearer(forge.token()), kind, ("X-Subject", "ada"), ("Cookie", "secret"))
    body = json.dumps({"request": 1, "subject": "ada", "error": "x", "authorization": "y"}).encode()
    answer = send(Request("POST", f"{route}/a/b?error=1&subject=ada", headers, body))
    assert answer.status == 200, answer.body
    handed = json.loads(answer.body)
    request = handed.pop("request")
    assert handed == {}
    assert len(request.pop("subject")) == 32
    assert request == {
        "scopes": ["findme:enrol", "findme:search", "findme:data", "findme:keys"],
        "method": "post",
        "path": "/a/b",
        "query": "error=1&subject=ada",
        "content_type": "application/json",
        "body": base64.b64encode(body).decode(),
    }
