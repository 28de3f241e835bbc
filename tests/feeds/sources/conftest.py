"""One server of each kind for all tests, and a bucket or a database for each of them."""

import secrets
import shutil
from collections.abc import Iterator

import pytest

from tests.feeds.s3_server import S3Server
from tests.feeds.sources.bucket import Shelf
from tests.feeds.sources.database import MODULES, Database, server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = "express-pouchdb is not in build/npm-couchdb (.ci/run installs it)"
    if shutil.which("node") is None or not MODULES.exists():
        for item in items:
            if "couchdb" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(absent))


@pytest.fixture
def shelf(s3: S3Server) -> Shelf:
    """A new bucket."""
    return Shelf(s3, f"photos-{secrets.token_hex(4)}")


@pytest.fixture(scope="session")
def couchdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    service = server(tmp_path_factory.mktemp("couchdb"))
    service.start()
    yield service.address
    service.stop()


@pytest.fixture
def database(couchdb: str) -> Database:
    return Database(couchdb)
