"""From a web action's result to an HTTP response, by the extension of its URL."""

import re
from typing import Any

from starlette.responses import Response

from localwhisk import media, messages
from localwhisk.entities.execs import is_binary
from localwhisk.media import MediaType
from localwhisk.messages import ApiError
from localwhisk.wire import pretty

Headers = list[tuple[str, str]]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# The server frames the message itself.
_FRAMING = ("content-type", "content-length", "transfer-encoding", "connection")
_BODILESS = (204, 205, 304)


def _as_json(result: Any) -> Response:
    if not isinstance(result, dict | list):
        raise messages.not_valid("application/json")
    return Response(pretty(result), media_type="application/json")


def _as_html(result: Any) -> Response:
    return _reply(200, [], "text/html; charset=UTF-8", _string(result, "html", "text/html"))


def _as_svg(result: Any) -> Response:
    return _reply(200, [], "image/svg+xml", _string(result, "svg", "image/svg+xml"))


def _as_text(result: Any) -> Response:
    value = result
    if isinstance(result, dict):
        if "body" not in result and "text" not in result:
            raise ApiError(404, "Response does not include requested property.")
        value = result["body"] if "body" in result else result["text"]
    content = value.encode("utf-8", "replace") if isinstance(value, str) else pretty(value)
    return _reply(200, [], "text/plain; charset=UTF-8", content)


def _string(result: Any, key: str, media_type: str) -> bytes:
    if isinstance(result, dict):
        result = result["body"] if "body" in result else result.get(key)
    if not isinstance(result, str):
        raise messages.not_valid(media_type)
    return result.encode("utf-8", "replace")


def _as_http(result: Any) -> Response:
    if not isinstance(result, dict):
        raise messages.not_valid("message/http")
    headers, status = _headers(result), _status(result)
    body = result.get("body")
    if body is None or body == "":
        return _reply(status or 204, headers, None, b"")
    declared = next((value for name, value in headers if name.lower() == "content-type"), None)
    kind = _media_type(declared, "text/html" if isinstance(body, str) else "application/json")
    content_type, content = (
        _text(body, kind, declared) if isinstance(body, str) else _json(body, kind)
    )
    return _reply(status or 200, headers, content_type, content)


def _headers(result: dict[str, Any]) -> Headers:
    given = result.get("headers", {})
    if not isinstance(given, dict):
        raise messages.not_valid("message/http")
    headers = [(name, text) for name, value in given.items() for text in _header_values(value)]
    for name, text in headers:
        if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(text)):
            raise messages.not_valid("message/http")
    return headers


def _header_values(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for inner in value for text in _header_values(inner)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str | int | float):
        # Blanks around a value are not part of it: the server refuses to send them.
        return [str(value).strip(" \t")]
    raise messages.not_valid("message/http")


def _status(result: dict[str, Any]) -> int | None:
    if "statusCode" not in result:
        return None
    given = result["statusCode"]
    is_number = isinstance(given, int | float | str) and not isinstance(given, bool)
    try:
        status = int(given) if is_number else 0
    except ValueError:
        status = 0
    whole = isinstance(given, str) or status == given
    # Interim responses (1xx) cannot stand for an answer, and the server knows none past 599.
    if not whole or not 200 <= status <= 599:
        raise messages.not_valid("message/http")
    return status


def _media_type(declared: str | None, default: str) -> MediaType:
    kind = media.parse(default if declared is None else declared)
    if kind is None:
        raise ApiError(400, "Response did not specify a known content-type.")
    return kind


def _json(body: Any, kind: MediaType) -> tuple[str, bytes]:
    if not kind.is_json:
        raise _mismatch()
    return kind.value, pretty(body)


def _text(body: str, kind: MediaType, declared: str | None) -> tuple[str, bytes]:
    if kind.is_json:
        decoded = media.decode_base64(body) if is_binary(body) else None
        return kind.value, body.encode("utf-8", "replace") if decoded is None else decoded
    if not kind.is_binary:
        return f"{kind.value}; charset=UTF-8", body.encode("utf-8", "replace")
    content = media.decode_base64(body)
    if content is None:
        raise _mismatch()
    return declared or kind.value, content


def _mismatch() -> ApiError:
    return ApiError(400, "Response type in header did not match generated content type.")


def _reply(status: int, headers: Headers, content_type: str | None, content: bytes) -> Response:
    response = Response(b"" if status in _BODILESS else content, status)
    kept = [(name, text) for name, text in headers if name.lower() not in _FRAMING]
    if content_type is not None and status not in _BODILESS:
        kept.append(("content-type", content_type))
    response.raw_headers += [(n.lower().encode(), text.encode("latin-1")) for n, text in kept]
    return response


# By extension; each raises ApiError when the result does not fit it.
TRANSCODERS = {
    "http": _as_http,
    "json": _as_json,
    "html": _as_html,
    "svg": _as_svg,
    "text": _as_text,
}
