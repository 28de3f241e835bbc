"""Tokens that the guard refuses, and what it says to that; tests/e2e sends many more."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.findme.guarded import RSA, THIEF, Route, refused
from tests.findme.odd import VALUES
from tests.findme.provider import AUDIENCE, Provider

NEVER = 32_503_680_000  # the year 3000

ODD_CLAIMS: list[dict[str, Any]] = [
    {"iss": "http://other"},
    {"iss": None},
    {"iss": 1},
    {"aud": "other"},
    {"aud": None},
    {"aud": ["other"]},
    {"aud": [[AUDIENCE]]},
    {"aud": {AUDIENCE: 1}},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": ["ada"]},
    {"sub": "ada\nx"},
    {"sub": "\ud800"},
    {"sub": "s" * 256},
    {"exp": None},
    {"exp": 1},
    {"exp": "9999999999"},
    {"exp": float("inf")},
    {"exp": float("nan")},
    {"exp": True},
    {"exp": [1]},
    {"nbf": NEVER},
    {"nbf": "1"},
    {"nbf": {}},
    {"iat": NEVER},
    {"iat": -float("inf")},
    {"jti": 7},
]


@pytest.mark.parametrize("claims", ODD_CLAIMS, ids=str)
def test_claims_that_are_not_ours_are_refused(
    route: Route, provider: Provider, claims: dict[str, Any]
) -> None:
    assert refused(route(provider.token(**claims))) == (401, "invalid_token")


@pytest.mark.parametrize("seconds", [20, 40])
def test_clocks_may_differ_by_half_a_minute(route: Route, provider: Provider, seconds: int) -> None:
    now = time.time()
    times: list[dict[str, Any]] = [
        {"exp": now - seconds}, {"nbf": now + seconds}, {"iat": now + seconds},
    ]  # fmt: skip
    for claims in times:
        answer = route(provider.token(**claims))
        if seconds < 30:
            assert "request" in answer
        else:
            assert refused(answer) == (401, "invalid_token")


def _signed(header: Any, key: Any = THIEF) -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in (header, {"sub": "ada"})
    )
    signature = base64.urlsafe_b64encode(key.sign(head + b"." + body)).rstrip(b"=")
    return b".".join([head, body, signature]).decode()


ODD_KEY_IDS: list[Any] = [
    *(7, ["ed"], {"a": 1}, None, True, "x\r\nDEL *", "ed"),
    *("../../dev/null", "' OR 1=1 --", "\ud800", "k" * 5000),
]
ODD_ALGORITHMS: list[Any] = ["none", "HS256", "RS256", "", None, 7, ["EdDSA"], {}]
ODD_HEADERS: list[Any] = [
    *({"alg": "EdDSA", "kid": kid} for kid in ODD_KEY_IDS),
    *({"alg": algorithm, "kid": "ed"} for algorithm in ODD_ALGORITHMS),
    {"kid": "ed"},
    {"alg": "EdDSA", "kid": "ed", "crit": ["x"]},
    {"alg": "EdDSA", "kid": "ed", "crit": 7},
    {"alg": "EdDSA", "kid": "ed", "b64": False},
    *([], "EdDSA", None),
]


@pytest.mark.parametrize("header", ODD_HEADERS, ids=lambda header: str(header)[:60])
def test_headers_of_tokens_decide_nothing(route: Route, header: Any) -> None:
    assert refused(route(_signed(header))) == (401, "invalid_token")


def test_a_key_serves_its_own_algorithm_alone(route: Route, provider: Provider) -> None:
    public = provider.key.public_key().public_bytes_raw()
    confused = jwt.encode({"sub": "ada"}, public, "HS256", {"kid": "ed"})
    for token in (
        confused,
        provider.token(RSA, "RS256", "ed"),
        provider.token(RSA, "RS512", "rsa"),
        provider.token(RSA, "PS256", "rsa"),
        provider.token(THIEF),
        provider.token(kid=None),
        provider.token()[:-4] + "AAAA",
    ):
        assert refused(route(token)) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "no_token"),
        ("", "no_token"),
        ("Bearer", "no_token"),
        ("Bearer  ", "no_token"),
        ("Basic YTpi", "no_token"),
        ("Bearer not-a-token", "invalid_token"),
        ("Bearer a.b.c, Bearer a.b.c", "invalid_token"),
        ('Bearer "\r\nX-Evil: 1', "invalid_token"),
        ("Bearer ünïcode", "invalid_token"),
        ("Bearer " + "." * 8000, "invalid_token"),
        ("Bearer " + "a" * 9000, "invalid_token"),
        ("Bearer findme_", "invalid_token"),
        ("Bearer findme_" + "a" * 43, "invalid_token"),
        (7, "no_token"),
        (["Bearer x"], "no_token"),
        ({"Bearer": 1}, "no_token"),
    ],
)
def test_an_authorization_that_is_none(route: Route, authorization: Any, code: str) -> None:
    answer = route(headers={"authorization": authorization})
    assert refused(answer) == (401, code)
    challenge = answer["error"]["headers"]["WWW-Authenticate"]
    # RFC 6750, section 3.1: no error is named to a caller who showed nothing.
    assert (challenge == "Bearer") == (code == "no_token")
    assert "vil" not in str(answer)


def test_the_scheme_is_read_in_either_case(route: Route, provider: Provider) -> None:
    assert "request" in route(headers={"authorization": f"bEARER  {provider.token()} "})


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    claims=st.dictionaries(
        st.sampled_from(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "scp"]), VALUES
    ),
    header=VALUES,
)
def test_whatever_a_token_says_the_answer_is_one_of_the_documented(
    route: Route, provider: Provider, claims: dict[str, Any], header: Any
) -> None:
    route.bound |= {"subject_per_minute": 10**6, "scopes": "s"}
    for answer in (route(provider.token(**claims)), route(_signed(header, provider.key))):
        if "request" not in answer:
            refused(answer)
