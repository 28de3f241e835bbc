"""Chooses the worker for each run, and decides how many there are."""

import asyncio
import itertools
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from localwhisk.runtime.bundles import Bundles
from localwhisk.runtime.executable import Executable, Outcome
from localwhisk.runtime.worker import Worker


class Pool:
    """Owns every worker process, and the folder given. All of it runs on one event loop.

    `memory_mb` bounds the sum of the workers' memory limits, as an OpenWhisk invoker's user memory
    does: beyond it idle workers make room, and then runs wait their turn. `idle_seconds` is how
    long a worker stays warm without work.
    """

    def __init__(
        self, directory: Path, *, memory_mb: int = 4096, idle_seconds: float = 600.0
    ) -> None:
        self._memory_mb = memory_mb
        self._idle_seconds = idle_seconds
        shutil.rmtree(directory, ignore_errors=True)  # of a host that was killed
        self._bundles = Bundles(directory.absolute() / "bundles")
        self._directory = directory.absolute() / "workers"
        self._directory.mkdir(parents=True)
        self._numbers = itertools.count()
        self._workers: set[Worker] = set()
        self._idle: dict[Worker, asyncio.TimerHandle] = {}  # least recently used first
        self._closing: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()  # first come, first served
        self._room = asyncio.Event()
        self._closed = False

    async def run(
        self, executable: Executable, args: object, variables: Mapping[str, str]
    ) -> Outcome:
        """Runs the action once, in a warm worker if there is one.

        `variables` are the __OW_* strings of this run; the deadline is added here.
        Raises RuntimeError if the pool is closed.
        """
        worker = await self._admit(executable)
        try:
            return await worker.run(args, variables)
        finally:
            self._settle(worker)

    async def drop(self, name: str) -> None:
        """Forgets an action that was updated or deleted: its idle workers end now, busy ones
        after their run."""
        self._bundles.drop(name)
        stale = [worker for worker in self._workers if worker.executable.name == name]
        for worker in stale:
            worker.stale = True
        await asyncio.gather(*(self._discard(worker) for worker in stale if worker in self._idle))

    async def close(self) -> None:
        """Ends every worker, those of runs that go on when their owners have cancelled them."""
        self._closed = True
        self._room.set()
        for worker in list(self._idle):
            self._discard(worker)
        while self._workers:
            await self._change()
        await asyncio.gather(*self._closing)

    async def _admit(self, executable: Executable) -> Worker:
        # Needs no room: a run that waits for some is not held up by it.
        if not self._closed and (worker := self._warm(executable)):
            return worker
        async with self._turn:
            while not self._closed:
                if worker := self._warm(executable):
                    return worker
                if self._has_room(executable.memory_mb):
                    directory = self._directory / str(next(self._numbers))
                    worker = Worker(executable, directory, self._bundles)
                    self._workers.add(worker)
                    return worker
                await self._change()
            raise RuntimeError("the pool is closed")

    async def _change(self) -> None:
        self._room.clear()
        await self._room.wait()

    def _warm(self, executable: Executable) -> Worker | None:
        for worker in reversed(list(self._idle)):
            if worker.executable == executable:
                if worker.reusable:
                    self._idle.pop(worker).cancel()
                    return worker
                self._discard(worker)  # it died while idle: nobody has to know
        return None

    def _has_room(self, memory_mb: int) -> bool:
        """Idle workers end only where that makes enough room, and no more of them than needed."""
        busy = self._workers - self._idle.keys()
        if busy and _reserved(busy) + memory_mb > self._memory_mb:
            return False
        while self._idle and _reserved(self._workers) + memory_mb > self._memory_mb:
            self._discard(next(iter(self._idle)))
        return True

    def _settle(self, worker: Worker) -> None:
        if worker.reusable and not self._closed:
            loop = asyncio.get_running_loop()
            self._idle[worker] = loop.call_later(self._idle_seconds, self._discard, worker)
            self._room.set()
        else:
            self._discard(worker)

    def _discard(self, worker: Worker) -> asyncio.Task[None]:
        self._workers.discard(worker)
        if timer := self._idle.pop(worker, None):
            timer.cancel()
        task = asyncio.get_running_loop().create_task(worker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        self._room.set()
        return task


def _reserved(workers: Iterable[Worker]) -> int:
    return sum(worker.executable.memory_mb for worker in workers)
