"""The connection to Redis, kept while an action's process stays warm."""

from functools import cache

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

PREFIX = "findme:"


@cache
def connect(url: str) -> redis.Redis:
    """A client for `url` (redis://, rediss:// or unix://); replies are bytes.

    A lost connection is retried for about a second: every script of ours may run twice.
    """
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=2,
        socket_timeout=5,
        retry=Retry(ExponentialBackoff(cap=0.4, base=0.05), retries=4),
    )


def text(value: bytes | str) -> str:
    """A reply as text; redis-py types every reply as either."""
    return value if isinstance(value, str) else value.decode()
