"""`python -m bench._floor {echo,direct}`: what to hold the host's figures against.

`echo` answers any bytes with the same bytes: no load generator gets more out of this machine.
`direct` calls the function in the server's own process, with the host's HTTP stack: the floor.
"""

import asyncio
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench import _hello

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 700\r\n\r\n" + b" " * 700  # as long as a record


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:  # noqa: ARG002
        self._transport.write(_ANSWER)


async def _call(request: Request) -> JSONResponse:
    return JSONResponse(_hello.main(await request.json()))


async def _echo(listener: socket.socket) -> None:
    server = await asyncio.get_running_loop().create_server(_Echo, sock=listener)
    await server.serve_forever()


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    if sys.argv[1] == "echo":
        asyncio.run(_echo(listener))
    else:
        app = Starlette(routes=[Route("/", _call, methods=["POST"])])
        config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
