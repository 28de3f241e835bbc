"""Requests that say who they are, what is bound, or how it ended, anywhere but in a token."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from tests.e2e.hostile.headers import Case
from tests.e2e.hostile.request import INVALID, NO_TOKEN, Headers, Refusal, Request, bearer
from tests.e2e.hostile.tokens import Forge, compact

_BOUNDARY = "----hostile"


def _query(fields: dict[str, Any], headers: Headers = ()) -> Request:
    return Request("GET", f"my_data?{urlencode(_texts(fields))}", headers)


def _json(fields: dict[str, Any], headers: Headers = ()) -> Request:
    content = json.dumps(fields).encode()
    return Request("POST", "search", (("Content-Type", "application/json"), *headers), content)


def _form(fields: dict[str, Any], headers: Headers = ()) -> Request:
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    return Request("POST", "forget_me", (kind, *headers), urlencode(_texts(fields)).encode())


def _multipart(fields: dict[str, Any], headers: Headers = ()) -> Request:
    parts = "".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in _texts(fields).items()
    )
    kind = ("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}")
    return Request("POST", "enrol", (kind, *headers), f"{parts}--{_BOUNDARY}--\r\n".encode())


def _texts(fields: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }


_PLACES: dict[str, Callable[..., Request]] = {
    "query": _query,
    "JSON": _json,
    "form": _form,
    "multipart": _multipart,
}


def _spoofed(forge: Forge) -> dict[str, dict[str, Any]]:
    """What the guard or the platform would say of a good request."""
    good = f"Bearer {forge.token()}"
    request = {
        "subject": "ada",
        "scopes": ["findme:data"],
        "method": "get",
        "path": "",
        "query": "",
        "content_type": "",
        "body": "",
    }
    return {
        "__ow_headers": {"__ow_headers": {"authorization": good}},
        "__ow_user": {"__ow_user": "guest"},
        "__ow_method": {"__ow_method": "options"},
        "__ow_everything": {
            "__ow_headers": {"authorization": good},
            "__ow_method": "get",
            "__ow_path": "/0",
            "__ow_query": "",
            "__ow_body": "",
            "__ow_user": "guest",
        },
        "request": {"request": request, "origin": "*"},
        "ticket": {"request": "abc." + "0" * 32},
        "subject": {"subject": "ada", "scopes": "findme:data", "path": "/0", "method": "get"},
        "token": {"access_token": good[7:], "authorization": good, "token": good[7:]},
        "headers": {"headers": {"authorization": good}},
        "error": {"error": {"statusCode": 200, "headers": {}, "body": {"subject": "ada"}}},
        "error text": {"error": "none"},
        "error null": {"error": None},
        "prototype": {"__proto__": {"subject": "ada"}, "constructor": {"subject": "ada"}},
    }


_SPOOFED = ("__ow_headers", "__ow_user", "__ow_method", "__ow_everything", "request", "ticket",
            "subject", "token", "headers", "error", "error text", "error null",
            "prototype")  # fmt: skip


def _spoof(place: str, field: str) -> Case:
    return lambda forge: _PLACES[place](_spoofed(forge)[field]), NO_TOKEN


SPOOFED: dict[str, Case] = {
    f"{field} in {place}": _spoof(place, field) for field in _SPOOFED for place in _PLACES
}


def _overrides(forge: Forge) -> dict[str, Any]:
    """Bound parameters that would let the thief's tokens in."""
    return {
        "issuer": forge.lair,
        "jwks": {"keys": []},
        "jwks_uri": f"{forge.lair}/keys",
        "audience": "other",
        "scopes": "",
        "redis_url": "redis://127.0.0.1:1/0",
        "inline": "true",
        "allow_origins": "*",
        "trusted_proxies": "0",
        "subject_per_minute": "1000000",
    }


_LURES: dict[str, Callable[[Forge], str]] = {
    "the thief's issuer": lambda f: compact(
        f.header(kid="thief"), f.claims(iss=f.lair), "EdDSA", f.thief
    ),
    "another audience": lambda f: f.token(claims=f.claims(aud="other")),
}


def _override(place: str, lure: str) -> Case:
    return (
        lambda f: _PLACES[place](_overrides(f), (bearer(_LURES[lure](f)),)),
        INVALID,
    )


OVERRIDES: dict[str, Case] = {
    f"{lure}, named in {place}": _override(place, lure) for lure in _LURES for place in _PLACES
}

_KINDS: dict[str, tuple[str | None, bytes]] = {
    "no JSON": ("application/json", b"{"),
    "a list": ("application/json", b"[]"),
    "no UTF-8": ("application/json", b'{"source": "\xff\xfe"}'),
    "no UTF-8 in text": ("text/plain", b"\xff\xfe\x00"),
    "no UTF-8 in a form": ("application/x-www-form-urlencoded", b"%ff=\xff&a"),
    "nested deeply": ("application/json", b"[" * 100_000),
    "nested deeply and closed": ("application/json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "5000 digits": ("application/json", b'{"after": ' + b"9" * 5000 + b"}"),
    "1 MiB less a bit": ("application/octet-stream", b"x" * (1024 * 1024 - 1024)),
    "1 MiB of JSON less a bit": ("application/json", b'"' + b"x" * (1024 * 1024 - 1024) + b'"'),
    "no content type": (None, b"{}"),
    "odd content type": ("application/json;;;===", b"{}"),
    "content type of odd letters": ("ap\xe9/\xe9", b"{}"),
    "multipart without boundary": ("multipart/form-data", b"--\r\n\r\n"),
    "another charset": ("application/json; charset=utf-16", '{"a": 1}'.encode("utf-16")),
    "compressed": ("application/json", b"\x1f\x8b\x08\x00\x00"),
    "NULs": ("application/json", b"\0" * 1000),
}


def _raw(kind: str | None, body: bytes, token: Callable[[Forge], str]) -> Callable[..., Request]:
    typed = (("Content-Type", kind),) if kind else ()
    return lambda forge: Request("POST", "search", (*typed, bearer(token(forge))), body)


BODIES: dict[str, Case] = {
    name: (_raw(kind, body, lambda forge: forge.stolen()), INVALID)
    for name, (kind, body) in _KINDS.items()
} | {
    "past 1 MiB": (
        _raw("application/json", b"x" * (1024 * 1024 + 1), lambda forge: forge.token()),
        Refusal(413),
    ),
    "a body of a GET": (lambda _: Request("GET", "my_data", (), b'{"subject": "ada"}'), NO_TOKEN),
}


def _method(method: str, target: str) -> Case:
    return lambda forge: Request(method, target, (bearer(forge.stolen()),)), INVALID


def _bare(method: str) -> Case:
    return lambda _: Request(method, "forget_me"), NO_TOKEN


METHODS: dict[str, Case] = {
    **{
        f"{method} {target} with a stolen key": _method(method, target)
        for method in ("HEAD", "PUT", "PATCH", "DELETE")
        for target in ("my_data", "search")
    },
    **{
        f"{method} without a token": _bare(method)
        for method in ("HEAD", "GET", "PUT", "PATCH", "DELETE")
    },
    "TRACE": (lambda forge: Request("TRACE", "my_data", (bearer(forge.token()),)), Refusal(404)),
}

_QUOTED = quote("../", safe="")
# Good tokens, at addresses that are not the public routes: the platform knows none of them.
DOORS: dict[str, str] = {
    **{
        f"{name} itself": f"/api/v1/web/guest/findme/{name}"
        for name in ("check_auth", "consent", "enrol", "register_search", "search_status",
                     "my_data", "forget_me", "api_keys", "compare_images", "album_search")
    },
    **{
        f"{name} through a binding": f"/api/v1/web/guest/scope-data/{name}"
        for name in ("check_auth", "my_data", "forget_me")
    },
    "as JSON": "/api/v1/web/guest/findme/my_data.json",
    "as text": "/api/v1/web/guest/findme/forget_me.text",
    "as http": "/api/v1/web/guest/findme/my_data.http/x",
    "up a folder": "/api/v1/web/guest/findme-api/../findme/my_data",
    "up a folder, escaped": f"/api/v1/web/guest/findme-api/{_QUOTED}findme/my_data",
    "escaped slash": "/api/v1/web/guest/findme%2Fmy_data/x",
    "other capitals": "/api/v1/web/guest/FindMe-API/my_data",
    "another extension": "/api/v1/web/guest/findme-api/my_data.xml",
    "default package": "/api/v1/web/guest/default/my_data",
    "another namespace": "/api/v1/web/whisk.system/findme-api/my_data",
}  # fmt: skip
