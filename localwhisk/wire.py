"""JSON and bodies on the wire: what goes in, and the envelope of what comes out."""

import json
import math
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import media, messages
from localwhisk.messages import RejectionError

Document = dict[str, Any]

ACTIVATION_HEADER = "x-openwhisk-activation-id"

_JSON = "application/json"
_BINARY = "application/octet-stream"
# They describe the body, and stay behind when headers are passed on.
_ENTITY_HEADERS = ("content-type", "content-length", "transfer-encoding")


def dumps(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def pretty(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def loads(data: bytes) -> Any:
    """Parse JSON strictly; raises ValueError, also for NaN, overflow and absurd nesting."""
    try:
        value = json.loads(data.decode(), parse_constant=_number, parse_float=_number)
        if b"\\ud" in data.lower():
            # Half a surrogate pair is legal in an escape and impossible in UTF-8.
            value = json.loads(dumps(value))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is not a number in JSON")
    return value


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return raw_json(dumps(value), status, headers)


def raw_json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    # wskdeploy refuses this type with a lower-case charset, so it carries none.
    return Response(body, status, headers, media_type="application/json")


def accepted(activation_id: str) -> Response:
    headers = {ACTIVATION_HEADER: activation_id}
    return json_response({"activationId": activation_id}, 202, headers)


def envelope(error: str, transaction: str) -> Document:
    return {"error": error, "code": transaction}


def forwarded_headers(request: Request) -> dict[str, str]:
    """Headers as actions see them."""
    return {name: text for name, text in request.headers.items() if name not in _ENTITY_HEADERS}


async def read_body(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise messages.too_large("Request", int(declared), limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise messages.too_large("Request", len(body), limit)
    return bytes(body)


async def json_object(request: Request, limit: int, *, required: bool = False) -> Document:
    """The request's JSON object; where it is not required, no body counts as an empty one."""
    body = await read_body(request, limit)
    content_type = request.headers.get("content-type", _BINARY if body else _JSON)
    kind = media.parse(content_type)
    if kind is None or kind.value != _JSON:
        text = f"The request's Content-Type [{content_type if kind else _BINARY}] is not supported."
        raise RejectionError(415, f"{text} Expected:\n{_JSON}")
    if not body and not required:
        return {}
    # Of whatever entity, the platform looks for an action's field first.
    text = "Object expected in field 'exec'" if required else "JSON object expected"
    return expect_object(parse(body), text)


def parse(body: bytes) -> Any:
    try:
        return loads(body)
    except ValueError as error:
        raise messages.malformed(str(error)) from error


def expect_object(value: Any, detail: str) -> Document:
    if not isinstance(value, dict):
        raise messages.malformed(detail)
    return value
