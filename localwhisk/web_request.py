"""From an HTTP request to a web action's arguments."""

import base64
from urllib.parse import parse_qsl, quote_plus, unquote_plus

from starlette.requests import Request

from localwhisk import media, messages, parameters, wire
from localwhisk.messages import ApiError
from localwhisk.resolve import Target
from localwhisk.wire import Document

_RESERVED = frozenset(
    f"__ow_{name}" for name in ("method", "headers", "path", "user", "query", "body")
)


def arguments(
    request: Request, body: bytes, target: Target, path: str, user: str | None
) -> Document:
    """`path` is what follows the action's name, `user` the caller's namespace if known."""
    context = _context(request, body, path, user)
    query = request.scope["query_string"].decode("latin-1")
    if parameters.is_true(target.document["annotations"], "raw-http"):
        return {**context, "__ow_query": _rendered(query), "__ow_body": _opaque(request, body)}
    fields, boxed = _fields(query), {}
    if body:
        promoted = _promoted(request, body)
        if isinstance(promoted, dict):
            fields.update(promoted)
        else:
            boxed = {"__ow_body": promoted}
    if not _RESERVED.isdisjoint(fields):
        raise ApiError(400, messages.PARAMETERS_NOT_ALLOWED)
    target.refuse_overrides(fields)
    return {**context, **fields, **boxed}


def _context(request: Request, body: bytes, path: str, user: str | None) -> Document:
    headers = wire.forwarded_headers(request)
    content_type = request.headers.get("content-type", "application/octet-stream" if body else None)
    if content_type is not None:
        headers["content-type"] = content_type
    context: Document = {
        "__ow_method": request.method.lower(),
        "__ow_headers": headers,
        "__ow_path": path,
    }
    return {**context, "__ow_user": user} if user else context


def _fields(encoded: str) -> Document:
    # The last one of a name wins.
    return dict(parse_qsl(encoded, keep_blank_values=True))


def _rendered(query: str) -> str:
    """A query as the platform's HTTP library writes it, whatever way it was escaped."""
    fields = [field.split("=", 1) for field in query.split("&")]
    written = [[quote_plus(unquote_plus(part), "!$'()*,:@/?") for part in f] for f in fields]
    return "&".join("=".join(parts) for parts in written)


def _promoted(request: Request, body: bytes) -> object:
    """A dict whose entries become arguments, or the value of `__ow_body`."""
    kind = media.parse(request.headers.get("content-type", ""))
    if kind is not None and kind.is_json:
        return wire.parse(body)
    if kind is not None and kind.value == "application/x-www-form-urlencoded":
        return _fields(body.decode("utf-8", "replace"))
    return _opaque(request, body)


def _opaque(request: Request, body: bytes) -> str:
    kind = media.parse(request.headers.get("content-type", ""))
    # JSON as base64 is the platform's legacy; it happens to raw actions only.
    if kind is None or kind.is_binary or kind.value == "application/json":
        return base64.b64encode(body).decode()
    return body.decode("utf-8", "replace")
