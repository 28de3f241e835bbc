"""The authorization request: a code for this page only, with PKCE (RFC 6749, RFC 7636)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.issuer import CLIENT_ID, SCOPES
from local.issuer.errors import OAuthError
from local.issuer.parameters import required

_USER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ANYONE = "me"


@dataclass(frozen=True)
class Authorization:
    """What the person at this machine lets the page do."""

    user: str
    scopes: tuple[str, ...]
    challenge: str
    nonce: str | None


def check_way_back(parameters: Mapping[str, str], page: str) -> None:
    """Raises OAuthError. Nobody is ever sent to an address that is not the page's."""
    if parameters.get("client_id") != CLIENT_ID:
        raise OAuthError("invalid_request", f"client_id has to be {CLIENT_ID}")
    if parameters.get("redirect_uri") != page:
        raise OAuthError("invalid_request", f"redirect_uri has to be {page}")


def read_authorization(parameters: Mapping[str, str]) -> Authorization:
    """Raises OAuthError, which may be told to the page."""
    for unsupported in ("request", "request_uri"):
        if unsupported in parameters:
            raise OAuthError(f"{unsupported}_not_supported", "send plain parameters")
    if required(parameters, "response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type has to be code")
    if parameters.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "response_mode has to be query")
    return Authorization(
        _user(parameters), _granted(parameters.get("scope", "")), _challenge(parameters),
        parameters.get("nonce"),
    )  # fmt: skip


def _granted(scope: str) -> tuple[str, ...]:
    """What is asked for and known; raises OAuthError where nothing is."""
    asked = set(scope.split())
    scopes = tuple(known for known in SCOPES if known in asked)
    if not scopes:
        raise OAuthError("invalid_scope", f"scope has to name some of: {' '.join(SCOPES)}")
    return scopes


def _challenge(parameters: Mapping[str, str]) -> str:
    challenge = required(parameters, "code_challenge")
    if parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "code_challenge has to be of the method S256")
    return challenge


def _user(parameters: Mapping[str, str]) -> str:
    user = parameters.get("login_hint", _ANYONE)
    if not _USER.fullmatch(user):
        raise OAuthError("invalid_request", f"login_hint does not match {_USER.pattern}")
    return user
