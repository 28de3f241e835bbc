"""Start the host: `python -m localwhisk`."""

import asyncio
import logging
import os
import signal
import socket
import sys

import uvicorn

from localwhisk import app, config, store
from localwhisk.auth import KeyFileError, Keys
from localwhisk.config import Config
from localwhisk.edge import Edge
from localwhisk.host import Host
from localwhisk.store import StateError

_GRACE_SECONDS = 3


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    options = config.read(sys.argv[1:], os.environ)
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        keys = _keys(options)
        database = store.connect(options.data / "whisk.sqlite")
        listener = _listen(options)
    except (KeyFileError, StateError, OSError) as error:
        sys.exit(f"localwhisk: {error}")
    # uvicorn raises the signal that stopped it once more, when everything is answered.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    port = listener.getsockname()[1]
    reachable = options.host if options.loopback else "127.0.0.1"
    # Connections queue on the listening socket until the server takes them.
    print(f"localwhisk listens on http://{options.host}:{port}", flush=True)
    asyncio.run(_serve(Host.open(options, keys, database, f"http://{reachable}:{port}"), listener))


def _keys(options: Config) -> Keys:
    keys = Keys.open(options.data)
    if keys.published and not options.loopback:
        raise KeyFileError(
            f"{options.data / 'auth'} or {options.data / 'system-auth'} holds a key that"
            " OpenWhisk's repository publishes: delete it to have a secret one made,"
            " or listen on 127.0.0.1 (--host, LOCALWHISK_HOST)"
        )
    return keys


def _listen(options: Config) -> socket.socket:
    try:
        listener = socket.create_server((options.host, options.port), backlog=512)
    except (OSError, OverflowError) as error:
        place = f"{options.host}:{options.port}"
        raise OSError(f"cannot listen on {place} (--host, --port): {error}") from error
    # Inherited by what it accepts: else a body waits 40 ms for the acknowledgement of its head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def _serve(host: Host, listener: socket.socket) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            Edge(app.create(host)),
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    try:
        await server.serve(sockets=[listener])
    finally:
        await host.close()


if __name__ == "__main__":
    main()
