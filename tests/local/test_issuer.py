"""The issuer's endpoints over real HTTP, as OpenID Connect and OAuth 2.0 have them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
import pytest
import urllib3

VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
API_SCOPES = "findme:enrol findme:search findme:data findme:keys"
Answer = tuple[int, dict[str, Any]]


def asked(site: str, **changes: str | None) -> dict[str, str]:
    """An authorization request that is granted, with changes."""
    request = {
        "response_type": "code",
        "client_id": "findme-page",
        "redirect_uri": f"{site}/",
        "scope": f"openid offline_access {API_SCOPES}",
        "state": "s+1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    return {name: value for name, value in request.items() if value is not None}


def authorize(site: str, query: str) -> urllib3.BaseHTTPResponse:
    address = f"{site}/issuer/authorize?{query}"
    return urllib3.request("GET", address, redirect=False, retries=False)


def sent_back(site: str, **changes: str | None) -> dict[str, str]:
    """What the page gets in its address."""
    answer = authorize(site, urlencode(asked(site, **changes)))
    assert (answer.status, answer.headers["cache-control"]) == (303, "no-store")
    page, _, query = answer.headers["location"].partition("?")
    assert page == f"{site}/"
    return dict(parse_qsl(query))


def post(site: str, endpoint: str, form: dict[str, str], **headers: str) -> Answer:
    answer = urllib3.request(
        "POST", f"{site}/issuer/{endpoint}", body=urlencode(form), retries=False,
        headers={"Content-Type": "application/x-www-form-urlencoded"} | headers,
    )  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    return answer.status, answer.json() if answer.data else {}


def exchange(site: str, code: str, /, **changes: str) -> Answer:
    form = {
        "grant_type": "authorization_code",
        "client_id": "findme-page",
        "redirect_uri": f"{site}/",
        "code": code,
        "code_verifier": VERIFIER,
    }
    return post(site, "token", form | changes)


def refresh(site: str, token: str) -> Answer:
    form = {"grant_type": "refresh_token", "client_id": "findme-page", "refresh_token": token}
    return post(site, "token", form)


def signed_in(site: str, **changes: str | None) -> dict[str, Any]:
    status, tokens = exchange(site, sent_back(site, **changes)["code"])
    assert status == 200
    return tokens


def discovered(site: str) -> dict[str, Any]:
    address = f"{site}/issuer/.well-known/openid-configuration"
    found: dict[str, Any] = urllib3.request("GET", address, retries=False).json()
    return found


def verified(site: str, token: str, audience: str) -> dict[str, Any]:
    """The claims, checked as an API or a client has to."""
    issuer = f"{site}/issuer"
    [key] = jwt.PyJWKSet.from_dict(urllib3.request("GET", discovered(site)["jwks_uri"]).json()).keys
    claims: dict[str, Any] = jwt.decode(token, key, ["EdDSA"], audience=audience, issuer=issuer)
    return claims


def test_the_discovery_document_is_where_its_issuer_says_and_names_what_answers(site: str) -> None:
    found = discovered(site)
    assert found["issuer"] == f"{site}/issuer"
    assert found["code_challenge_methods_supported"] == ["S256"]
    endpoints = [value for name, value in found.items() if name.endswith("_endpoint")]
    assert len(endpoints) == 4
    for endpoint in [*endpoints, found["jwks_uri"]]:
        assert urllib3.request("GET", endpoint, redirect=False, retries=False).status != 404


def test_the_answer_comes_with_the_state_and_the_issuer(site: str) -> None:
    answer = sent_back(site)
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("s+1", f"{site}/issuer")
    assert sent_back(site, state=None).keys() == {"code", "iss"}


def test_a_code_is_worth_tokens_for_the_api_and_for_the_page(site: str) -> None:
    tokens = signed_in(site)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == f"openid offline_access {API_SCOPES}"
    claims = verified(site, tokens["access_token"], "findme")
    assert (claims["sub"], claims["client_id"]) == ("me", "findme-page")
    assert claims["scope"] == tokens["scope"]
    assert claims["exp"] - claims["iat"] == 3600
    identity = verified(site, tokens["id_token"], "findme-page")
    assert (identity["sub"], identity["nonce"]) == ("me", "n-1")
    assert "nonce" not in verified(site, signed_in(site, nonce=None)["id_token"], "findme-page")


def test_what_is_granted_is_what_is_asked_for_and_known(site: str) -> None:
    tokens = signed_in(site, scope="findme:search email findme:search", login_hint="ada")
    assert tokens.keys() == {"access_token", "token_type", "expires_in", "scope"}
    claims = verified(site, tokens["access_token"], "findme")
    assert (claims["sub"], claims["scope"]) == ("ada", "findme:search")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "email"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain", "code_challenge": VERIFIER}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"login_hint": "a b"}, "invalid_request"),
        ({"login_hint": "a" * 65}, "invalid_request"),
        ({"request": "e30."}, "request_not_supported"),
        ({"request_uri": "https://example.org/r"}, "request_uri_not_supported"),
    ],
)
def test_a_request_that_is_refused_is_told_to_the_page(
    site: str, changes: dict[str, str | None], error: str
) -> None:
    answer = sent_back(site, **changes)
    assert answer.keys() == {"error", "error_description", "state", "iss"}
    assert (answer["error"], answer["state"]) == (error, "s+1")


@pytest.mark.parametrize(
    "change",
    [
        ("client_id", "another"),
        ("client_id", None),
        ("redirect_uri", "https://example.org/"),
        ("redirect_uri", None),
        ("redirect_uri", "SITE"),
        ("redirect_uri", "SITE/index.html"),
        ("redirect_uri", "SITE/?x=1"),
        ("redirect_uri", "SITE/#x"),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_pages(
    site: str, change: tuple[str, str | None]
) -> None:
    name, value = change
    changed = value.replace("SITE", site) if value else value
    refused = authorize(site, urlencode(asked(site, **{name: changed})))
    assert (refused.status, "location" in refused.headers) == (400, False)
    assert name in refused.data.decode()


def test_a_parameter_comes_once(site: str) -> None:
    twice = urlencode(asked(site)) + "&" + urlencode({"redirect_uri": "https://example.org/"})
    assert authorize(site, twice).status == 400


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"code": "made-up"}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_request"),
        ({"redirect_uri": "https://example.org/"}, 400, "invalid_grant"),
        ({"redirect_uri": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_exchange_is_refused(
    site: str, changes: dict[str, str], status: int, error: str
) -> None:
    answered = exchange(site, sent_back(site)["code"], **changes)
    assert (answered[0], answered[1]["error"]) == (status, error)
    assert answered[1].keys() == {"error", "error_description"}


def test_only_a_form_is_read(site: str) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x"):
        assert post(site, "token", {}, **{"Content-Type": kind})[1]["error"] == "invalid_request"


def test_a_refresh_token_is_renewed_and_the_old_one_ends_both(site: str) -> None:
    first = signed_in(site)["refresh_token"]
    status, tokens = refresh(site, first)
    assert status == 200
    assert verified(site, tokens["access_token"], "findme")["scope"].endswith(API_SCOPES)
    assert refresh(site, first)[1]["error"] == "invalid_grant"
    assert refresh(site, tokens["refresh_token"])[1]["error"] == "invalid_grant"


def test_a_revoked_refresh_token_is_worth_nothing(site: str) -> None:
    token = signed_in(site)["refresh_token"]
    form = {"client_id": "findme-page", "token": token, "token_type_hint": "refresh_token"}
    assert post(site, "revoke", form) == (200, {})
    assert refresh(site, token)[1]["error"] == "invalid_grant"
    assert post(site, "revoke", form) == (200, {})
    assert post(site, "revoke", form | {"client_id": "another"})[0] == 401


def test_after_a_sign_out_the_browser_is_sent_to_the_page_and_nowhere_else(site: str) -> None:
    def end(back: str) -> urllib3.BaseHTTPResponse:
        query = urlencode({"post_logout_redirect_uri": back, "state": "s"})
        address = f"{site}/issuer/end-session?{query}"
        return urllib3.request("GET", address, redirect=False, retries=False)

    ended = end(f"{site}/")
    assert (ended.status, ended.headers["location"]) == (303, f"{site}/?state=s")
    refused = end("https://example.org/")
    assert (refused.status, "location" in refused.headers) == (400, False)


def test_another_origin_cannot_read_a_token(site: str) -> None:
    answer = urllib3.request(
        "OPTIONS", f"{site}/issuer/token", retries=False,
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"},
    )  # fmt: skip
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
