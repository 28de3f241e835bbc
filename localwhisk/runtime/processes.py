"""Starts worker processes, and sees to it that none outlives the host."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import cast

from localwhisk.runtime.logs import Logs
from localwhisk.runtime.responses import RESPONSE_LIMIT

LAUNCHER = Path(__file__).with_name("launcher.py")
WATCHDOG = Path(__file__).with_name("watchdog.py")


class Watchdog:
    """The host's side of watchdog.py."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def add(self, group: int) -> None:
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        try:
            self._write(line)
        except BrokenPipeError:  # it died: the next one has to know everything
            self.close()
            self._write("".join(f"+{group}\n" for group in self._groups))

    def _write(self, text: str) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", WATCHDOG],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,  # Ctrl-C is for the host
            )
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())

    def close(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process = None


class _Protocol(asyncio.SubprocessProtocol):
    def __init__(self, logs: Logs) -> None:
        self.exited = asyncio.Event()
        self.group: int | None = None
        self._logs = logs

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.group = cast(asyncio.SubprocessTransport, transport).get_pid()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._logs.feed(fd, data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._logs.end(fd)

    def process_exited(self) -> None:
        self.kill()  # children of the action may hold the channel and the pipes open
        self.exited.set()

    def kill(self) -> None:
        if self.group is not None and not self.exited.is_set():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)


class Process:
    """A running launcher: a channel to talk to it, and its process group."""

    def __init__(
        self,
        protocol: _Protocol,
        transport: asyncio.SubprocessTransport,
        channel: socket.socket,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._protocol = protocol
        self._transport = transport
        self._channel = channel
        self.reader, self.writer = streams
        self.pid = transport.get_pid()

    @classmethod
    async def start(cls, interpreter: tuple[str, ...], directory: Path, logs: Logs) -> Process:
        """Raises OSError if the interpreter cannot be started."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                transport, protocol = await asyncio.get_running_loop().subprocess_exec(
                    lambda: _Protocol(logs),
                    *interpreter,
                    str(LAUNCHER),
                    str(theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    cwd=directory,
                    env={},
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,  # a group of its own, so that all of it can be killed
                )
        except BaseException:
            ours.close()
            raise
        with contextlib.suppress(OSError):  # Linux: short of memory, let it take an action first
            Path(f"/proc/{transport.get_pid()}/oom_score_adj").write_text("1000")
        streams = await asyncio.open_connection(sock=ours, limit=RESPONSE_LIMIT)
        return cls(protocol, transport, ours, streams)

    @property
    def waiting(self) -> bool:
        """Whether the process is alive and silent, by the kernel's word: events may lag behind."""
        if self._protocol.exited.is_set():
            return False
        try:
            self._channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def resident_mb(self) -> float:
        """Memory that only this process's end would free; 0 where there is no /proc.

        Pages of files (libraries, mapped models) do not count: a container could evict them.
        """
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        except OSError:
            return 0.0
        resident, shared = int(fields[1]), int(fields[2])
        return (resident - shared) * os.sysconf("SC_PAGE_SIZE") / 1024**2

    def kill(self) -> None:
        self._protocol.kill()

    async def close(self) -> None:
        self.kill()
        await self._protocol.exited.wait()
        self._transport.close()
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()
