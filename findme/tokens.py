"""A person's token: a JWT that the OpenID Connect provider signed.

Only asymmetric algorithms are accepted, and a key is used only with the algorithm it was made for.
"""

from collections.abc import Mapping
from typing import Any

import jwt

from findme.bearer import Caller, UnauthorizedError
from findme.keysets import ALGORITHMS, KeySet
from findme.subjects import subject_of

_LEEWAY_S = 30
_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
_TIMES = ("exp", "iat", "nbf")
_MOST_NAME = 255  # OpenID Connect Core, section 2


def caller_of(token: str, keys: KeySet, audience: str) -> Caller:
    """The person and the scopes; raises UnauthorizedError, or RequestError 503 without keys."""
    claims = _claims(token, keys, audience)
    name = claims["sub"]
    # Unprintable are line ends, which part issuer and name, and halves of characters.
    if not 0 < len(name) <= _MOST_NAME or not name.isprintable():
        raise UnauthorizedError("the token names nobody")
    scopes = _words(claims.get("scope")) + _words(claims.get("scp"))
    return Caller(subject_of(keys.issuer, name), scopes)


def _claims(token: str, keys: KeySet, audience: str) -> Mapping[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise UnauthorizedError("the token's algorithm is not accepted")
        key = keys.key(header.get("kid"))
        if key is None:
            raise UnauthorizedError("the token is signed with an unknown key")
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[str(key.algorithm_name)],
            audience=audience,
            issuer=keys.issuer,
            leeway=_LEEWAY_S,
            options={"require": _REQUIRED, "enforce_minimum_key_length": True},
        )
    except jwt.ExpiredSignatureError as error:
        raise UnauthorizedError("the token has expired; sign in again") from error
    except jwt.ImmatureSignatureError as error:
        raise UnauthorizedError("the token is not valid yet") from error
    except jwt.PyJWTError as error:
        raise UnauthorizedError("the token is not valid") from error
    # RFC 7519, section 2: a number, where the library takes a text with digits too.
    if any(type(claims.get(name, 0)) not in (int, float) for name in _TIMES):
        raise UnauthorizedError("the token is not valid")
    return claims


def _words(claim: object) -> tuple[str, ...]:
    """Scopes as one string with spaces (RFC 8693), or as the list that some providers send."""
    if isinstance(claim, str):
        return tuple(claim.split())
    if isinstance(claim, list):
        return tuple(word for word in claim if isinstance(word, str))
    return ()
