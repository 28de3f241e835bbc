"""The host under test: localwhisk by default, any OpenWhisk by APIHOST and AUTH."""

import os
from collections.abc import Iterator

import pytest

from tests.conformance.client import Client
from tests.conformance.host import LocalHost


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
        client = Client(os.environ["APIHOST"], os.environ["AUTH"], patient=True)
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
