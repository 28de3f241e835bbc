"""One running suite for all end-to-end tests: the processes and manifest of `make run`."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from findme.openwhisk import OpenWhisk
from local import sample, suite
from local.client import Client
from local.suite import Suite
from tests.e2e.hostile.guards import Guards
from tests.e2e.hostile.provider import Provider
from tests.e2e.hostile.request import Send
from tests.e2e.hostile.tokens import Forge, private_key
from tests.localwhisk.hostile.wire import Wire


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
        allow_a_busy_minute(OpenWhisk.from_wskprops(started.wskprops))
        yield started


def allow_a_busy_minute(openwhisk: OpenWhisk) -> None:
    """The guard's limit for one person, too; test_guard.py has guards with limits of their own."""
    set_parameter(openwhisk, "actions/findme/check_auth", "subject_per_minute", "100000")


def set_parameter(openwhisk: OpenWhisk, path: str, key: str, value: str) -> None:
    """Bind one parameter anew; the others stay."""
    bound = openwhisk.request("GET", path)["parameters"]
    kept = [parameter for parameter in bound if parameter["key"] != key]
    body = {"parameters": [*kept, {"key": key, "value": value}]}
    openwhisk.request("PUT", path, body, {"overwrite": "true"})


@pytest.fixture(scope="session")
def openwhisk(running: Suite) -> OpenWhisk:
    """The namespace's owner."""
    return OpenWhisk.from_wskprops(running.wskprops)


@pytest.fixture(scope="session")
def sign_in(running: Suite) -> Callable[[str], Client]:
    """A signed-in person who is not enrolled."""
    return lambda user: Client(running.api, running.issuer, user)


@pytest.fixture(scope="module")
def send(running: Suite) -> Iterator[Send]:
    """Sends requests as they are, on one connection."""
    with closing(Wire(running.api_host)) as wire:
        yield lambda request: wire.exchange(request.encode(), request.method)


@pytest.fixture(scope="session")
def runs(openwhisk: OpenWhisk) -> Callable[[str], int]:
    """How many activations an action of the suite has."""

    def count(action: str) -> int:
        query = {"name": f"findme/{action}", "count": "true"}
        return int(openwhisk.request("GET", "activations", query=query)["activations"])

    return count


@pytest.fixture(scope="session")
def guards(openwhisk: OpenWhisk) -> Guards:
    return Guards(openwhisk)


@pytest.fixture(scope="session")
def lair() -> Iterator[Provider]:
    """A provider of nobody's, with a key of its own."""
    with Provider({"thief": Ed25519PrivateKey.generate()}) as provider:
        yield provider


@pytest.fixture(scope="session")
def forge(running: Suite, state: Path, lair: Provider) -> Forge:
    """The local issuer's real key, to make tokens with that it would not make."""
    discovered = f"{running.issuer}/.well-known/openid-configuration"
    address = urllib3.request("GET", discovered).json()["jwks_uri"]
    [public] = urllib3.request("GET", address).json()["keys"]
    key = private_key(state / "issuer.key")
    return Forge(running.issuer, key, public["kid"], lair.keys["thief"], lair.url)


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
