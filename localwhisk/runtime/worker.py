"""One action version in one process, for one run at a time."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from localwhisk.runtime import responses
from localwhisk.runtime.bundles import Bundles, link
from localwhisk.runtime.executable import Executable, Outcome
from localwhisk.runtime.logs import Logs
from localwhisk.runtime.processes import Process, Watchdog
from localwhisk.runtime.responses import ActionError, ActionTimeoutError, Response

MEMORY_INTERVAL_S = 0.05  # a run shorter than this is never looked at


class Worker:
    def __init__(
        self, executable: Executable, directory: Path, bundles: Bundles, watchdog: Watchdog
    ) -> None:
        self.executable = executable
        self.stale = False  # its action was updated or deleted: no run may follow
        self._directory = directory
        self._bundles = bundles
        self._watchdog = watchdog
        self._logs = Logs(executable.logs_mb * 1024 * 1024)
        self._bundle: Path | None = None
        self._process: Process | None = None
        self._killed = False
        self._exhausted = False
        self._sound = False

    @property
    def reusable(self) -> bool:
        return (
            self._sound and not self.stale and self._process is not None and self._process.waiting
        )

    def serves(self, executable: Executable) -> bool:
        # A package's init parameters, or a binding's, change without a new version.
        mine = self.executable
        return (mine.name, mine.version, mine.interpreter, mine.environment) == (
            executable.name,
            executable.version,
            executable.interpreter,
            executable.environment,
        )

    async def run(self, args: object, variables: Mapping[str, str]) -> Outcome:
        self._sound = False
        start, init_ms, size, timed_out = _now(), None, None, False
        try:
            if self._process is None:
                await self._start(variables)
                init_ms = _now() - start
            response = await self._call(args, variables)
            status, result = responses.classify(response)
            size = response.length
        except ActionError as error:
            status, result = responses.DEVELOPER_ERROR, responses.failure(str(error))
            timed_out = isinstance(error, ActionTimeoutError)
        except OSError:
            status, result = responses.WHISK_ERROR, responses.failure(responses.NOT_PROVISIONED)
        end = _now()
        logs = await self._finish(status)
        size = len(json.dumps(result)) if size is None else size
        return Outcome(status, result, logs, start, end, init_ms, size, timed_out)

    async def _start(self, variables: Mapping[str, str]) -> None:
        self._bundle = await self._bundles.acquire(self.executable)
        link(self._bundle, self._directory)
        self._process = await Process.start(
            self.executable.interpreter, self._directory, self._logs
        )
        self._watchdog.add(self._process.pid)
        if self._killed:
            self._process.kill()
        environment = {**self.executable.environment, **self._with_deadline(variables)}
        request = {"main": self.executable.main, "environment": environment}
        try:
            response = await self._exchange(self._process, request)
        except TimeoutError as error:
            raise ActionTimeoutError(self.executable.timeout_ms, initializing=True) from error
        except EOFError as error:
            raise ActionError(self._end(responses.NOT_STARTED)) from error
        _, result = responses.classify(response)
        if isinstance(result, dict) and "error" in result:
            raise ActionError(str(result["error"]))

    async def _call(self, args: object, variables: Mapping[str, str]) -> Response:
        assert self._process is not None
        environment = self._with_deadline(variables)
        request = {"args": args, "environment": environment, "marker": self._logs.marker}
        try:
            return await self._exchange(self._process, request)
        except TimeoutError as error:
            raise ActionTimeoutError(self.executable.timeout_ms, initializing=False) from error
        except EOFError as error:
            raise ActionError(self._end(responses.EXITED)) from error

    def _with_deadline(self, variables: Mapping[str, str]) -> dict[str, str]:
        return {**variables, "__OW_DEADLINE": str(_now() + self.executable.timeout_ms)}

    def _end(self, otherwise: str) -> str:
        return responses.EXHAUSTED if self._exhausted else otherwise

    async def _exchange(self, process: Process, request: object) -> Response:
        """Raises TimeoutError at the action's time limit, EOFError if the process ends."""
        self._watch_memory_later()
        try:
            async with asyncio.timeout(self.executable.timeout_ms / 1000):
                process.writer.write(json.dumps(request).encode() + b"\n")
                await process.writer.drain()
                return await _read_response(process.reader)
        except ConnectionError as error:
            raise EOFError from error
        finally:
            self._memory_watch.cancel()

    def _watch_memory_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._memory_watch = loop.call_later(MEMORY_INTERVAL_S, self._watch_memory)

    def _watch_memory(self) -> None:
        assert self._process is not None
        if self._process.resident_mb() > self.executable.memory_mb:
            self._exhausted = True
            self._process.kill()
        else:
            self._watch_memory_later()

    async def _finish(self, status: int) -> list[str]:
        healthy = status in (responses.SUCCESS, responses.APPLICATION_ERROR)
        complete = True
        if self._process is not None:
            if not healthy:
                self._process.kill()
            complete = await self._logs.complete()
        self._sound = healthy and complete
        return self._logs.take(complete=complete, failed=status == responses.DEVELOPER_ERROR)

    def kill(self) -> None:
        """Ends the run in progress, also one that is still starting."""
        self._killed = True
        if self._process is not None:
            self._process.kill()

    async def close(self) -> None:
        if self._process is not None:
            await self._process.close()
            self._watchdog.remove(self._process.pid)
        await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)
        if self._bundle is not None:
            await self._bundles.release(self._bundle)


async def _read_response(reader: asyncio.StreamReader) -> Response:
    try:
        length = int(await reader.readline())
        body = await reader.readexactly(min(length, responses.RESPONSE_LIMIT))
    except ValueError as error:  # the end, or what the action itself wrote to the channel
        raise EOFError from error
    missing = length - len(body)
    while missing:
        chunk = await reader.read(min(missing, responses.RESPONSE_LIMIT))
        if not chunk:
            raise EOFError
        missing -= len(chunk)
    return Response(body, length)


def _now() -> int:
    return time.time_ns() // 1_000_000
