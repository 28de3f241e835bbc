"""One localwhisk for all clients, its namespace emptied after each test, and the clients."""

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local.services import Service
from tests.clients.host import Host
from tests.clients.npm import MODULES, Npm
from tests.clients.program import Program

HERE = Path(__file__).parent
# Deselected and not skipped, because wsk cannot be installed as a module: where nobody built it,
# test_wsk_requests.py still replays what it sends.
collect_ignore = [] if shutil.which("wsk") else ["test_wsk.py"]


def pytest_report_collectionfinish() -> str:
    return "wsk is not on PATH: its requests are replayed only" if collect_ignore else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = {}
    if shutil.which("wskdeploy") is None:
        absent["wskdeploy"] = "wskdeploy is not on PATH (tests/clients/go.mod builds it)"
    if shutil.which("node") is None or not (MODULES / "openwhisk").exists():
        absent["npm"] = "the npm package openwhisk is not in build/npm (.ci/run installs it)"
    for item in items:
        for fixture in absent.keys() & set(getattr(item, "fixturenames", ())):
            if item.path.is_relative_to(HERE):
                item.add_marker(pytest.mark.skip(absent[fixture]))


@pytest.fixture(scope="session")
def namespaces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Host]]:
    """The host as the owners of `guest` and of `whisk.system` see it."""
    data = tmp_path_factory.mktemp("clients") / "data"
    options = ["--runtime", f"python:3.11={sys.executable}"]
    if node := shutil.which("node"):
        options += ["--runtime", f"nodejs:20={node}"]
    options += ["--image", f"clients/image={sys.executable}"]
    for limit in ("invocations-per-minute", "concurrent-invocations", "fires-per-minute"):
        options += ["--limit", f"{limit}=1000000"]
    service = Service(
        name="localwhisk",
        argv=[sys.executable, "-m", "localwhisk", "--port", "0", "--data", str(data), *options],
        log=data.with_suffix(".log"),
        ready=r"localwhisk listens on (http://\S+)",
    )
    service.start()
    keys = ((data / name).read_text().strip() for name in ("auth", "system-auth"))
    guest, system = (Host(service.address, key) for key in keys)
    yield guest, system
    service.stop()


@pytest.fixture
def host(namespaces: tuple[Host, Host]) -> Iterator[Host]:
    yield replace(namespaces[0], since=int(time.time() * 1000))
    namespaces[0].empty()


@pytest.fixture
def system(namespaces: tuple[Host, Host]) -> Iterator[Host]:
    yield namespaces[1]
    namespaces[1].empty()


@pytest.fixture
def wskdeploy(host: Host, tmp_path: Path) -> Program:
    """Apache's deployer, in a copy of the folder `suite`."""
    folder = tmp_path / "suite"
    shutil.copytree(HERE / "suite", folder)
    return Program("wskdeploy", host, folder)


@pytest.fixture
def wsk(host: Host, tmp_path: Path) -> Program:
    return Program("wsk", host, tmp_path)


@pytest.fixture
def npm(host: Host) -> Iterator[Npm]:
    client = Npm(host)
    yield client
    client.close()
