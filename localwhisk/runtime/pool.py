"""Chooses the worker for each run, and decides how many there are."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path

from localwhisk.runtime.bundles import Bundles
from localwhisk.runtime.executable import Executable, Outcome
from localwhisk.runtime.processes import Watchdog
from localwhisk.runtime.worker import Worker


class Pool:
    """Owns every worker process. All of it runs on one event loop.

    `memory_mb` bounds the sum of the workers' memory limits, as an OpenWhisk invoker's user memory
    does: beyond it idle workers make room, and then runs wait their turn. `idle_seconds` is how
    long a worker stays warm without work.
    """

    def __init__(
        self, directory: Path, *, memory_mb: int = 4096, idle_seconds: float = 600.0
    ) -> None:
        self._memory_mb = memory_mb
        self._idle_seconds = idle_seconds
        self._directory = directory.absolute() / "workers"
        shutil.rmtree(self._directory, ignore_errors=True)  # of a host that was killed
        self._directory.mkdir(parents=True)
        self._bundles = Bundles(directory.absolute() / "bundles")
        self._watchdog = Watchdog()
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
        ending = []
        for worker in [worker for worker in self._workers if worker.executable.name == name]:
            worker.stale = True
            if worker in self._idle:
                ending.append(self._discard(worker))
        await asyncio.gather(*ending)
        await self._bundles.drop(name)

    async def close(self) -> None:
        """Ends every worker, busy or not, and waits until they are gone."""
        self._closed = True
        self._room.set()
        for worker in list(self._workers):
            if worker in self._idle:
                self._discard(worker)
            else:
                worker.kill()  # its run ends, and settles it
        while self._workers:
            self._room.clear()
            await self._room.wait()
        await asyncio.gather(*self._closing)
        self._watchdog.close()

    async def _admit(self, executable: Executable) -> Worker:
        async with self._turn:
            while True:
                if self._closed:
                    raise RuntimeError("the pool is closed")
                if worker := self._warm(executable):
                    return worker
                if self._make_room(executable.memory_mb):
                    return self._add(executable)
                self._room.clear()
                await self._room.wait()

    def _warm(self, executable: Executable) -> Worker | None:
        for worker in reversed(list(self._idle)):
            if worker.serves(executable):
                if worker.reusable:
                    self._idle.pop(worker).cancel()
                    return worker
                self._discard(worker)  # it died while idle: nobody has to know
        return None

    def _make_room(self, memory_mb: int) -> bool:
        while self._workers and self._reserved_mb() + memory_mb > self._memory_mb:
            if not self._idle:
                return False
            self._discard(next(iter(self._idle)))
        return True

    def _reserved_mb(self) -> int:
        return sum(worker.executable.memory_mb for worker in self._workers)

    def _add(self, executable: Executable) -> Worker:
        directory = self._directory / str(next(self._numbers))
        worker = Worker(executable, directory, self._bundles, self._watchdog)
        self._workers.add(worker)
        return worker

    def _settle(self, worker: Worker) -> None:
        if worker.reusable and not self._closed:
            loop = asyncio.get_running_loop()
            self._idle[worker] = loop.call_later(self._idle_seconds, self._discard, worker)
        else:
            self._discard(worker)
        self._room.set()

    def _discard(self, worker: Worker) -> asyncio.Task[None]:
        self._workers.discard(worker)
        if timer := self._idle.pop(worker, None):
            timer.cancel()
        task = asyncio.get_running_loop().create_task(worker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        self._room.set()
        return task
