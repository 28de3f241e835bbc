"""Codes and refresh tokens, in memory: a restart costs a new sign-in.

A refresh token is `<family>.<secret>`. Each use gives the family a new secret; whoever comes with
an old one may be a thief, or the page a thief has overtaken, so the whole family ends (RFC 9700,
4.14.2). A code that comes twice ends what came of it, too (RFC 6749, 4.1.2).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from local.issuer.authorization import Authorization
from local.issuer.errors import OAuthError
from local.issuer.keys import base64url

CODE_SECONDS = 60
REFRESH_SECONDS = 30 * 24 * 3600


@dataclass
class _Code:
    authorization: Authorization
    family: str
    expires: float
    used: bool = False


@dataclass
class _Family:
    authorization: Authorization
    secret: str
    expires: float


class Grants:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._families: dict[str, _Family] = {}

    def code(self, authorization: Authorization) -> str:
        self._drop_expired()
        code = secrets.token_urlsafe(32)
        expires = self._clock() + CODE_SECONDS
        self._codes[code] = _Code(authorization, secrets.token_urlsafe(16), expires)
        return code

    def redeem(self, code: str, verifier: str) -> tuple[Authorization, str | None]:
        """What was granted and, for offline_access, a refresh token; raises OAuthError."""
        self._drop_expired()
        held = self._codes.get(code)
        if held is None:
            raise OAuthError("invalid_grant", "the code is unknown or has expired")
        if held.used:
            self._families.pop(held.family, None)
            raise OAuthError("invalid_grant", "the code was used before")
        held.used = True
        challenge = base64url(hashlib.sha256(verifier.encode()).digest())
        if not hmac.compare_digest(challenge, held.authorization.challenge):
            raise OAuthError("invalid_grant", "code_verifier does not fit the code_challenge")
        if "offline_access" not in held.authorization.scopes:
            return held.authorization, None
        return held.authorization, self._renewed(held.family, held.authorization)

    def rotate(self, token: str) -> tuple[Authorization, str]:
        """What was granted, and the refresh token that replaces this one; raises OAuthError."""
        self._drop_expired()
        family, _, secret = token.partition(".")
        held = self._families.get(family)
        if held is None:
            raise OAuthError("invalid_grant", "the refresh token is unknown, revoked or expired")
        if not hmac.compare_digest(secret.encode(), held.secret.encode()):
            self.revoke(token)
            raise OAuthError("invalid_grant", "the refresh token was used before")
        return held.authorization, self._renewed(family, held.authorization)

    def revoke(self, token: str) -> None:
        self._families.pop(token.partition(".")[0], None)

    def _renewed(self, family: str, authorization: Authorization) -> str:
        secret = secrets.token_urlsafe(32)
        expires = self._clock() + REFRESH_SECONDS
        self._families[family] = _Family(authorization, secret, expires)
        return f"{family}.{secret}"

    def _drop_expired(self) -> None:
        now = self._clock()
        self._codes = {name: code for name, code in self._codes.items() if code.expires > now}
        self._families = {name: one for name, one in self._families.items() if one.expires > now}
