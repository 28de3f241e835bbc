"""The site's outer wall: one name to be called by, and security headers on every answer."""

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOOPBACK = {"127.0.0.1", "localhost"}


def is_origin(address: str) -> bool:
    """Addresses go into the content security policy: nothing may end their directive."""
    return re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", address) is not None


class Guard:
    """`origin`: the one that browsers know this app by; `connect`: those that the page may call."""

    def __init__(self, app: ASGIApp, origin: str, connect: Sequence[str]) -> None:
        self._app = app
        self._origin = origin
        self._host = origin.partition("://")[2]
        self._headers = security_headers(connect)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._choose(Request(scope))(scope, receive, send_guarded)

    def _choose(self, request: Request) -> ASGIApp:
        host = request.headers.get("host", "")
        if host == self._host:
            return self._app
        # A foreign name that resolves to this machine would make us part of a foreign origin.
        if host.partition(":")[0] not in _LOOPBACK:
            return PlainTextResponse(f"Open {self._origin}/ instead.", status_code=421)
        # The page is registered at its issuer by one name; by another it would be another origin.
        return RedirectResponse(self._origin + request.scope["path"], status_code=307)


def security_headers(connect: Sequence[str]) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        # A search may find photos anywhere.
        "img-src": "'self' data: blob: http: https:",
        "connect-src": " ".join(["'self'", *connect]),
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        # Makes innerHTML and its like throw, so that no data can ever become markup.
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
