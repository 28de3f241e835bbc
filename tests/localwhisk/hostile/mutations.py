"""Hypothesis strategies that bend a valid request in a few places, so that most still go deep."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import quote

import urllib3
from hypothesis import strategies as st

from tests.localwhisk.hostile.seeds import Seed

TEXTS = [
    *("", " ", "\0", "\ud800", "ü", "💡\u202e", "a" * 257, "../..", "%00", "$(request.path)"),
    *("_", "default", "guest", "whisk.system", "null", "true", "__ow_path", "a/b", "/", "//"),
    *("/_/echo", "/_/bound/act", "/nobody/x", "echo", "x\r\ny: z", "-1", "1_000", "١٢", "+1"),
    *("{", "{x}", "python:default", "blackbox", "sequence", "bWFpbg==", "text/plain", "a/*"),
    *("application/json; charset=x", "multipart/form-data", "9" * 5000, "1e9", "NaN", "v0"),
]
NUMBERS = [0, -1, 1, 99, 128, 200, 2**31, 2**63, 2**64, 10**400, 1.5, -0.0, 1e308, 1e-320]
# What json.dumps would not write, each in the place of a value.
RAW = [
    *("NaN", "-Infinity", "1e999", "01", "'x'", "undefined", '"\\ud800"', '"\\u0000"', '"\\x"'),
    *("9" * 5000, "-" + "9" * 1_000_000, "0." + "1" * 5000, "[" * 100_000, "[" * 990 + "]" * 990),
    *('{"a":' * 500 + "1" + "}" * 500, '{"a":1,"a":2}', '"' + "x" * 1_100_000 + '"'),
]
CONTENT_TYPES = [
    *("application/json", "application/json; charset=utf-8", "application/vnd.x+json", ""),
    *("text/plain; charset=utf-16", "text/plain; charset=none", "application/octet-stream", "x"),
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/svg+xml"),
    *("/", ";", "a/b/c", "text/plain; charset", "application/json\u00ff"),
]
QUERY_NAMES = [
    *("limit", "skip", "count", "since", "upto", "docs", "name", "code", "blocking", "result"),
    *("timeout", "overwrite", "force", "basepath", "relpath", "operation", "responsetype"),
    *("__ow_body", "k", "q", "\0", "ü"),
]
HEADERS = [
    *(("x-request-id", text) for text in ("sid_1", "ÿ", "", "x" * 3000, '"}')),
    *(("accept", "image/png"), ("expect", "100-continue"), ("origin", "ÿ"), ("te", "x")),
    *(("x-require-whisk-auth", "s"), ("cookie", "=;=;"), ("host", "ÿ/?"), ("x", "\t")),
    *(("access-control-request-headers", "a, b"), ("access-control-request-headers", "ÿ")),
    *(("x-http-method-override", "PUT"), ("forwarded", "for=x"), ("connection", "close")),
]
SEGMENTS = [
    "",
    "..",
    ".",
    "%00",
    "%2F",
    "%ff",
    "%",
    "%zz",
    "ü",
    " ",
    "a" * 300,
    "_",
    "default",
    ";",
]
# Not DELETE, which has its own seeds: it would take away what the others are about.
METHODS = ["GET", "PUT", "POST", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "X"]

_NAME = itemgetter(0)
_MARK = "a value that json.dumps does not write"


@dataclass(frozen=True)
class Request:
    route: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def wire(self) -> bytes:
        length = [("content-length", str(len(self.body)))] if self.body else []
        given = {name for name, _ in self.headers}
        host = [] if "host" in given else [("host", "127.0.0.1")]
        lines = [f"{name}: {value}\r\n" for name, value in (*host, *self.headers, *length)]
        head = f"{self.method} {self.target} HTTP/1.1\r\n{''.join(lines)}\r\n"
        return head.encode("latin-1") + self.body


def requests(seeds: list[Seed], auth: str) -> st.SearchStrategy[Request]:
    basic = urllib3.make_headers(basic_auth=auth)["authorization"]
    return _requests(st.sampled_from(seeds), basic)


@st.composite
def _requests(draw: st.DrawFn, seeds: st.SearchStrategy[Seed], basic: str) -> Request:
    seed = draw(seeds)
    method = draw(_seldom(seed.method, METHODS))
    path = draw(_path(seed.path))
    query = draw(_query(seed.query))
    body = draw(_body(seed.body))
    headers = [("authorization", draw(_seldom(basic, ["Basic !", "Basic eDp5", "Bearer ÿ"])))]
    if body:
        headers.append(("content-type", draw(_seldom("application/json", CONTENT_TYPES))))
    headers += draw(st.lists(st.sampled_from(HEADERS), max_size=2, unique_by=_NAME))
    return Request(seed.route, method, path + query, tuple(headers), body)


def _seldom(usual: str, others: list[str]) -> st.SearchStrategy[str]:
    return st.integers(0, 9).flatmap(
        lambda n: st.sampled_from(others) if n == 9 else st.just(usual)
    )


@st.composite
def _path(draw: st.DrawFn, path: str) -> str:
    if draw(st.integers(0, 6)) < 6:
        return path
    parts = path.split("/")
    place = draw(st.integers(1, len(parts) - 1))
    new = quote(draw(st.sampled_from(SEGMENTS)), safe="%;")
    parts[place : place + draw(st.integers(0, 1))] = [new]
    return "/".join(parts)


@st.composite
def _query(draw: st.DrawFn, query: tuple[tuple[str, str], ...]) -> str:
    pairs = list(query)
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        names = st.sampled_from(QUERY_NAMES + [name for name, _ in query])
        pairs.append((draw(names), draw(st.sampled_from(TEXTS))))
    if not pairs:
        return ""
    text = "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in pairs)
    return f"?{text}{draw(_seldom('', ['&', '&&=', '%ff', '%', '#x', '?']))}"


def _escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


@st.composite
def _body(draw: st.DrawFn, value: Any) -> bytes:
    if value is None:
        return draw(st.sampled_from([b"", b"", b"", b"{}", b"[1]", b"\xff"]))
    raws = []
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        place = draw(st.sampled_from(list(_places(value))))
        change = draw(st.integers(0, 9))
        if change == 0:
            raws.append(draw(st.sampled_from(RAW)))
        value = _changed(value, place, draw(_CHANGES[change]))
    text = json.dumps(value)
    for raw in raws:
        text = text.replace(f'"{_MARK}"', raw, 1)
    return draw(_bytes(text.encode()))


Change = Callable[[Any], Any]
_ANY: list[Any] = [*TEXTS, *NUMBERS, None, True, False, [], {}, [[]], {"": {}}]
_SCALARS = st.sampled_from(_ANY)
_VALUES = st.recursive(_SCALARS, lambda v: st.lists(v, max_size=3), max_leaves=4)


def _put_in(value: Any) -> Change:
    return lambda old: {**old, "x": value} if isinstance(old, dict) else [old, value]


_CHANGES: list[st.SearchStrategy[Change]] = [
    st.just(lambda _: _MARK),
    st.just(lambda old: [*old.values()] if isinstance(old, dict) else {"x": old}),
    st.just(lambda old: dict(list(old.items())[1:]) if isinstance(old, dict) else None),
    _VALUES.map(_put_in),
    st.just(lambda old: [old, old]),
    *([_VALUES.map(lambda value: lambda _: value)] * 5),
]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _changed(value: Any, path: tuple[Any, ...], change: Change) -> Any:
    if not path:
        return change(value)
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = _changed(copy[key], tuple(rest), change)
    return copy


@st.composite
def _bytes(draw: st.DrawFn, body: bytes) -> bytes:
    if draw(st.integers(0, 11)) < 11:
        return body
    at = draw(st.integers(0, len(body)))
    between = draw(
        st.sampled_from([b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"}", b'"', b"\\u12"])
    )
    rest = body[at:] if draw(st.booleans()) else b""
    return body[:at] + between + rest
