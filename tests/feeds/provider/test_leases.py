"""Who holds work may write; who held it may not."""

import pytest
import redis

from feeds.provider import scripts, work_scripts
from feeds.provider.hints import hint
from feeds.provider.leases import Claim, LeaseLostError, Leases
from feeds.provider.source import Event, Step
from feeds.provider.state import StoredState, commit
from feeds.provider.subscriptions import Spec, Subscriptions, identifier
from tests.conftest import Clock
from tests.feeds.provider.conftest import TRIGGER
from tests.feeds.provider.stored import contents

SPEC = Spec("folder", {"folder": "/tmp"}, frozenset(), "uuid:key")
STEP = Step([Event("1", "a", "written", {})], put={"a": b"1", "é": b"2"}, cursor={"n": 1})


@pytest.fixture
def leases(store: redis.Redis, clock: Clock) -> Leases:
    return Leases(store, clock, 10)


@pytest.fixture
def claim(subscriptions: Subscriptions, leases: Leases) -> Claim:
    """A poll that is held."""
    subscriptions.create(TRIGGER, SPEC)
    (claim,) = leases.claim(polls=5, deliveries=5)
    return claim


def test_work_is_held_by_one_and_for_the_next_after_its_lease(
    leases: Leases, claim: Claim, clock: Clock
) -> None:
    assert leases.claim(polls=5, deliveries=5) == []
    clock.now += 9
    leases.renew()
    clock.now += 9
    assert leases.claim(polls=5, deliveries=5) == []
    clock.now += 2
    (taken,) = leases.claim(polls=5, deliveries=5)
    assert (taken.sub, taken.kind) == (claim.sub, "poll")
    leases.renew()
    assert claim.ends.is_set()
    assert not taken.ends.is_set()


def test_what_a_lost_lease_commits_changes_nothing(
    store: redis.Redis, leases: Leases, claim: Claim, clock: Clock
) -> None:
    clock.now += 11
    (taken,) = leases.claim(polls=5, deliveries=5)
    before = contents(store)
    with pytest.raises(LeaseLostError):
        commit(leases, claim, StoredState(store, claim), STEP)
    for script in (work_scripts.POLLED, work_scripts.HAND_BACK, work_scripts.SUSPEND):
        with pytest.raises(LeaseLostError):
            leases.run(script, claim, clock.now + 60, "")
    assert contents(store) == before
    commit(leases, taken, StoredState(store, taken), STEP)
    assert store.xlen(f"{scripts.subscription(taken.sub)}:outbox") == 1


def test_a_step_is_written_as_a_whole_and_read_back(
    store: redis.Redis, leases: Leases, claim: Claim, clock: Clock
) -> None:
    state = StoredState(store, claim)
    commit(leases, claim, state, STEP)
    commit(leases, claim, state, Step(put={"b": b"3"}, delete=["a"]))
    leases.hand_back(claim)
    (again,) = leases.claim(polls=5, deliveries=0)
    state = StoredState(store, again)
    assert (state.cursor, state.get("a"), state.get("é")) == ({"n": 1}, None, b"2")
    assert (state.names(), state.names("b"), state.names(limit=1)) == (["b", "é"], ["é"], ["b"])


def test_a_step_whose_answer_got_lost_is_not_written_twice(
    store: redis.Redis, leases: Leases, claim: Claim
) -> None:
    commit(leases, claim, StoredState(store, claim), STEP)
    claim.steps = 0  # what a retried request looks like
    commit(leases, claim, StoredState(store, claim), STEP)
    assert store.xlen(f"{scripts.subscription(claim.sub)}:outbox") == 1


def test_nothing_new_costs_no_request(store: redis.Redis, leases: Leases, claim: Claim) -> None:
    def requests() -> int:
        return int(store.info("stats")["total_commands_processed"])

    state = StoredState(store, claim)
    commit(leases, claim, state, STEP)
    before = requests()
    commit(leases, claim, state, Step(cursor={"n": 1}))
    assert requests() == before + 1  # the question itself


@pytest.mark.parametrize("change", ["pause", "delete", "create", "update"])
def test_a_life_cycle_event_ends_what_is_under_way(
    store: redis.Redis, subscriptions: Subscriptions, leases: Leases, claim: Claim, change: str
) -> None:
    spec = (SPEC,) if change in ("create", "update") else ()
    getattr(subscriptions, change)(TRIGGER, *spec)
    before = contents(store)
    with pytest.raises(LeaseLostError):
        commit(leases, claim, StoredState(store, claim), STEP)
    assert contents(store) == before
    assert (change == "delete") == (before == {})


def test_a_feed_that_is_created_anew_begins_anew(
    store: redis.Redis, subscriptions: Subscriptions, leases: Leases, claim: Claim
) -> None:
    commit(leases, claim, StoredState(store, claim), STEP)
    subscriptions.create(TRIGGER, SPEC)
    status = subscriptions.status(TRIGGER)
    assert (status["waiting"], status["events"]) == (0, {})
    assert not store.exists(f"{scripts.subscription(identifier(TRIGGER))}:state")


def test_an_update_keeps_the_state_or_forgets_it_and_keeps_what_waits(
    store: redis.Redis, subscriptions: Subscriptions, leases: Leases, claim: Claim
) -> None:
    commit(leases, claim, StoredState(store, claim), STEP)
    for keep, found in ((True, [{"n": 1}, b"1"]), (False, [{}, None])):
        subscriptions.update(TRIGGER, SPEC, keep_state=keep)
        (claim,) = leases.claim(polls=1, deliveries=0)
        state = StoredState(store, claim)
        assert [state.cursor, state.get("a")] == found
    assert subscriptions.status(TRIGGER)["waiting"] == 1


def test_hints_make_a_feed_poll_at_most_every_two_seconds(
    subscriptions: Subscriptions, leases: Leases, clock: Clock, store: redis.Redis
) -> None:
    subscriptions.create(TRIGGER, Spec("folder", {}, frozenset(), "uuid:key", "photos"))
    polls = 0
    for _ in range(40):
        hint(store, "folder", "photos", clock.now)
        for claim in leases.claim(polls=1, deliveries=0):
            hint(store, "folder", "photos", clock.now)  # news while the listing is under way
            leases.run(work_scripts.POLLED, claim, clock.now + 3600, "")
            polls += 1
        clock.now += 0.25
    assert 5 <= polls <= 7
    assert hint(store, "folder", "other", clock.now) == 0
