"""Without faults: the events are exactly the changes between the listings that the provider got.

FEED_OBJECTS and FEED_MINUTES say how large the bucket is and for how long it changes.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.client import eventually
from tests.feeds.faults.machine import BUCKET, PREFIXES, Machine
from tests.feeds.faults.mutator import mutating
from tests.feeds.s3_server import ABSENT, PROGRAM

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=ABSENT)

OBJECTS = int(os.environ.get("FEED_OBJECTS", "3600"))
MINUTES = float(os.environ.get("FEED_MINUTES", "0.15"))
RATE = 100
INTERVAL_S = max(1, OBJECTS // 10_000)
LEASE_S = 60  # a poll that is taken over has listed in vain, and this is not about that
PATIENCE_S = 60 + 10 * INTERVAL_S


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Machine(tmp_path, lease_s=LEASE_S) as machine:
        yield machine


def test_events_are_exactly_the_changes_that_the_listings_show(
    machine: Machine, tmp_path: Path
) -> None:
    machine.seed(OBJECTS)
    for prefix, batch in zip(PREFIXES, (1, 10, 100), strict=True):
        machine.follow(prefix, interval_seconds=INTERVAL_S, batch=batch)
    machine.feeds.start_providers()
    eventually(lambda: all(each.polls for each in machine.watched.values()), PATIENCE_S)
    log = tmp_path / "mutations.log"
    with mutating(machine.s3, BUCKET, PREFIXES, seed="exact", rate=RATE, log=log):
        time.sleep(MINUTES * 60)  # how long it changes, not a wait for something
    machine.rest(PATIENCE_S)
    for prefix, watched in machine.watched.items():
        watched.settle()
        delivered = machine.delivered(prefix)
        found = Counter(delivered.changes)
        print(
            f"{prefix} {watched.polls} listings, {machine.status(prefix)['objects']} objects,"
            f" {watched.changes.total()} changes, {found.total()} events,"
            f" {delivered.repeats} repeats"
        )
        assert delivered.ambiguous == []
        assert list((watched.changes - found).elements()) == []
        assert list((found - watched.changes).elements()) == []
