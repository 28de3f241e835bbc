"""One S3 server for the tests that only need some bucket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds import s3_server
from tests.feeds.s3_server import S3Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if s3_server.PROGRAM is None:
        for item in items:
            needs = "s3" in getattr(item, "fixturenames", ())
            if needs and item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(s3_server.ABSENT))


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()
