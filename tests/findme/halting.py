"""A client of Redis that is stopped before one of its trips, while something else happens."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import redis

from tests.findme.people import REFUSED, Person


class CrashError(Exception):
    """The process ends here."""


class HaltingPool(redis.ConnectionPool):
    """Counts the trips to Redis, and does something before one of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.halt_at(-1, lambda: None)

    def halt_at(self, trip: int, act: Callable[[], object]) -> None:
        self.trips, self.halted = 0, False
        self._trip, self._act = trip, act

    def get_connection(self, *given: Any, **options: Any) -> Any:
        if self.trips == self._trip:
            self.halted = True
            self._act()
        self.trips += 1
        return super().get_connection(*given, **options)


@dataclass(frozen=True)
class Halting:
    """The store, and a client of it that is stopped before one of its trips."""

    store: redis.Redis
    client: redis.Redis
    pool: HaltingPool

    def each_step(
        self,
        run: Callable[[redis.Redis, Person], object],
        meanwhile: Callable[[Person], object],
    ) -> Iterator[Person]:
        """For every trip of a run, somebody for whom it was halted there; `meanwhile` happened."""
        self.pool.trips = 0
        run(self.client, Person(self.store))
        for trip in range(self.pool.trips):
            ada = Person(self.store)
            self.pool.halt_at(trip, partial(meanwhile, ada))
            with suppress(*REFUSED, CrashError):
                run(self.client, ada)
            assert self.pool.halted
            yield ada
