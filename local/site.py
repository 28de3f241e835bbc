"""The page, the local sign-in and the sample album, on one loopback address."""

import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from local import bucket
from local.issuer.grants import Grants
from local.issuer.keys import SigningKey
from local.issuer.provider import Provider
from local.issuer.tokens import Minter
from local.sign_in import SignIn, origins
from local.site_guard import Guard
from local.site_settings import Settings

WEB = Path(__file__).resolve().parent.parent / "web"
API_PATH = "/api/v1/web/guest/findme-api"


def create_app(settings: Settings, origin: str) -> Starlette:
    """`origin`: where browsers find this app, for example http://127.0.0.1:3235.

    Raises ValueError, which names the option.
    """
    if settings.sign_in is None:
        sign_in, connect = SignIn.local(origin), tuple[str, ...]()
        issuer: list[BaseRoute] = [Mount("/issuer", routes=_issuer(settings, origin).routes())]
    else:
        sign_in, connect = _another(settings.sign_in)
        issuer = []

    async def config(_: Request) -> Response:
        document = _config(settings, origin, sign_in)
        return JSONResponse(document, headers={"Cache-Control": "no-store"})

    watched = [Mount("/s3", bucket.create_app(settings.bucket))] if settings.bucket else []
    routes = [
        Route("/config.json", config),
        *issuer,
        *watched,
        Mount("/album", StaticFiles(directory=settings.album)),
        Mount("/", StaticFiles(directory=WEB, html=True)),
    ]
    guard = Middleware(Guard, origin, [settings.api, *connect])
    return Starlette(routes=routes, middleware=[guard])


def _issuer(settings: Settings, origin: str) -> Provider:
    url = SignIn.local(origin).issuer
    try:
        key = SigningKey(settings.key)
    except ValueError as error:
        raise ValueError(f"--key: {error}") from error
    minter = Minter(key, url, time.time, settings.token_seconds)
    return Provider(url, f"{origin}/", key, minter, Grants(time.time))


def _another(file: Path) -> tuple[SignIn, tuple[str, ...]]:
    try:
        sign_in = SignIn.read(file)
        return sign_in, origins(sign_in.issuer)
    except ValueError as error:
        raise ValueError(f"--sign-in: {error}") from error


def _config(settings: Settings, origin: str, sign_in: SignIn) -> dict[str, object]:
    sample = {"source": "album", "title": "Sample album", "query": f"{origin}/album/feed.json"}
    live = {"source": "bucket", "title": "Photos as they are taken", "query": bucket.NAME}
    sources = [sample, live] if settings.bucket else [sample]
    return {"api": settings.api + API_PATH, "signIn": sign_in.document(), "sources": sources}


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
            sys.exit(str(error))
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
