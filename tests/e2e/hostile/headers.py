"""Requests whose Authorization is malformed, elsewhere, too large, or there twice.

The token in each is good, where nothing else is said.
"""

import base64
from collections.abc import Callable

from tests.e2e.hostile.request import INVALID, NO_TOKEN, Headers, Refusal, Request, bearer
from tests.e2e.hostile.tokens import Forge

# What is sent, and how it is refused.
Case = tuple[Callable[[Forge], Request], Refusal]

BAD_REQUEST = Refusal(400)


def _authorization(value: Callable[[str], str | bytes]) -> Callable[[Forge], Request]:
    return lambda forge: Request(headers=(("Authorization", value(forge.token())),))


def _headers(make: Callable[[str], Headers]) -> Callable[[Forge], Request]:
    return lambda forge: Request(headers=make(forge.token()))


def _scheme(value: Callable[[str], str | bytes]) -> Case:
    return _authorization(value), NO_TOKEN


def _malformed(value: Callable[[str], str | bytes]) -> Case:
    return _authorization(value), INVALID


SCHEMES: dict[str, Case] = {
    "no header": (lambda _: Request(), NO_TOKEN),
    "empty": _scheme(lambda _: ""),
    "blanks": _scheme(lambda _: "   "),
    "scheme alone": _scheme(lambda _: "Bearer"),
    "scheme and a blank": _scheme(lambda _: "Bearer "),
    "token alone": _scheme(lambda token: token),
    "no blank": _scheme(lambda token: f"Bearer{token}"),
    "tab for the blank": _scheme(lambda token: f"Bearer\t{token}"),
    "colon": _scheme(lambda token: f"Bearer: {token}"),
    "equals": _scheme(lambda token: f"Bearer={token}"),
    "quoted scheme": _scheme(lambda token: f'"Bearer" {token}'),
    "Basic with the token": _scheme(lambda token: f"Basic {token}"),
    "Basic with the token as password": _scheme(
        lambda token: "Basic " + base64.b64encode(f"bearer:{token}".encode()).decode()
    ),
    "Basic guest": _scheme(lambda _: "Basic Z3Vlc3Q6Z3Vlc3Q="),
    "Digest": _scheme(lambda token: f'Digest username="ada", response="{token}"'),
    "Negotiate": _scheme(lambda token: f"Negotiate {token}"),
    "DPoP": _scheme(lambda token: f"DPoP {token}"),
    "Token": _scheme(lambda token: f"Token {token}"),
    "JWT": _scheme(lambda token: f"JWT {token}"),
    "OAuth": _scheme(lambda token: f"OAuth {token}"),
    "Bearer of other letters": _scheme(lambda token: b"B\xd0\xb5arer " + token.encode()),
    "Bearer twice": _malformed(lambda token: f"Bearer Bearer {token}"),
    "list of two": _malformed(lambda token: f"Bearer {token}, Bearer {token}"),
    "comma after": _malformed(lambda token: f"Bearer {token},"),
    "comma before": _malformed(lambda token: f"Bearer ,{token}"),
    "Basic beside it": _malformed(lambda token: f"Bearer {token}, Basic Z3Vlc3Q6Z3Vlc3Q="),
    "word after": _malformed(lambda token: f"Bearer {token} trailing"),
    "tab inside": _malformed(lambda token: f"Bearer {token[:40]}\t{token[40:]}"),
    "blank inside": _malformed(lambda token: f"Bearer {token[:40]} {token[40:]}"),
    "quotes": _malformed(lambda token: f'Bearer "{token}"'),
    "angle brackets": _malformed(lambda token: f"Bearer <{token}>"),
    "as a parameter": _malformed(lambda token: f"Bearer token={token}"),
    "percent escapes": _malformed(lambda token: "Bearer " + token.replace(".", "%2E")),
    "escaped NUL after": _malformed(lambda token: f"Bearer {token}%00"),
    "escaped NUL of JSON": _malformed(lambda token: f"Bearer {token}\\u0000"),
    "null": _malformed(lambda _: "Bearer null"),
    "undefined": _malformed(lambda _: "Bearer undefined"),
    "JSON": _malformed(lambda token: f'Bearer {{"token":"{token}"}}'),
    "UTF-8": _malformed(lambda token: f"Bearer {token}é".encode()),
    "Latin-1": _malformed(lambda token: f"Bearer {token}\xe9"),
    "invisible mark": _malformed(lambda token: f"Bearer \ufeff{token}".encode()),
    "wide letters": _malformed(lambda _: "Bearer \uff45\uff59\uff2a".encode()),
    "no token at all": _malformed(lambda _: "Bearer ../../etc/passwd"),
    "template": _malformed(lambda _: "Bearer ${jndi:ldap://localhost/x}"),
    "NUL": (_authorization(lambda token: f"Bearer {token}\0"), BAD_REQUEST),
}


def _long(length: int) -> Callable[[Forge], str]:
    """A good token as long as that."""
    return lambda forge: forge.token(
        claims=forge.claims(filler="x" * ((length - len(forge.token())) * 3 // 4))
    )


SIZES: dict[str, Case] = {
    "7 KB that are no token": (lambda _: Request(headers=(bearer("x" * 7_000),)), INVALID),
    "7 KB of dots": (lambda _: Request(headers=(bearer("." * 7_000),)), INVALID),
    "7 KB of a good token's parts": (
        lambda forge: Request(headers=(bearer(f"{forge.token()}." * 14),)),
        INVALID,
    ),
    "9 KB that are no token": (lambda _: Request(headers=(bearer("x" * 9_000),)), INVALID),
    "9 KB of a good token": (
        lambda forge: Request(headers=(bearer(_long(9_000)(forge)),)),
        INVALID,
    ),
    "9 KB of blanks": (
        lambda _: Request(headers=(("Authorization", "Bearer " + " " * 9_000 + "x"),)),
        INVALID,
    ),
    "60 KB": (lambda _: Request(headers=(bearer("x" * 60_000),)), INVALID),
    "500 other headers": (
        lambda _: Request(headers=tuple((f"X-{n}", "y") for n in range(500))),
        NO_TOKEN,
    ),
}

# Where a header is repeated, OpenWhisk hands on the last one.
REPEATED: dict[str, Case] = {
    "good and bad": (
        _headers(lambda token: (bearer(token), bearer("x"))),
        INVALID,
    ),
    "bad twice": (_headers(lambda _: (bearer("x"), bearer("y"))), INVALID),
    "good and Basic": (
        _headers(lambda token: (bearer(token), ("Authorization", "Basic Z3Vlc3Q6Z3Vlc3Q="))),
        NO_TOKEN,
    ),
    "good and empty": (
        _headers(lambda token: (bearer(token), ("Authorization", ""))),
        NO_TOKEN,
    ),
    "other capitals": (
        _headers(lambda token: (bearer(token), ("AUTHORIZATION", "Bearer x"))),
        INVALID,
    ),
}


def _elsewhere(name: str, value: str) -> Case:
    return _headers(lambda token: ((name, value.format(token=token)),)), NO_TOKEN


ELSEWHERE: dict[str, Case] = {
    name: _elsewhere(name, value)
    for name, value in (
        ("X-Authorization", "Bearer {token}"),
        ("Proxy-Authorization", "Bearer {token}"),
        ("X-Forwarded-Authorization", "Bearer {token}"),
        ("X-Original-Authorization", "Bearer {token}"),
        ("Authentication", "Bearer {token}"),
        ("Authorization_", "Bearer {token}"),
        ("X-Access-Token", "{token}"),
        ("X-Api-Key", "{token}"),
        ("Cookie", "access_token={token}; Authorization=Bearer {token}"),
        ("X-Subject", "ada"),
        ("X-Forwarded-User", "ada"),
        ("X-Remote-User", "ada"),
        ("__ow_user", "ada"),
        ("X-Require-Whisk-Auth", "{token}"),
        ("X-HTTP-Method-Override", "GET"),
        ("X-Original-URL", "/api/v1/web/guest/findme/my_data"),
    )
} | {
    "trailer of a chunked body": (
        lambda forge: Request(
            "POST",
            "search",
            (("Transfer-Encoding", "chunked"), ("Trailer", "Authorization")),
            b"2\r\n{}\r\n0\r\nAuthorization: Bearer " + forge.token().encode() + b"\r\n\r\n",
        ),
        NO_TOKEN,
    ),
}

# Beside them: what is a little unusual, and good.
GOOD: dict[str, Callable[[Forge], Request]] = {
    "plain": lambda forge: Request(headers=(bearer(forge.token()),)),
    "scheme in small letters": _authorization(lambda token: f"bearer {token}"),
    "scheme in capitals": _authorization(lambda token: f"BEARER {token}"),
    "two blanks": _authorization(lambda token: f"Bearer  {token}"),
    "blank after": _authorization(lambda token: f"Bearer {token} "),
    "7 KB of a good token": lambda forge: Request(headers=(bearer(_long(7_000)(forge)),)),
    "bad and good": _headers(lambda token: (bearer("x"), bearer(token))),
    "spoofed headers beside it": _headers(
        lambda token: (bearer(token), ("__ow_user", "ada"), ("X-Subject", "ada"))
    ),
    "fields in the query": lambda forge: Request(
        "GET", "my_data?subject=ada&issuer=x&error=1&__ow_method=options", (bearer(forge.token()),)
    ),
    "500 other headers": lambda forge: Request(
        headers=(bearer(forge.token()), *((f"X-{n}", "y") for n in range(500)))
    ),
}
