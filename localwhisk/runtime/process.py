"""A running launcher: its process group, its channel and its output."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import cast

from localwhisk.runtime.logs import Logs
from localwhisk.runtime.responses import RESPONSE_LIMIT, Response


class Process(asyncio.SubprocessProtocol):
    def __init__(self, logs: Logs) -> None:
        self.started = False
        self._logs = logs
        self._exited = asyncio.Event()
        self._open = contextlib.ExitStack()

    async def start(self, argv: tuple[str, ...], directory: Path) -> None:
        """Raises OSError if the program cannot be started."""
        pairs = socket.socketpair() + socket.socketpair()
        self._channel, theirs, _, held = map(self._open.enter_context, pairs)
        with theirs, held:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: self,
                *(*argv, str(theirs.fileno())),
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), held.fileno()),
                cwd=directory,
                env={},
                start_new_session=True,  # a group of its own, so that all of it can be killed
            )
            with contextlib.suppress(OSError):  # it has ended already, or this is not Linux
                _end_with_host(held, self._pid)
                # Short of memory, let the kernel take an action first.
                Path(f"/proc/{self._pid}/oom_score_adj").write_text("1000")
        streams = await asyncio.open_connection(sock=self._channel, limit=RESPONSE_LIMIT)
        self._reader, self._writer = streams
        self._open.callback(self._writer.transport.abort)

    async def exchange(self, request: object) -> Response:
        """Raises EOFError if the process ends, or writes what is no response."""
        try:
            self._writer.write(json.dumps(request).encode() + b"\n")
            await self._writer.drain()
            status, length = map(int, (await self._reader.readline()).split())
            body = await self._reader.readexactly(min(length, RESPONSE_LIMIT))
        except (ConnectionError, ValueError) as error:
            raise EOFError from error
        return Response(status == 200, body.decode(errors="replace"), length + len("\n"))

    @property
    def waiting(self) -> bool:
        """Whether the process is alive and silent, by the kernel's word: events may lag behind."""
        try:
            self._channel.recv(1, socket.MSG_PEEK)
        except OSError as error:
            return isinstance(error, BlockingIOError) and not self._exited.is_set()
        return False

    def resident_mb(self) -> float:
        """Memory that only this process's end would free; 0 where there is no /proc.

        Pages of files (libraries, mapped models) do not count: a container could evict them.
        """
        try:
            fields = Path(f"/proc/{self._pid}/statm").read_text().split()
        except OSError:
            return 0.0
        return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE") / 1024**2

    def kill(self) -> None:
        if self.started and not self._exited.is_set():
            with contextlib.suppress(OSError):  # gone, though its end was not told yet
                os.killpg(self._pid, signal.SIGKILL)

    async def close(self) -> None:
        self.kill()
        if self.started:
            await self._exited.wait()
        self._open.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._pid = cast(asyncio.SubprocessTransport, transport).get_pid()
        self._open.callback(transport.close)
        self.started = True

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._logs.feed(fd, data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._logs.close(fd)

    def process_exited(self) -> None:
        self.kill()  # children of the action may hold the channel and the pipes open
        self._exited.set()
        with contextlib.suppress(OSError):  # those that left the group too
            self._channel.shutdown(socket.SHUT_RD)


def _end_with_host(held: socket.socket, group: int) -> None:
    """Has Linux kill a worker's group when the host's end of `held` closes, by kill -9 too.

    It costs a cold start nothing, works while an action is stuck in C, and reaches the action's
    own children. Elsewhere a worker ends when it asks for its next request.
    """
    if sys.platform == "linux":
        fcntl.fcntl(held, fcntl.F_SETOWN, -group)
        fcntl.fcntl(held, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(held, fcntl.F_SETFL, os.O_ASYNC)
