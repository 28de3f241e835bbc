"""One server of each kind for all tests, and a bucket or a database for each of them."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds import s3_server
from tests.feeds.s3_server import S3Server
from tests.feeds.sources.bucket import Shelf
from tests.feeds.sources.database import MODULES, Database, server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = {}
    if s3_server.PROGRAM is None:
        absent["s3"] = s3_server.ABSENT
    if shutil.which("node") is None or not MODULES.exists():
        absent["couchdb"] = "express-pouchdb is not in build/npm-couchdb (.ci/run installs it)"
    for item in items:
        for fixture in absent.keys() & set(getattr(item, "fixturenames", ())):
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(absent[fixture]))


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


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
