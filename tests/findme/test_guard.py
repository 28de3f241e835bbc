"""The guard as a function; tests/e2e sends the same through the deployed sequences."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from findme import guard
from findme.errors import RequestError
from findme.subjects import subject_of

ISSUER, AUDIENCE = "http://issuer", "findme"
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
OTHER = ed25519.Ed25519PrivateKey.generate()


def jwk(algorithm: str, key: Any, kid: str) -> dict[str, Any]:
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "alg": algorithm, "use": "sig"}


JWKS = json.dumps(
    {"keys": [jwk("EdDSA", ED25519, "ed"), jwk("RS256", RSA, "rsa"), jwk("ES256", EC, "ec")]}
)


def token(
    key: Any = ED25519, algorithm: str = "EdDSA", kid: str | None = "ed", **claims: Any
) -> str:
    now = time.time()
    content = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 60}
    content = {name: value for name, value in (content | claims).items() if value is not None}
    return jwt.encode(content, key, algorithm, headers={"kid": kid} if kid else None)


def no_upload(subject: str, body: bytes) -> str:
    raise AssertionError("nothing is put aside here")


def admit(
    authorization: str | None,
    keep_upload: Callable[[str, bytes], str] = no_upload,
    content_type: str = "application/json",
    **args: Any,
) -> dict[str, Any]:
    headers = {"content-type": content_type}
    if authorization is not None:
        headers["authorization"] = authorization
    bound = {"jwks": JWKS, "issuer": ISSUER, "audience": AUDIENCE, "redis_url": "redis://secret"}
    web = {"__ow_headers": headers, "__ow_method": "post", "__ow_path": "", "__ow_query": ""}
    return guard.admit({**bound, **web, **args}, keep_upload)


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(ED25519, "EdDSA", "ed"), (RSA, "RS256", "rsa"), (EC, "ES256", "ec")],
)
def test_a_valid_token_passes_the_request_on_and_nothing_else(
    key: Any, algorithm: str, kid: str
) -> None:
    body = base64.b64encode(b'{"source": "album"}').decode()
    passed = admit("Bearer " + token(key, algorithm, kid), __ow_body=body, __ow_query="a=1")
    assert passed == {
        "subject": subject_of(ISSUER, "ada"),
        "method": "post",
        "path": "",
        "query": "a=1",
        "content_type": "application/json",
        "body": body,
    }


HS256_WITH_THE_PUBLIC_KEY = jwt.encode(
    {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "iat": 1, "exp": 9e9},
    ED25519.public_key().public_bytes_raw(),
    "HS256",
    headers={"kid": "ed"},
)
UNSIGNED = jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": 9e9}, "", "none")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer not-a-token",
        "Bearer " + "a." * 20_000,
        "Bearer " + UNSIGNED,
        "Bearer " + HS256_WITH_THE_PUBLIC_KEY,
        "Bearer " + token(OTHER),
        "Bearer " + token(OTHER, kid="unknown"),
        "Bearer " + token(kid=None),
        "Bearer " + token(RSA, "RS256", kid="ed"),
        "Bearer " + token(RSA, "RS512", kid="rsa"),
        "Bearer " + token(iss="http://other"),
        "Bearer " + token(iss=None),
        "Bearer " + token(aud="other"),
        "Bearer " + token(aud=None),
        "Bearer " + token(sub=None),
        "Bearer " + token(exp=None),
        "Bearer " + token(exp=time.time() - 60),
        "Bearer " + token(nbf=time.time() + 120),
        "Bearer " + token(iat=time.time() + 120),
        "Bearer " + token()[:-4] + "AAAA",
    ],
)
def test_anything_else_is_refused_with_a_challenge(authorization: str | None) -> None:
    with pytest.raises(RequestError) as refused:
        admit(authorization)
    assert refused.value.status == 401
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_large_body_is_put_aside_and_not_passed_on() -> None:
    kept: dict[str, bytes] = {}

    def keep(subject: str, body: bytes) -> str:
        kept[subject] = body
        return "ticket"

    photo = bytes(range(256)) * 32
    passed = admit(
        "Bearer " + token(),
        keep,
        "multipart/form-data; boundary=x",
        __ow_body=base64.b64encode(photo).decode(),
    )
    assert passed["upload"] == "ticket"
    assert "body" not in passed
    assert kept == {subject_of(ISSUER, "ada"): photo}


def test_a_route_that_is_not_raw_is_not_served() -> None:
    attackers = json.dumps({"keys": [jwk("EdDSA", OTHER, "ed")]})
    promoted = {"jwks": attackers, "issuer": ISSUER, "audience": AUDIENCE}
    headers = {"authorization": "Bearer " + token(OTHER)}
    for args in (promoted, {**promoted, "__ow_headers": headers, "__ow_method": "get"}):
        with pytest.raises(RequestError, match="raw web sequence"):
            guard.admit(args, no_upload)


def test_a_key_that_we_cannot_use_hides_no_other() -> None:
    odd = {"kty": "OKP", "crv": "X448", "kid": "odd", "x": "AAAA"}
    keys = json.dumps({"keys": [odd, *json.loads(JWKS)["keys"]]})
    assert admit("Bearer " + token(), jwks=keys)["subject"] == subject_of(ISSUER, "ada")
