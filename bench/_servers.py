"""The servers under load, each in a process of its own, and what /proc says of them (Linux)."""

import base64
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from bench import _load

# A benchmark asks for more in a second than the platform's defaults allow in a minute.
_LIMITS = ("invocations-per-minute", "concurrent-invocations", "fires-per-minute")
RAISED_LIMITS = ",".join(f"{name}=1000000" for name in _LIMITS)


class Server:
    """A program that prints its address when it listens."""

    def __init__(self, module: str, *arguments: str, log: Path | None = None) -> None:
        with (log or Path(os.devnull)).open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "LOCALWHISK_LIMITS": RAISED_LIMITS},
            )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        ready = self._process.stdout.readline().split()
        if not ready:
            raise RuntimeError(f"{module} did not start: run it by hand to see why")
        self.url = ready[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=20)


class Host(Server):
    """A localwhisk whose state is in `data`."""

    def __init__(self, data: Path, *options: str) -> None:
        super().__init__("localwhisk", "--port", "0", "--data", str(data), *options)
        self.data = data
        key = (data / "auth").read_text().strip()
        self._authorization = "Basic " + base64.b64encode(key.encode()).decode()

    def request(self, method: str, path: str, body: Any = None) -> bytes:
        """A request of the host's owner, below the owner's namespace."""
        target = f"/api/v1/namespaces/_/{path}"
        return _load.encode(method, target, body, self._authorization)

    def invocation(self, action: str) -> bytes:
        return self.request("POST", f"actions/{action}?blocking=true", {"name": "Ada"})


def action(source: str) -> dict[str, Any]:
    return {"exec": {"kind": "python:default", "code": source}}


def sequence(*components: str) -> dict[str, Any]:
    names = [f"/_/{name}" for name in components]
    return {"exec": {"kind": "sequence", "components": names}}


def resident_mb(pid: int) -> float:
    return _memory(pid, "Rss")


def proportional_mb(pid: int) -> float:
    """Memory with what is shared counted in parts."""
    return _memory(pid, "Pss")


def private_mb(pid: int) -> float:
    """Memory that nobody shares: unlike the others it does not change as other processes end."""
    return _memory(pid, "Private_Clean", "Private_Dirty")


def _memory(pid: int, *fields: str) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = dict(re.findall(r"^(\w+): +(\d+) kB", rollup, re.MULTILINE))
    return sum(int(sizes[field]) for field in fields) / 1024


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def of_children(pid: int, memory: Callable[[int], float]) -> list[float]:
    """What each worker takes, those that end meanwhile left out."""
    found = []
    for child in children(pid):
        with contextlib.suppress(OSError, KeyError):  # gone, or a zombie
            found.append(memory(child))
    return found
