"""A ledger in a real Redis, and a job of Ada's in it."""

import pytest
import redis

from findme.jobs import Jobs
from tests.conftest import Clock

LEASE_S = 60


@pytest.fixture
def jobs(store: redis.Redis, clock: Clock) -> Jobs:
    return Jobs(store, clock, lease_s=LEASE_S)


@pytest.fixture
def job(jobs: Jobs) -> str:
    return jobs.create("ada", "album", "http://host/0", deadline_s=600, keep_s=3600)
