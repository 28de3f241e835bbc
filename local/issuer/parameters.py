"""The parameters of a request: each at most once, and an empty one is none (RFC 6749, 3.1)."""

from collections.abc import Iterable, Mapping

from local.issuer.errors import OAuthError


def read_once(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Raises OAuthError for a repeated parameter."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if not isinstance(value, str):
            raise OAuthError("invalid_request", f"{name} is not a text")
        if name in given:
            raise OAuthError("invalid_request", f"{name} is given twice")
        given[name] = value
    return {name: value for name, value in given.items() if value}


def required(parameters: Mapping[str, str], name: str) -> str:
    if name not in parameters:
        raise OAuthError("invalid_request", f"{name} is missing")
    return parameters[name]
