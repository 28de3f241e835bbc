"""One host with the feed actions, one store, one S3 server and one provider for all these tests."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet

from local import bundle, data, redis_server
from local.data import ROOT
from local.deploy import deploy
from local.services import Service
from local.suite import stock_python
from tests.clients.host import Host
from tests.clients.npm import MODULES, Npm
from tests.clients.program import Program
from tests.feeds.s3_server import S3Server

HERE = Path(__file__).parent
HINT_TOKEN = "a-token-for-hints"
_LIBRARIES = ("redis", "urllib3", "cryptography", "cronsim")
# Deselected and not skipped, as in tests/clients: wsk cannot be installed as a module.
collect_ignore = [] if shutil.which("wsk") else ["test_wsk.py"]
_ABSENT = {
    "wskdeploy": "wskdeploy is not on PATH (tests/clients/go.mod builds it)",
    "npm": "the npm package openwhisk is not in build/npm (.ci/run installs it)",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    present = {
        "wskdeploy": shutil.which("wskdeploy"),
        "npm": shutil.which("node") and (MODULES / "openwhisk").exists(),
    }
    for item in items:
        for tool in _ABSENT.keys() & set(getattr(item, "fixturenames", ())):
            if item.path.is_relative_to(HERE) and not present[tool]:
                item.add_marker(pytest.mark.skip(_ABSENT[tool]))


@dataclass(frozen=True)
class Feeds:
    """A host that the feed actions are deployed on, and what stands behind them."""

    owner: Host
    stranger: Host
    redis_url: str
    feeds_key: str
    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """What the manifest wants to know."""
        return {
            "REDIS_URL": self.redis_url,
            "FEEDS_KEY": self.feeds_key,
            "FEEDS_HINT_TOKEN": HINT_TOKEN,
        }

    @property
    def data(self) -> Path:
        """Where the host keeps its records."""
        return self.folder / "localwhisk"


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feeds]:
    data.ensure()
    bundle.ensure("local")
    folder = tmp_path_factory.mktemp("feeds")
    store, redis_url = redis_server.embedded(folder)
    host = _localwhisk(folder)
    services = [store, host]
    for service in services:
        service.start()
    owner, stranger = (
        Host(host.address, (folder / "localwhisk" / name).read_text().strip())
        for name in ("auth", "system-auth")
    )
    feeds = Feeds(owner, stranger, redis_url, Fernet.generate_key().decode(), folder)
    deploy(_sources(folder / "suite"), host.address, owner.auth, feeds.variables)
    yield feeds
    for service in reversed(services):
        service.stop()


def _localwhisk(folder: Path) -> Service:
    limits = ("invocations-per-minute", "concurrent-invocations", "fires-per-minute")
    return Service(
        name="localwhisk",
        argv=[sys.executable, "-m", "localwhisk", "--port", "0"]
        + ["--data", str(folder / "localwhisk"), "--runtime", f"python:3.11={stock_python()}"],
        log=folder / "localwhisk.log",
        ready=r"localwhisk listens on (http://\S+)",
        environment={"LOCALWHISK_LIMITS": ",".join(f"{limit}=1000000" for limit in limits)},
    )


def _sources(folder: Path) -> Path:
    """The manifest beside what it names: a manifest names nothing above its own folder."""
    for name in ("feeds", "findme", *(f"build/lib/{library}" for library in _LIBRARIES)):
        shutil.copytree(ROOT / name, folder / name)
    for file in bundle.LIBRARIES.glob("_cffi_backend*"):
        shutil.copy(file, folder / "build/lib")
    return Path(shutil.copy(ROOT / "feeds.yaml", folder / "manifest.yaml"))


@pytest.fixture
def store(deployed: Feeds) -> Iterator[redis.Redis]:
    """The feeds' store, empty."""
    with redis.Redis.from_url(deployed.redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture
def feeds(deployed: Feeds, store: redis.Redis) -> Iterator[Feeds]:
    """Nothing is subscribed, and no trigger is there before or after the test."""
    yield replace(deployed, owner=replace(deployed.owner, since=int(time.time() * 1000)))
    for trigger in deployed.owner.names("triggers"):
        deployed.owner("DELETE", f"triggers/{trigger}")


@contextmanager
def running_provider(feeds: Feeds, *arguments: str, path: str = "") -> Iterator[Service]:
    service = Service(
        name="provider",
        argv=[sys.executable, "-m", "feeds.provider", "--listen", "127.0.0.1:0", *arguments]
        + ["--redis-url", feeds.redis_url, "--api-host", feeds.owner.url],
        log=feeds.folder / "provider.log",
        ready=r"answers on (http://\S+)",
        environment={"FEEDS_KEY": feeds.feeds_key, "PYTHONPATH": path},
    )
    service.start()
    try:
        yield service
    finally:
        service.stop()


@pytest.fixture
def provider(feeds: Feeds) -> Iterator[Service]:
    with running_provider(feeds) as service:
        yield service


@pytest.fixture
def bucket(s3: S3Server) -> Iterator[None]:
    """The bucket `album` with one photo."""
    client = s3.client()
    client.create_bucket(Bucket="album")
    client.put_object(Bucket="album", Key="first.jpg", Body=b"first")
    yield
    client.delete_object(Bucket="album", Key="first.jpg")
    client.delete_bucket(Bucket="album")


@pytest.fixture
def wskdeploy(feeds: Feeds, tmp_path: Path) -> Program:
    return Program("wskdeploy", feeds.owner, tmp_path)


@pytest.fixture
def wsk(feeds: Feeds, tmp_path: Path) -> Program:
    return Program("wsk", feeds.owner, tmp_path)


@pytest.fixture
def npm(feeds: Feeds) -> Iterator[Npm]:
    client = Npm(feeds.owner)
    yield client
    client.close()
