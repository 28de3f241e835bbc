"""Access tokens (RFC 9068) and ID tokens (OpenID Connect Core, 2)."""

import secrets
from collections.abc import Callable

from local.issuer import AUDIENCE, CLIENT_ID
from local.issuer.authorization import Authorization
from local.issuer.keys import SigningKey

LIFETIME_SECONDS = 3600


class Minter:
    """Signs tokens that live `lifetime_s`, in the name of the issuer `url`."""

    def __init__(
        self, key: SigningKey, url: str, clock: Callable[[], float], lifetime_s: int
    ) -> None:
        self._key = key
        self._url = url
        self._clock = clock
        self.lifetime_s = lifetime_s

    def access_token(self, authorization: Authorization) -> str:
        claims = self._claims(authorization.user, AUDIENCE) | {
            "client_id": CLIENT_ID,
            "scope": " ".join(authorization.scopes),
            "jti": secrets.token_urlsafe(16),
        }
        return self._key.sign(claims, "at+jwt")

    def id_token(self, authorization: Authorization) -> str:
        claims = self._claims(authorization.user, CLIENT_ID)
        if authorization.nonce is not None:
            claims["nonce"] = authorization.nonce
        return self._key.sign(claims, "JWT")

    def _claims(self, user: str, audience: str) -> dict[str, str | int]:
        issued = int(self._clock())
        return {
            "iss": self._url,
            "sub": user,
            "aud": audience,
            "iat": issued,
            "nbf": issued,
            "exp": issued + self.lifetime_s,
        }
