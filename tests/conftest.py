"""What several rooms' tests share: a real Redis, a real browser, the real photos."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser, sync_playwright

from local import data, redis_server


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder with the photos that the packages bring."""
    data.ensure()
    return data.PHOTOS


@pytest.fixture(scope="session", params=[None, ""], ids=["redis on PATH", "redis of the wheel"])
def redis_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Both servers that a suite may run on: the one in the wheel is Redis 6.2."""
    data.ensure()
    service, url = redis_server.embedded(tmp_path_factory.mktemp("store"), request.param)
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # As a mark, and not in the fixture: pytest then says it once for a file, not for each test.
    absent = pytest.mark.skip("chromium is not on PATH: the page is not tested in a browser")
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) and shutil.which("chromium") is None:
            item.add_marker(absent)


# Not for the session: Playwright's event loop lives as long, and other tests have their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    # A container lets Chromium neither make its own sandbox nor use /dev/shm.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
