"""Executables from source text, and pools that are closed."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from localwhisk.runtime import Executable, Outcome, Pool, program

ECHO = "def main(args): return args"


def executable(code: str | bytes, **changes: object) -> Executable:
    base = Executable(
        name="guest/pkg/act",
        version="0.0.1",
        program=program(sys.executable, isolated=True),
        code=code.encode() if isinstance(code, str) else code,
        binary=isinstance(code, bytes),
        main="main",
        environment={},
        timeout_ms=10_000,
        memory_mb=256,
        logs_mb=1,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def open_pool(directory: Path, **options: float) -> AsyncIterator[Pool]:
    pool = Pool(directory, **options)  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        await pool.close()


def run(
    directory: Path,
    action: Executable,
    *args: object,
    variables: Mapping[str, str] | None = None,
) -> list[Outcome]:
    """One run for each of the args, one after the other."""

    async def all_of_them() -> list[Outcome]:
        async with open_pool(directory) as pool:
            return [await pool.run(action, arg, variables or {}) for arg in args or ({},)]

    return asyncio.run(all_of_them())


def fields(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome.result, dict)
    return outcome.result


def pid(outcome: Outcome) -> int:
    """The process an action ran in, from those that answer with it."""
    number = fields(outcome)["pid"]
    assert isinstance(number, int)
    return number


def text(log: str) -> str:
    """A stored log line without its timestamp."""
    return log[31:]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def wait_for_end(pid: int) -> None:
    wait_for(lambda: not is_alive(pid))


async def appears(path: Path) -> str:
    """The text of a file that an action writes once it runs."""
    async with asyncio.timeout(10):
        while not (path.exists() and path.read_text()):
            await asyncio.sleep(0.01)
    return path.read_text()
