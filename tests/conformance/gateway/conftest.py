"""A base path and a web action for each test of the gateway."""

from collections.abc import Iterator

import pytest

from tests.conformance.client import WEB, Client, fresh, pairs
from tests.conformance.gateway.calls import ECHO, delete


@pytest.fixture
def base(client: Client) -> Iterator[str]:
    path = f"/{fresh('api')}"
    yield path
    delete(client, path)


@pytest.fixture
def action(client: Client) -> str:
    return client.action(ECHO, annotations=pairs(WEB))
