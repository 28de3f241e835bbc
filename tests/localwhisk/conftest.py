"""The host under test: localwhisk by default, any OpenWhisk by APIHOST and AUTH."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localwhisk.client import Client

IMAGE = "localwhisk/test-image"
KIND = f"python:{sys.version_info.major}.{sys.version_info.minor}"


class LocalHost:
    """A real `python -m localwhisk` on a free port."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        arguments = ["--port", "0", "--data", str(data), "--runtime", f"{KIND}={sys.executable}"]
        arguments += ["--image", f"{IMAGE}={sys.executable}", *options]
        data.parent.mkdir(exist_ok=True, parents=True)
        self.log = data.with_suffix(".log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localwhisk", *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline().strip()
        assert self.ready_line, self.log.read_text()
        self.url = self.ready_line.split()[-1]

    def client(self, key_file: str = "auth") -> Client:
        return Client(self.url, (self.data / key_file).read_text().strip())

    def terminate(self) -> int:
        self.process.terminate()
        return self._ended()

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(timeout=15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="session")
def local_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    if os.environ.get("APIHOST"):
        pytest.skip("needs what only the local host has: its options and all of its keys")
    host = LocalHost(tmp_path_factory.mktemp("localwhisk") / "data")
    yield host
    host.terminate()


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    if os.environ.get("APIHOST"):
        client = Client(os.environ["APIHOST"], os.environ["AUTH"])
    else:
        client = request.getfixturevalue("local_host").client()
    yield client
    client.forget()


@pytest.fixture
def other(local_host: LocalHost) -> Iterator[Client]:
    """A client of another namespace, whisk.system: only the local host gives its key away."""
    client = local_host.client("system-auth")
    yield client
    client.forget()
