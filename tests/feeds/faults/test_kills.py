"""Kill -9 of every part at random moments, and a store that lies: no event lost, none invented.

FEED_KILLS says how often; FEED_SEED repeats the choices of a campaign that failed.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.client import eventually
from tests.feeds.faults.machine import BUCKET, Machine
from tests.feeds.faults.mutator import listing, mutating, read_courses
from tests.feeds.faults.oracle import below, judge
from tests.feeds.s3_server import ABSENT, PROGRAM

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=ABSENT)

KILLS = int(os.environ.get("FEED_KILLS", "8"))
KILLS_OF_THE_BASELINE = 3  # of these; nothing changes meanwhile
SEED = os.environ.get("FEED_SEED") or str(random.SystemRandom().randrange(1, 2**31))
FEEDS = {"a/": ("none", 1), "b/": ("all", 20), "c/": ("none", 5)}  # prefix: initial, batch
OBJECTS = 4_000  # more than a page of each prefix
RATE = 30
MOST_PAUSE_S = 0.8
LEASE_S = 3.0  # short, so that what a killed provider held is soon another's
FREEZES = 0.15
LIES = 0.15
PATIENCE_S = 180  # the longest backoff, and a lease that nobody gave back


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Machine(tmp_path, lease_s=LEASE_S) as machine:
        yield machine


def test_a_campaign_of_kill_9(machine: Machine, tmp_path: Path) -> None:
    print(f"FEED_SEED={SEED}")
    machine.seed(OBJECTS)
    baseline = listing(machine.s3.client(), BUCKET)
    for prefix, (initial, batch) in FEEDS.items():
        machine.follow(prefix, interval_seconds=1, initial=initial, batch=batch)
    machine.feeds.start_providers()
    chance = random.Random(SEED)
    killed = kill_at_random(machine, chance, KILLS_OF_THE_BASELINE)
    eventually(lambda: all(machine.status(each)["last_poll"] for each in FEEDS), PATIENCE_S)
    machine.liar.begin(SEED, LIES)
    log = tmp_path / "mutations.log"
    with mutating(machine.s3, BUCKET, list(FEEDS), seed=SEED, rate=RATE, log=log):
        killed += kill_at_random(machine, chance, KILLS - KILLS_OF_THE_BASELINE)
    machine.liar.end()
    machine.rest(PATIENCE_S)
    final, courses = listing(machine.s3.client(), BUCKET), read_courses(baseline, log)
    assert {key: course[-1] for key, course in courses.items() if course[-1]} == final
    print(f"killed {dict(killed)}; lied {dict(machine.liar.told)}")
    for prefix, (initial, _) in FEEDS.items():
        known = baseline if initial == "none" else {}
        delivered = machine.delivered(prefix)
        verdict = judge(
            below(prefix, known), below(prefix, courses), below(prefix, final), delivered
        )
        print(
            f"{prefix} {len(delivered.changes)} events, {delivered.repeats} repeats,"
            f" {len(verdict.lost)} keys with a loss, {len(verdict.invented)} invented"
        )
        assert verdict == ([], [], [])


def kill_at_random(machine: Machine, chance: random.Random, count: int) -> Counter[str]:
    """Kill one part or two at once, each down for a moment or longer, and freeze a provider."""
    done = Counter[str]()
    while sum(done[name] for name in machine.parts) < count:
        time.sleep(chance.uniform(0, MOST_PAUSE_S))  # the moment, not a wait for something
        if chance.random() < FREEZES:
            with machine.frozen("provider-1"):
                done.update(["frozen", *kill(machine, chance)])
                time.sleep(chance.uniform(0, 2 * LEASE_S))  # another may have its work by then
        else:
            done.update(kill(machine, chance))
    return done


def kill(machine: Machine, chance: random.Random) -> list[str]:
    names = chance.sample(machine.parts, chance.choice([1, 1, 2]))
    for name in names:
        machine.kill(name)
    for name in sorted(names, reverse=True):  # redis before the providers, who need it
        time.sleep(MOST_PAUSE_S * chance.random() ** 3)
        machine.restart(name)
    return names
