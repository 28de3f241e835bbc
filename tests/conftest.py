"""What several rooms' tests share: a real Redis, the real photos."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from local import data, redis_server


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder with the photos that the packages bring."""
    data.ensure()
    return data.PHOTOS


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data.ensure()
    service, url = redis_server.embedded(tmp_path_factory.mktemp("store"))
    service.start()
    yield url
    service.stop()


@pytest.fixture
def store(redis_url: str) -> Iterator[redis.Redis]:
    """An empty store."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        yield client


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        # Redis expires keys by the real time, so a test starts there.
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()
