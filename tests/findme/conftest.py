"""A ledger in a real Redis with a job of Ada's in it, and a guarded route with its provider."""

from collections.abc import Iterator

import pytest
import redis

from findme.jobs import Jobs
from tests.conftest import Clock
from tests.findme import provider as providers
from tests.findme.guarded import EC, RSA, Route
from tests.findme.provider import Provider, jwk

LEASE_S = 60


@pytest.fixture
def jobs(store: redis.Redis, clock: Clock) -> Jobs:
    return Jobs(store, clock, lease_s=LEASE_S)


@pytest.fixture
def job(jobs: Jobs) -> str:
    return jobs.create("ada", "album", "http://host/0", deadline_s=600, keep_s=3600)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providers.running() as started:
        started.keys += [jwk("RS256", RSA, "rsa"), jwk("ES256", EC, "ec")]
        yield started


@pytest.fixture
def route(redis_url: str, store: redis.Redis, provider: Provider) -> Route:
    return Route(redis_url, store, provider)
