"""Who is asking: a bearer token, verified against the issuer's public keys.

Only asymmetric algorithms are accepted, and a key is used only with the algorithm it was made for.
"""

from functools import cache
from typing import Any

import jwt

from findme.errors import RequestError
from findme.subjects import subject_of

ALGORITHMS = ("EdDSA", "ES256", "RS256")
_LEEWAY_S = 30
_MOST_BYTES = 8 * 1024


class UnauthorizedError(RequestError):
    """401, with the challenge that RFC 6750, section 3 asks for."""

    def __init__(self, message: str, *, token_given: bool = True) -> None:
        code, challenge = "no_token", "Bearer"
        if token_given:
            code = "invalid_token"
            challenge = f'Bearer error="invalid_token", error_description="{message}"'
        super().__init__(401, code, message, headers={"WWW-Authenticate": challenge})


def bearer_subject(headers: dict[str, Any], *, jwks: str, issuer: str, audience: str) -> str:
    """The subject of the request's token; raises UnauthorizedError.

    `jwks` is the issuer's key set (RFC 7517) as JSON, `headers` the request's, in lower case.
    """
    scheme, _, token = str(headers.get("authorization", "")).partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError(
            "sign in, and send: Authorization: Bearer <token>", token_given=False
        )
    if len(token) > _MOST_BYTES:
        raise UnauthorizedError("the token is too long")
    try:
        key = _keys(jwks).get(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            raise UnauthorizedError("the token is signed with an unknown key")
        claims = jwt.decode(
            token.strip(),
            key.key,
            algorithms=[str(key.algorithm_name)],
            audience=audience,
            issuer=issuer,
            leeway=_LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise UnauthorizedError("the token has expired; sign in again") from error
    except jwt.PyJWTError as error:
        raise UnauthorizedError("the token is not valid") from error
    return subject_of(issuer, claims["sub"])


@cache
def _keys(jwks: str) -> dict[str | None, jwt.PyJWK]:
    keys = jwt.PyJWKSet.from_json(jwks).keys
    return {key.key_id: key for key in keys if key.algorithm_name in ALGORITHMS}
