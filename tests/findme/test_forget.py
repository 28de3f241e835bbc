"""Deleting a person, while whatever writes for them is stopped and goes on at any moment.

Each step of a script's caller is one trip to a real Redis: what can come between two steps is tried
between every two of them.
"""

import random
import threading
import time
from collections.abc import Iterator
from functools import partial
from threading import Thread

import pytest
import redis

from findme.api_keys import ApiKeys
from findme.store import text
from tests.findme.halting import CrashError, Halting, HaltingPool
from tests.findme.people import (
    WRITERS,
    Person,
    Writer,
    admitted,
    begin_search,
    delete,
    enrol,
    late,
    search,
)


@pytest.fixture
def halting(redis_url: str, store: redis.Redis) -> Iterator[Halting]:
    pool = HaltingPool.from_url(redis_url)
    with redis.Redis(connection_pool=pool) as client:
        yield Halting(store, client, pool)


def test_everything_is_deleted_and_counted_and_another_person_is_left_alone(
    store: redis.Redis,
) -> None:
    ada, grace = Person(store), Person(store)
    assert ada.traces(store)
    assert delete(store, ada) == ada.held
    assert ada.traces(store) == []
    assert delete(store, ada) == dict.fromkeys(ada.held, 0)
    assert delete(store, grace) == grace.held


def test_only_marks_stay_and_only_for_minutes(store: redis.Redis) -> None:
    delete(store, Person(store))
    left = {text(name).split(":")[1]: store.ttl(name) for name in store.keys("*")}
    assert set(left) == {"forgotten", "gone"}
    assert all(890 < life <= 900 for life in left.values())


def test_who_comes_back_at_once_may_and_so_may_an_operator(store: redis.Redis) -> None:
    ada = Person(store)
    delete(store, ada)
    epoch = admitted(store, ada)
    assert epoch
    enrol(store, ada, epoch)
    begin_search(store, ada, epoch)
    deleted = delete(store, ada)
    assert (deleted["consents"], deleted["references"], deleted["searches"]) == (1, 1, 1)
    search(store, ada, epoch=None)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_write_at_any_step_of_a_deletion_leaves_nothing(
    halting: Halting, store: redis.Redis, writer: Writer
) -> None:
    for ada in halting.each_step(delete, partial(late, writer, store)):
        late(writer, store, ada)
        assert ada.traces(store) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_a_deletion_at_any_step_of_a_write_leaves_nothing(
    halting: Halting, store: redis.Redis, writer: Writer
) -> None:
    for ada in halting.each_step(partial(late, writer), partial(delete, store)):
        assert ada.traces(store) == []


def test_a_deletion_at_any_step_of_a_handover_leaves_nothing(
    halting: Halting, store: redis.Redis
) -> None:
    for ada in halting.each_step(admitted, partial(delete, store)):
        assert ada.traces(store) == []


def test_what_an_api_key_lets_in_at_any_step_of_a_deletion_leaves_nothing(
    halting: Halting, store: redis.Redis
) -> None:
    let_in: list[str] = []

    def use_key(person: Person) -> None:
        caller = ApiKeys(store, time.time).caller(person.key)
        epoch = admitted(store, person) if caller else None
        let_in.extend([epoch] if epoch is not None else [])

    for ada in halting.each_step(delete, use_key):
        assert ApiKeys(store, time.time).caller(ada.key) is None
        for epoch in let_in:
            late(begin_search, store, ada, epoch)
        assert ada.traces(store) == []
    assert len(let_in) > 1


def test_what_a_crash_leaves_behind_the_next_attempt_deletes(
    halting: Halting, store: redis.Redis
) -> None:
    def crash(person: Person) -> None:
        raise CrashError

    for ada in halting.each_step(delete, crash):
        delete(store, ada)
        assert ada.traces(store) == []


def test_two_deletions_at_once_count_each_thing_once(halting: Halting, store: redis.Redis) -> None:
    receipts: list[dict[str, int]] = []

    def one(store: redis.Redis, person: Person) -> None:
        receipts.append(delete(store, person))

    for ada in halting.each_step(one, partial(one, store)):
        both = receipts[-2:]
        assert {kind: sum(receipt[kind] for receipt in both) for kind in ada.held} == ada.held
        assert ada.traces(store) == []


def test_everybody_writes_while_two_delete(store: redis.Redis) -> None:
    rounds, chance = 40, random.Random(5)
    writers = [*WRITERS, *WRITERS]
    for _ in range(rounds):
        ada = Person(store)
        start = threading.Barrier(len(writers) + 3)
        receipts: list[dict[str, int]] = []
        threads = [
            *(Thread(target=keep_writing, args=(store, ada, w, start, chance)) for w in writers),
            *(Thread(target=delete_soon, args=(store, ada, receipts, start, chance)) for _ in "12"),
        ]
        for thread in threads:
            thread.start()
        start.wait()
        for thread in threads:
            thread.join()
        assert len(receipts) == 2
        assert ada.traces(store) == []
    print(f"\n{rounds} rounds of {len(writers)} writers and 2 deletions")


def delete_soon(
    store: redis.Redis,
    person: Person,
    receipts: list[dict[str, int]],
    start: threading.Barrier,
    chance: random.Random,
) -> None:
    start.wait()
    time.sleep(chance.uniform(0, 0.02))  # the moment of the deletion, not a wait for something
    receipts.append(delete(store, person))


def keep_writing(
    store: redis.Redis,
    person: Person,
    writer: Writer,
    start: threading.Barrier,
    chance: random.Random,
) -> None:
    """Requests one after the other, until one is admitted that is of a time after a deletion."""
    start.wait()
    for _ in range(1000):
        epoch = admitted(store, person)
        if epoch:
            return
        if epoch is not None:
            time.sleep(chance.uniform(0, 0.004))  # what the action computes meanwhile
            late(writer, store, person, epoch)
