"""Signing in without a browser: what the page does, against an issuer that asks nothing."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import urllib3

from local.issuer import CLIENT_ID, SCOPES


class SignInError(Exception):
    """The issuer did not give what was asked for."""


def access_token(http: urllib3.PoolManager, issuer: str, user: str) -> str:
    """A token for `user`, with every scope; raises SignInError."""
    endpoints = http.request("GET", f"{issuer}/.well-known/openid-configuration").json()
    page = urljoin(issuer, "/")
    verifier = secrets.token_urlsafe(32)
    code = _code(http, endpoints["authorization_endpoint"], page, user, verifier)
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "redirect_uri": page,
        "code": code,
        "code_verifier": verifier,
    }
    answer = http.request_encode_body(
        "POST", endpoints["token_endpoint"], form, encode_multipart=False
    ).json()
    if "access_token" not in answer:
        raise SignInError(f"{issuer} refuses the code: {answer}")
    return str(answer["access_token"])


def _code(http: urllib3.PoolManager, endpoint: str, page: str, user: str, verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": page,
        "scope": " ".join(SCOPES),
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "login_hint": user,
    }
    answer = http.request("GET", f"{endpoint}?{urlencode(asked)}", redirect=False)
    sent_to = urlsplit(answer.headers.get("Location", ""))
    given: Mapping[str, str] = dict(parse_qsl(sent_to.query))
    if "code" not in given:
        raise SignInError(f"{endpoint} answered {answer.status}: {given or answer.data!r}")
    return given["code"]
