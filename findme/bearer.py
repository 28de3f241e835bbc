"""Who calls, and how a caller who may not is told: RFC 6750."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from findme.errors import RequestError

_MOST_CHARACTERS = 8 * 1024
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)


@dataclass(frozen=True)
class Caller:
    """A person, or a machine that acts as one, and what it may do."""

    subject: str
    scopes: tuple[str, ...]

    def must_have(self, scopes: tuple[str, ...]) -> None:
        """Refuse a caller who lacks one of them with 403."""
        if not set(scopes) <= set(self.scopes):
            wanted = " ".join(scopes)
            challenge = f'Bearer error="insufficient_scope", scope="{wanted}"'
            message = f"this needs a token with the scope {wanted}"
            headers = {"WWW-Authenticate": challenge}
            raise RequestError(403, "insufficient_scope", message, headers=headers)


class UnauthorizedError(RequestError):
    """401. The message goes into a header: it is ours, with nothing of the request in it."""

    def __init__(self, message: str) -> None:
        challenge = f'Bearer error="invalid_token", error_description="{message}"'
        super().__init__(401, "invalid_token", message, headers={"WWW-Authenticate": challenge})


def bearer_token(headers: Mapping[str, str]) -> str:
    """The token of the header `authorization`; raises RequestError 401."""
    given = headers.get("authorization", "")
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        message = "sign in, and send: Authorization: Bearer <token>"
        raise RequestError(401, "no_token", message, headers={"WWW-Authenticate": "Bearer"})
    if len(given) > _MOST_CHARACTERS:
        raise UnauthorizedError("the token is too long")
    found = _BEARER.fullmatch(given)
    if found is None:
        raise UnauthorizedError("the token is not valid")
    return found[1]
