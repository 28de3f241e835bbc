"""Which pages a browser may call from, told in CORS headers."""

from collections.abc import Mapping
from typing import Any

_METHODS = "GET, POST, PUT, PATCH, DELETE"


def allowed_origin(args: Mapping[str, Any]) -> str:
    """The request's Origin where `allow_origins` names it, `*` where that allows every one."""
    headers = args.get("__ow_headers")
    origin = headers.get("origin") if isinstance(headers, dict) else None
    if not isinstance(origin, str) or not origin:
        return ""
    allowed = [entry.strip() for entry in str(args.get("allow_origins") or "").split(",")]
    return "*" if "*" in allowed else origin if origin in allowed else ""


def answer_headers(origin: str) -> dict[str, str]:
    """For every answer, errors too: a page is to read why it was refused, and when to return."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
        "Vary": "Origin",
    }


def preflight(origin: str) -> dict[str, Any]:
    """The answer to OPTIONS, error-wrapped: it ends a sequence. It needs no token."""
    headers = {"Cache-Control": "no-store"}
    if origin:
        headers |= {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": "600",
        }
    return {"error": {"statusCode": 204, "headers": headers}}
