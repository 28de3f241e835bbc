"""A localwhisk of its own for each test that asks for one, and a copy of the example suite."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from findme.openwhisk import OpenWhisk
from local.services import Service

EXAMPLE = Path(__file__).parent / "example"
VARIABLES = {
    "WHO": "ada",
    "WHOLE": "is not reached: $WHO is replaced first",
    "AGE": "36",
    "IMAGE": "python-ml:0.1.0",
    "NOTHING": "",
    "FEED": "/_/source/changes",
    "REFUSED": "",
    "filled_from_environment": "from the environment",
}


@dataclass(frozen=True)
class Host:
    api_host: str
    auth: str

    @property
    def client(self) -> OpenWhisk:
        return OpenWhisk(self.api_host, self.auth)


@pytest.fixture
def new_host(tmp_path: Path) -> Iterator[Callable[[], Host]]:
    services: list[Service] = []

    def start() -> Host:
        data = tmp_path / f"host-{len(services)}"
        service = Service(
            name="localwhisk",
            argv=[sys.executable, "-m", "localwhisk", "--port", "0", "--data", str(data)]
            + ["--runtime", f"python:3.11={sys.executable}"]
            + ["--image", f"findme/python-ml={sys.executable}"],
            log=tmp_path / f"host-{len(services)}.log",
            ready=r"localwhisk listens on (http://\S+)",
        )
        services.append(service)
        service.start()
        return Host(service.address, (data / "auth").read_text().strip())

    yield start
    for service in services:
        service.stop()


@pytest.fixture
def host(new_host: Callable[[], Host]) -> Host:
    return new_host()


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example's manifest, beside empty files and caches that bundles have to judge."""
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder)
    for room in (folder / "actions" / "greet", folder / "shared" / "words" / "deep"):
        (room / "empty.py").touch()
        (room / "__pycache__").mkdir(exist_ok=True)
        (room / "__pycache__" / "more.cpython-311.pyc").write_bytes(b"cache")
    return folder / "manifest.yaml"


@pytest.fixture
def environment() -> Mapping[str, str]:
    return os.environ | VARIABLES
