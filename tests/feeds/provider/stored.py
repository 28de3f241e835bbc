"""Everything that lies in a store."""

from collections.abc import Callable
from typing import Any

import redis

_READ: dict[Any, Callable[[redis.Redis, Any], Any]] = {
    b"hash": lambda store, key: store.hgetall(key),
    b"list": lambda store, key: store.lrange(key, 0, -1),
    b"set": lambda store, key: store.smembers(key),
    b"stream": lambda store, key: store.xrange(key),
    b"zset": lambda store, key: store.zrange(key, 0, -1, withscores=True),
}


def contents(store: redis.Redis) -> dict[Any, Any]:
    """By key."""
    return {key: _READ[store.type(key)](store, key) for key in store.scan_iter()}
