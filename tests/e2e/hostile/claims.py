"""Tokens that the issuer really signed, and that are still not for us, not now, or of nobody."""

import json
import time
from typing import Any

from tests.e2e.hostile.algorithms import Make
from tests.e2e.hostile.tokens import ABSENT, Forge


def _with(**claims: Any) -> Make:
    return lambda forge: forge.token(claims=forge.claims(**claims))


def _at(name: str, seconds: float) -> Make:
    """A time claim that lies so far from now."""
    return lambda forge: forge.token(claims=forge.claims(**{name: time.time() + seconds}))


def _appended(**claims: Any) -> Make:
    """A claim that stands there twice: the good one first, this one last."""

    def make(forge: Forge) -> str:
        good, bad = json.dumps(forge.claims()), json.dumps(claims)
        return forge.token(claims=f"{good[:-1]}, {bad[1:]}".encode())

    return make


_NO_TIMES: dict[str, Any] = {
    "a text": "soon",
    "a number as text": "9999999999",
    "empty": "",
    "null": None,
    "true": True,
    "a list": [9999999999],
    "an object": {"$gt": 0},
    "NaN": float("nan"),
    "infinite": float("inf"),
    "below any time": float("-inf"),
}

TIMES: dict[str, Make] = {
    "expired a minute ago": _at("exp", -60),
    "expired a year ago": _at("exp", -365 * 86400),
    "expired at the beginning": _with(exp=0),
    "expired before it": _with(exp=-1),
    "expired before all numbers": _with(exp=-(10**30)),
    "no expiry": _with(exp=ABSENT),
    "not valid for a minute": _at("nbf", 60),
    "not valid for a year": _at("nbf", 365 * 86400),
    "issued in a minute": _at("iat", 60),
    "issued in a year": _at("iat", 365 * 86400),
    "no time of issue": _with(iat=ABSENT),
    **{f"expiry {name}": _with(exp=value) for name, value in _NO_TIMES.items()},
    **{
        f"not before {name}": _with(nbf=value)
        for name, value in _NO_TIMES.items()
        if name not in ("null", "true", "below any time", "a number as text")
    },
    **{
        f"time of issue {name}": _with(iat=value)
        for name, value in _NO_TIMES.items()
        if name not in ("true", "below any time", "a number as text")
    },
    "expiry twice, expired last": _appended(exp=1),
}

WHO: dict[str, Make] = {
    "another issuer": _with(iss="https://accounts.example"),
    "no issuer": _with(iss=ABSENT),
    "issuer null": _with(iss=None),
    "issuer empty": _with(iss=""),
    "issuer a number": _with(iss=1),
    "issuers, ours among them": lambda f: f.token(claims=f.claims(iss=[f.issuer])),
    "issuer with a slash more": lambda f: f.token(claims=f.claims(iss=f.issuer + "/")),
    "issuer in capitals": lambda f: f.token(claims=f.claims(iss=f.issuer.upper())),
    "issuer that ours starts": lambda f: f.token(claims=f.claims(iss=f.issuer + ".example")),
    "issuer that starts ours": lambda f: f.token(claims=f.claims(iss=f.issuer[:-1])),
    "issuer twice, another last": _appended(iss="https://accounts.example"),
    "no subject": _with(sub=ABSENT),
    "subject null": _with(sub=None),
    "subject empty": _with(sub=""),
    "subject a number": _with(sub=7),
    "subject true": _with(sub=True),
    "subject a list": _with(sub=["ada"]),
    "subject an object": _with(sub={"$ne": ""}),
    "subject of two lines": _with(sub="ada\nhttps://accounts.example"),
    "subject with a NUL": _with(sub="ada\0"),
    "subject past 255 characters": _with(sub="s" * 256),
}

AUDIENCES: dict[str, Make] = {
    "another audience": _with(aud="other"),
    "no audience": _with(aud=ABSENT),
    "audience null": _with(aud=None),
    "audience empty": _with(aud=""),
    "audience a number": _with(aud=1),
    "audience true": _with(aud=True),
    "audience an object": _with(aud={"findme": True}),
    "no audiences": _with(aud=[]),
    "audiences without ours": _with(aud=["other", "another"]),
    "audiences inside audiences": _with(aud=[["findme"]]),
    "audience in capitals": _with(aud="FINDME"),
    "audience with a blank": _with(aud="findme "),
    "audience that ours starts": _with(aud="findme-page"),
    "audience that starts ours": _with(aud="find"),
    "audience a list as text": _with(aud='["findme"]'),
    "authorized party alone": _with(aud=ABSENT, azp="findme"),
    "audience twice, another last": _appended(aud="other"),
}

# The route is my_data: it asks for findme:data.
SCOPES: dict[str, Make] = {
    "no scope": _with(scope=ABSENT),
    "scope empty": _with(scope=""),
    "scope null": _with(scope=None),
    "scope a number": _with(scope=1),
    "scope an object": _with(scope={"findme:data": True}),
    "another scope": _with(scope="findme:search"),
    "every scope but this": _with(scope="findme:enrol findme:search findme:keys openid profile"),
    "scope that starts ours": _with(scope="findme:dat"),
    "scope that ours starts": _with(scope="findme:data2"),
    "scope inside another": _with(scope="not-findme:data"),
    "scope in capitals": _with(scope="FINDME:DATA"),
    "scopes with commas": _with(scope="findme:enrol,findme:data"),
    "scope with a quote": _with(scope='"findme:data"'),
    "a star": _with(scope="findme:* *"),
    "scp without ours": _with(scope=ABSENT, scp=["findme:search"]),
    "scp a number": _with(scope=ABSENT, scp=1),
    "scp of lists": _with(scope=ABSENT, scp=[["findme:data"]]),
    "roles and permissions": _with(
        scope=ABSENT, roles=["findme:data"], permissions=["findme:data"], scopes="findme:data"
    ),
    "scope twice, the lesser last": _appended(scope="findme:search"),
}

# Beside each class: what is a little unusual, and good.
GOOD: dict[str, Make] = {
    "plain": lambda forge: forge.token(),
    "typ JWT": lambda forge: forge.token(forge.header(typ="JWT")),
    "no typ": lambda forge: forge.token(forge.header(typ=ABSENT)),
    "an unknown header": lambda forge: forge.token(forge.header(x=[1])),
    "audiences with ours": _with(aud=["other", "findme"]),
    "expiry with a fraction": _at("exp", 600.5),
    "no not-before": _with(nbf=ABSENT),
    "expired within the leeway": _at("exp", -10),
    "issued within the leeway": _at("iat", 10),
    "scopes in scp": _with(scope=ABSENT, scp="openid findme:data"),
    "scopes in scp as a list": _with(scope=ABSENT, scp=["openid", "findme:data"]),
    "a subject of another alphabet": _with(sub="Ада Лавлейс 🙂"),
    "a long subject": _with(sub="s" * 255),
    "claims of the provider's own": _with(**{"https://example/x": {"deep": [1, {"a": None}]}}),
}
