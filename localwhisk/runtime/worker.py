"""One action version in one process, for one run at a time."""

import asyncio
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from localwhisk.runtime import responses
from localwhisk.runtime.bundles import Bundle, Bundles
from localwhisk.runtime.executable import Executable, Outcome
from localwhisk.runtime.logs import Logs
from localwhisk.runtime.process import Process
from localwhisk.runtime.responses import ActionError, Response

MEMORY_INTERVAL_S = 0.05  # a run shorter than this is never looked at


class Worker:
    def __init__(self, executable: Executable, directory: Path, bundles: Bundles) -> None:
        self.executable = executable
        self.stale = False  # its action was updated or deleted: no run may follow
        self._directory = directory
        self._bundles = bundles
        self._bundle: Bundle | None = None
        self._logs = Logs(executable.logs_mb * 1024 * 1024)
        self._process = Process(self._logs)
        self._exhausted = False
        self._sound = False

    @property
    def reusable(self) -> bool:
        return self._sound and not self.stale and self._process.waiting

    async def run(self, args: object, variables: Mapping[str, str]) -> Outcome:
        self._sound, cold = False, not self._process.started
        start, initialized, response, timed_out = _now(), None, None, False
        result: object
        try:
            if cold:
                await self._start(variables)
                initialized = _now()
            request = {"args": args, "marker": self._logs.marker}
            response = await self._exchange(request, variables)
            status, result = responses.classify(response)
        except ActionError as error:
            status, result = responses.DEVELOPER_ERROR, {"error": error.args[0]}
            timed_out = isinstance(error.__cause__, TimeoutError)
        except OSError:
            status, result = responses.WHISK_ERROR, {"error": responses.NOT_PROVISIONED}
            cold = False
        end = _now()
        init_ms = (initialized or end) - start if cold else None
        logs = await self._finish(status)
        size = response.size if response else None
        return Outcome(status, result, logs, start, end, init_ms, size, timed_out)

    async def _start(self, variables: Mapping[str, str]) -> None:
        executable = self.executable
        if not executable.code:
            raise ActionError(responses.NO_CODE)
        self._bundle = await self._bundles.of(executable)
        self._bundle.link(self._directory)
        await self._process.start(executable.program.argv, self._directory)
        request = {"main": executable.main, "binary": executable.binary}
        environment = {**executable.environment, **variables}
        responses.classify(await self._exchange(request, environment, init=True))

    async def _exchange(
        self, request: dict[str, object], variables: Mapping[str, str], *, init: bool = False
    ) -> Response:
        """Raises ActionError at the action's time limit, and if the process ends."""
        program, limit_ms = self.executable.program, self.executable.timeout_ms
        request["environment"] = {**variables, "__OW_DEADLINE": str(_now() + limit_ms)}
        self._watch_memory_later()
        try:
            async with asyncio.timeout(limit_ms / 1000):
                return await self._process.exchange(request)
        except TimeoutError as error:
            phase = " during initialization" if init else ""
            raise ActionError(responses.TIMED_OUT.format(limit_ms, phase)) from error
        except EOFError as error:
            ended = program.not_started if init else program.exited
            raise ActionError(responses.EXHAUSTED if self._exhausted else ended) from error
        finally:
            self._memory_watch.cancel()

    def _watch_memory_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._memory_watch = loop.call_later(MEMORY_INTERVAL_S, self._watch_memory)

    def _watch_memory(self) -> None:
        if self._process.resident_mb() > self.executable.memory_mb:
            self._exhausted = True
            self._process.kill()
        self._watch_memory_later()

    async def _finish(self, status: int) -> list[str]:
        failed = status not in (responses.SUCCESS, responses.APPLICATION_ERROR)
        if failed:
            self._process.kill()
        complete = not self._process.started or await self._logs.complete()
        self._sound = complete and not failed
        return self._logs.take(complete=complete, failed=status == responses.DEVELOPER_ERROR)

    async def close(self) -> None:
        await self._process.close()
        await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)
        self._bundle = None


def _now() -> int:
    return time.time_ns() // 1_000_000
