"""The host's parts, wired once, and what outlives a request: background runs."""

import asyncio
import logging
import sqlite3
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from localwhisk.auth import Keys
from localwhisk.config import Config
from localwhisk.executables import Executables
from localwhisk.records import Activations
from localwhisk.runtime import Pool
from localwhisk.store import Entities

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
    config: Config
    keys: Keys
    database: sqlite3.Connection
    entities: Entities
    activations: Activations
    executables: Executables
    pool: Pool
    background: Background

    @classmethod
    def open(cls, config: Config, keys: Keys, database: sqlite3.Connection, url: str) -> "Host":
        """`url` is where actions reach this host."""
        entities = Entities(database)
        return cls(
            config,
            keys,
            database,
            entities,
            Activations(database, config.keep_days, config.keep_activations),
            Executables(config, entities, url),
            Pool(config.data / "actions"),
            Background(),
        )

    async def close(self) -> None:
        await self.background.close()
        await self.pool.close()
        self.database.close()
