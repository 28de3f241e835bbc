"""Child processes that make up the one machine: started in order, watched, stopped in reverse."""

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_START_SECONDS = 20
_STOP_SECONDS = 10
_PR_SET_PDEATHSIG = 1


class ServiceError(Exception):
    """A service did not start; the message holds the end of its log."""


@dataclass
class Service:
    """One child process. Its output goes to `log`; `ready` is what it says there once it serves.

    The first group of `ready`, if it has one, becomes `address`.
    """

    name: str
    argv: Sequence[str]
    log: Path
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready; raises ServiceError."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            written_before = log.tell()
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            output = self.log.read_bytes()[written_before:].decode("utf-8", "replace")
            if found := re.search(self.ready, output):
                self.address = found[1] if found.groups() else ""
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServiceError(f"{self.name} did not start; its log ends:\n{output[-1500:]}")
            time.sleep(0.01)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to stop, and after ten seconds make it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    # So that a kill -9 of the assembly leaves nothing behind; elsewhere there is no such call.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
