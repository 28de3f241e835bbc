"""The page, the local sign-in and the sample album, on one loopback address."""

import argparse
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from findme import consent
from local.issuer import LIFETIME_SECONDS, Issuer
from local.site_guard import Guard

WEB = Path(__file__).resolve().parent.parent / "web"
API_PATH = "/api/v1/web/guest/findme-api"
_USER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Settings:
    port: int
    api: str
    album: Path
    key: Path

    @classmethod
    def read(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> "Settings":
        parser = argparse.ArgumentParser("local.site", description=__doc__)

        def option(name: str, variable: str, default: str | None, text: str) -> None:
            value = environment.get(variable, default)
            parser.add_argument(
                name, default=value, required=value is None, help=f"{text} [{variable}]"
            )

        option("--port", "FINDME_SITE_PORT", "3235", "port on 127.0.0.1; 0 takes a free one")
        option("--api", "FINDME_API", "http://127.0.0.1:3233", "address of the OpenWhisk host")
        option("--album", "FINDME_ALBUM", None, "folder of the sample album, served at /album/")
        option("--key", "FINDME_KEY", None, "file of the sign-in key, made on first use")
        given = parser.parse_args(arguments)
        if not given.port.isdecimal():
            parser.error(f"--port: {given.port!r} is not a number")
        if not _is_origin(given.api):
            parser.error(f"--api: {given.api!r} is not of the form http://host:port")
        if not Path(given.album).is_dir():
            parser.error(f"--album: {given.album} is not a folder")
        return cls(int(given.port), given.api.rstrip("/"), Path(given.album), Path(given.key))


def _is_origin(address: str) -> bool:
    # The address goes into the content security policy: nothing may end its directive.
    return re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+/?", address) is not None


def create_app(settings: Settings, origin: str) -> Starlette:
    """`origin`: where browsers find this app, for example http://127.0.0.1:3235."""
    issuer = Issuer(settings.key, f"{origin}/issuer")

    async def config(_: Request) -> Response:
        return JSONResponse(_config(settings.api, origin), headers=_NO_STORE)

    async def jwks(_: Request) -> Response:
        return JSONResponse(issuer.jwks())

    async def token(request: Request) -> Response:
        if not _same_origin(request.headers, origin):
            return _refusal(403, "cross_origin", "Only the page itself may sign in.")
        user = await _user(request)
        if user is None:
            return _refusal(400, "bad_request", 'Send JSON: {"user": "<name>"}.', field="user")
        granted = {
            "access_token": issuer.token(user, time.time()),
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
        }
        return JSONResponse(granted, headers=_NO_STORE)

    routes = [
        Route("/config.json", config),
        Route("/issuer/jwks.json", jwks),
        Route("/issuer/token", token, methods=["POST"]),
        Mount("/album", StaticFiles(directory=settings.album)),
        Mount("/", StaticFiles(directory=WEB, html=True)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, origin, settings.api)])


def _config(api: str, origin: str) -> dict[str, object]:
    sample = {"source": "album", "title": "Sample album", "query": f"{origin}/album/feed.json"}
    return {
        "api": api + API_PATH,
        "issuer": f"{origin}/issuer",
        "consentVersion": consent.VERSION,
        "consentText": consent.TEXT,
        "sources": [sample],
    }


def _same_origin(headers: Headers, origin: str) -> bool:
    # A browser always sends at least one of the two with a POST; a local command sends neither.
    return (
        headers.get("sec-fetch-site", "same-origin") == "same-origin"
        and headers.get("origin", origin) == origin
    )


async def _user(request: Request) -> str | None:
    try:
        body = await request.json()
    except ValueError:
        return None
    user = body.get("user") if isinstance(body, dict) else None
    return user if isinstance(user, str) and _USER.fullmatch(user) else None


def _refusal(status: int, error: str, message: str, **more: str) -> Response:
    body = {"error": error, "message": message, **more}
    return JSONResponse(body, status_code=status, headers=_NO_STORE)


class _Server(uvicorn.Server):
    def __init__(self, app: ASGIApp, ready: str) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, lifespan="off"
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._ready, flush=True)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = Settings.read(arguments, environment)
    # uvicorn raises the signal again once it has shut down: that is our end, not a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _listen(settings.port) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            app = create_app(settings, origin)
        except ValueError as error:
            sys.exit(f"--key: {error}")
        _Server(app, f"page at {origin}/").run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        sys.exit(f"--port: cannot listen on {port}: {error}; give another, or 0 for a free one")
    # asyncio sets it only on sockets that say they are TCP, which create_server's do not.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
