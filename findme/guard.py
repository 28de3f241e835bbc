"""The first component of every public route: verify the caller, then pass the request on, nested.

Routes are raw web sequences, so that a caller's fields arrive inside `__ow_query` and `__ow_body`
and cannot stand in for a bound parameter; nesting keeps it so for the next component.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from findme.auth import bearer_subject
from findme.errors import RequestError

# A larger body, a photo for one, is put aside: what an action answers is kept in its activation.
_INLINE_BYTES = 4 * 1024

# Raw web actions get these as base64, and everything else as text (OpenWhisk's WebActions.scala).
_BINARY_TYPES = ("application/json", "multipart/", "image/", "application/octet-stream")


def admit(args: Mapping[str, Any], keep_upload: Callable[[str, bytes], str]) -> dict[str, Any]:
    """The verified request in the form that `findme.web.Request` reads; raises RequestError."""
    # Only a raw web request has a query text; in any other, a caller's field could be our `jwks`.
    if "__ow_headers" not in args or "__ow_query" not in args:
        raise RequestError(400, "not_a_raw_request", "use this action inside a raw web sequence")
    headers = args["__ow_headers"]
    subject = bearer_subject(
        headers,
        jwks=str(args.get("jwks", "")),
        issuer=str(args.get("issuer", "")),
        audience=str(args.get("audience", "")),
    )
    request = {
        "subject": subject,
        "method": str(args.get("__ow_method", "")),
        "path": str(args.get("__ow_path", "")),
        "query": str(args.get("__ow_query", "")),
        "content_type": str(headers.get("content-type", "")),
    }
    body = _body(str(args.get("__ow_body") or ""), request["content_type"])
    if len(body) > _INLINE_BYTES:
        return {**request, "upload": keep_upload(subject, body)}
    return {**request, "body": base64.b64encode(body).decode()}


def _body(text: str, content_type: str) -> bytes:
    if content_type and not content_type.lower().startswith(_BINARY_TYPES):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise RequestError(400, "bad_body", "the body could not be read", "body") from None
