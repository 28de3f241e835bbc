"""The guard: what it hands over, from where it may be called, and how often."""

import base64
from typing import Any

import jwt
import pytest

from findme.handover import VerifiedRequest
from findme.store import person_key
from findme.subjects import subject_of
from local.data import ROOT
from tests.findme.guarded import EC, PAGE, RSA, THIEF, Route, check_auth, refused
from tests.findme.provider import Provider


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(None, "EdDSA", "ed"), (RSA, "RS256", "rsa"), (EC, "ES256", "ec")]
)
def test_a_verified_request_is_handed_over(
    route: Route, provider: Provider, key: Any, algorithm: str, kid: str
) -> None:
    body = b'{"source": "album"}'
    passed = route(
        provider.token(key, algorithm, kid, scope="openid findme:data"),
        __ow_body=base64.b64encode(body).decode(),
        __ow_query="a=1",
        __ow_path="/j1",
    )
    assert passed.keys() == {"request"}
    subject = subject_of(provider.url, "ada")
    assert subject not in str(passed), "an activation's record keeps what is answered"
    assert route.taken(passed) == VerifiedRequest(
        subject=subject,
        scopes=("openid", "findme:data"),
        method="post",
        path="/j1",
        query="a=1",
        content_type="application/json",
        body=body,
    )


def test_a_handler_without_our_store_gets_the_request_itself(
    route: Route, provider: Provider
) -> None:
    route.bound["inline"] = True
    photo = bytes(range(256))
    passed = route(
        provider.token(scp=["a", "b"]),
        {"origin": PAGE, "content-type": "image/jpeg"},
        __ow_body=base64.b64encode(photo).decode(),
    )
    assert passed == {
        "origin": PAGE,
        "request": {
            "subject": subject_of(provider.url, "ada"),
            "scopes": ["a", "b"],
            "method": "post",
            "path": "",
            "query": "",
            "content_type": "image/jpeg",
            "body": base64.b64encode(photo).decode(),
        },
    }
    assert not list(route.store.scan_iter("findme:request:*"))


def test_the_handler_in_the_documentation_works(route: Route, provider: Provider) -> None:
    route.bound["inline"] = "true"
    text = (ROOT / "docs" / "auth.md").read_text()
    handler: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], handler)
    order = base64.b64encode(b'{"tea": 2}').decode()
    reader, writer = provider.token(scope="orders:read"), provider.token(scope="orders:write")
    assert handler["main"](route(reader, __ow_body=order))["error"]["statusCode"] == 403
    assert handler["main"](route(writer, __ow_body=order)) == {
        "body": {"order": {"tea": 2}, "by": subject_of(provider.url, "ada")}
    }


@pytest.mark.parametrize(
    ("kind", "sent", "body"),
    [
        ("application/json; charset=utf-8", "e30=", b"{}"),
        ("multipart/form-data; boundary=x", "AP8=", b"\0\xff"),
        ("", "AP8=", b"\0\xff"),
        ("application/pdf", "AP8=", b"\0\xff"),
        ("application/x-www-form-urlencoded", "a=ä&b", "a=ä&b".encode()),
        ("Text/Plain", "half \ud800", b"half ?"),
        ("application/vnd.of-ours; charset=utf-8", "text", b"text"),
    ],
)
def test_a_body_is_read_as_the_platform_sends_its_type(
    route: Route, provider: Provider, kind: str, sent: str, body: bytes
) -> None:
    passed = route(provider.token(), {"content-type": kind}, __ow_body=sent)
    assert route.taken(passed).body == body


@pytest.mark.parametrize("body", ["{}", "ä", "A", "AAAA\n!", 7])
def test_a_body_that_the_platform_cannot_have_sent_is_refused(
    route: Route, provider: Provider, body: Any
) -> None:
    assert refused(route(provider.token(), __ow_body=body)) == (400, "bad_body")


@pytest.mark.parametrize("scope", [None, "", 7, {"findme:data": 1}, "findme:dat", ["x", 7]])
def test_who_lacks_a_scope_is_told_which(route: Route, provider: Provider, scope: Any) -> None:
    route.bound["scopes"] = "findme:data findme:enrol"
    answer = route(provider.token(scope=scope))
    assert refused(answer) == (403, "insufficient_scope")
    challenge = answer["error"]["headers"]["WWW-Authenticate"]
    assert challenge == 'Bearer error="insufficient_scope", scope="findme:data findme:enrol"'
    assert "request" in route(provider.token(scope="findme:enrol other findme:data"))


def test_a_route_that_is_not_raw_is_not_served(route: Route) -> None:
    token = jwt.encode({"sub": "ada"}, THIEF, "EdDSA")
    promoted = {**route.bound, "issuer": "https://thief.example"}
    headers = {"authorization": f"Bearer {token}"}
    for args in ({}, {"__ow_headers": headers}, {"__ow_headers": 7, "__ow_query": ""}):
        assert refused(check_auth({**promoted, **args})) == (400, "not_a_raw_request")


def test_a_browser_may_call_from_the_allowed_pages(route: Route, provider: Provider) -> None:
    passed = route(provider.token(), {"origin": PAGE})
    assert passed["origin"] == PAGE
    for origin in (
        "https://page.example.evil",
        "null",
        "",
        7,
        f"{PAGE}\r\nX-Evil: 1",
        PAGE.upper(),
    ):
        assert passed.keys() - route(provider.token(), {"origin": origin}).keys() == {"origin"}
        answer = route(headers={"origin": origin})
        assert "Access-Control-Allow-Origin" not in answer["error"]["headers"]
    headers = route(headers={"origin": PAGE})["error"]["headers"]
    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Vary"] == "Origin"
    route.bound["allow_origins"] = "*"
    assert route(provider.token(), {"origin": "https://any.example"})["origin"] == "*"


def test_options_needs_no_token(route: Route) -> None:
    answer = route(headers={"origin": PAGE}, __ow_method="options")["error"]
    assert answer["statusCode"] == 204
    assert answer["headers"]["Access-Control-Allow-Origin"] == PAGE
    assert "DELETE" in answer["headers"]["Access-Control-Allow-Methods"]
    assert "Authorization" in answer["headers"]["Access-Control-Allow-Headers"]
    stranger = route(headers={"origin": "https://evil"}, __ow_method="OPTIONS")["error"]
    assert stranger["statusCode"] == 204
    assert not [name for name in stranger["headers"] if name.startswith("Access-Control")]


def test_a_person_who_asks_too_often_waits(route: Route, provider: Provider) -> None:
    route.bound["subject_per_minute"] = "3"
    for _ in range(3):
        assert "request" in route(provider.token())
    answer = route(provider.token(), {"origin": PAGE})
    assert refused(answer) == (429, "too_many_requests")
    assert 55 <= int(answer["error"]["headers"]["Retry-After"]) <= 60
    assert answer["error"]["headers"]["Access-Control-Allow-Origin"] == PAGE
    assert "request" in route(provider.token(sub="grace"))
    parked = person_key(subject_of(provider.url, "ada"), "requests")
    assert route.store.scard(parked) == 3, "what was refused does not wait in the store"


def test_an_address_that_guesses_waits_and_no_other(route: Route, provider: Provider) -> None:
    route.bound |= {"trusted_proxies": 2, "address_per_minute": 3, "scopes": "s"}
    # Anybody writes what stands before the addresses that our two proxies saw.
    hops = (f"10.0.0.{number}, 203.0.113.9, 10.9.9.9" for number in range(9))
    for token in ("x", None, provider.token()):
        assert refused(route(token, {"x-forwarded-for": next(hops)}))[0] in (401, 403)
    good = provider.token(scope="s")
    for token in ("x", None, good):
        answer = route(token, {"x-forwarded-for": next(hops)})
        assert refused(answer) == (429, "too_many_requests")
    assert "request" in route(good, {"x-forwarded-for": "203.0.113.9, 203.0.113.10, 10.9.9.9"})
    assert "request" in route(good), "an address that is not known is not counted"
    assert not list(route.store.scan_iter("*203.0.113*"))


def test_one_customers_addresses_of_ipv6_are_counted_as_one(
    route: Route, provider: Provider
) -> None:
    route.bound |= {"trusted_proxies": "1", "address_per_minute": "1"}
    assert refused(route("x", {"x-forwarded-for": "2001:db8:1:2::1"}))[0] == 401
    assert refused(route("x", {"x-forwarded-for": "2001:db8:1:2:ffff::9"}))[0] == 429
    assert refused(route("x", {"x-forwarded-for": "2001:db8:1:3::1"}))[0] == 401
    assert refused(route("x", {"x-forwarded-for": "unknown\ud800"}))[0] == 401
