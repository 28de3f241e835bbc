"""The host's parts, wired once, and what outlives a request: background runs."""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from localwhisk.auth import Keys
from localwhisk.config import Config
from localwhisk.executables import Executables
from localwhisk.limits import Limits, Throttle
from localwhisk.messages import ApiError
from localwhisk.runtime import Pool
from localwhisk.store import Activations, Entities

T = TypeVar("T")
log = logging.getLogger("localwhisk")


class Background:
    """Tasks that go on after their request was answered, or abandoned."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        # The event loop holds its tasks weakly: without this a run could vanish half way.
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background run failed", exc_info=error)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(frozen=True)
class Host:
    keys: Keys
    database: sqlite3.Connection
    config: Config
    entities: Entities
    activations: Activations
    executables: Executables
    pool: Pool
    invocations: Throttle
    fires: Throttle
    background: Background = field(default_factory=Background)
    running: Counter[str] = field(default_factory=Counter)
    """Runs in progress, per namespace."""

    @classmethod
    def open(cls, config: Config, keys: Keys, database: sqlite3.Connection, url: str) -> "Host":
        """`url` is where actions reach this host."""
        entities = Entities(database)
        return cls(
            keys,
            database,
            config,
            entities,
            Activations(database, config.keep_days, config.keep_activations),
            Executables(config, entities, url),
            Pool(config.data / "actions", memory_mb=config.memory),
            Throttle(config.limits.invocations_per_minute),
            Throttle(config.limits.fires_per_minute),
        )

    @property
    def limits(self) -> Limits:
        return self.config.limits

    def admit(self, namespace: str) -> None:
        """Charge an invocation; raises ApiError (429) above the namespace's limits."""
        self.invocations.charge(namespace)
        count, allowed = self.running[namespace], self.limits.concurrent_invocations
        if count >= allowed:
            text = "Too many concurrent requests in flight"
            raise ApiError(429, f"{text} (count: {count}, allowed: {allowed}).")

    async def close(self) -> None:
        await self.background.close()
        await self.pool.close()
        self.database.close()
