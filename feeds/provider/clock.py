"""One clock for all providers: the store's."""

import time

import redis

from feeds.provider.hints import store_time

_SECONDS_BETWEEN_LOOKS = 10.0


class StoreClock:
    """Seconds since the epoch. Between two looks at the store's clock, this machine's goes on."""

    def __init__(self, store: redis.Redis) -> None:
        self._store = store
        self._offset = 0.0
        self._look_again = 0.0

    def __call__(self) -> float:
        if time.monotonic() >= self._look_again:
            self._offset = store_time(self._store) - time.monotonic()
            self._look_again = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        return time.monotonic() + self._offset
