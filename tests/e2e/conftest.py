"""One running suite for all end-to-end tests: the processes and manifest of `make run`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from findme.openwhisk import OpenWhisk
from local import sample, suite
from local.client import Client
from local.suite import Suite


@pytest.fixture(scope="session", autouse=True)
def room_for_tests() -> Iterator[None]:
    """One minute of tests is more than one person's minute: the suite itself keeps the defaults."""
    limits = ("invocations-per-minute", "fires-per-minute", "concurrent-invocations")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCALWHISK_LIMITS", ",".join(f"{limit}=100000" for limit in limits))
        yield


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("suite")


@pytest.fixture(scope="session")
def running(state: Path) -> Iterator[Suite]:
    with suite.running(state, port=0, page_port=0) as started:
        yield started


@pytest.fixture(scope="session")
def openwhisk(running: Suite) -> OpenWhisk:
    """The namespace's owner."""
    return OpenWhisk.from_wskprops(running.wskprops)


@pytest.fixture(scope="session")
def sign_in(running: Suite) -> Callable[[str], Client]:
    """A signed-in person who is not enrolled."""
    return lambda user: Client(running.api, f"{running.page}/issuer", user)


@pytest.fixture(scope="session")
def ada(sign_in: Callable[[str], Client], state: Path) -> Client:
    """A signed-in person enrolled with the sample's reference photo."""
    client = sign_in("ada")
    assert client.enrol(state / "album" / sample.ME)["enrolled"]
    return client


@pytest.fixture(scope="session")
def feed(running: Suite) -> str:
    """The address of the sample album."""
    return f"{running.page}/album/feed.json"
