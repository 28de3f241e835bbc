"""Merging a listing with its snapshot, compared with a plain difference of two dicts."""

import copy
import random
import string
from collections.abc import Iterator
from typing import Any

import pytest

from feeds.provider.snapshot import Change, Entry, merge, without
from feeds.provider.source import Step
from tests.feeds.sources.following import MemoryState

SIZE = 8
Objects = dict[str, Any]


def pages(objects: Objects, size: int) -> Iterator[list[Entry]]:
    entries = [[key, objects[key]] for key in sorted(objects, key=str.encode)]
    for start in range(0, len(entries), size):
        yield entries[start : start + size]


def follow(state: MemoryState, objects: Objects, page: int = SIZE) -> list[Change]:
    changes: list[Change] = []
    for difference in merge(state, pages(objects, page), SIZE):
        writing = difference.accept(difference.changes)
        state.commit(Step(put=writing.put, delete=writing.delete))
        changes += difference.changes
    return changes


def stored(state: MemoryState) -> Objects:
    """What the state holds: all of it, if compared with an empty listing."""
    gone = (change.before for difference in merge(state, []) for change in difference.changes)
    return {entry[0]: entry[1] for entry in gone if entry}


def told(changes: list[Change]) -> set[tuple[str, Any, Any]]:
    return {
        (change.key, change.before and change.before[1], change.after and change.after[1])
        for change in changes
    }


def differences(before: Objects, after: Objects) -> set[tuple[str, Any, Any]]:
    return {
        (key, before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }


def mutated(chance: random.Random, objects: Objects) -> Objects:
    """Some more, some fewer, some other, and now and then a whole range of them."""
    result = {key: value for key, value in objects.items() if chance.random() > 0.1}
    for key in result:
        if chance.random() < 0.1:
            result[key] = chance.random()
    alphabet = string.ascii_letters + " %+é\U0001d11e\uffee\n"
    more = chance.choice([0, 1, 10, 200])
    prefix = chance.choice(["", "m", "photos/"])
    for _ in range(more):
        key = prefix + "".join(chance.choices(alphabet, k=chance.randint(1, 4)))
        result[key] = chance.random()
    if chance.random() < 0.2:
        least, most = sorted(chance.choices(alphabet, k=2))
        result = {key: value for key, value in result.items() if not least < key < most}
    return result


@pytest.mark.parametrize("seed", range(10))
def test_changes_are_those_of_a_plain_difference(seed: int) -> None:
    chance, state, objects = random.Random(seed), MemoryState(), Objects()
    for _ in range(20):
        before, objects = objects, mutated(chance, objects)
        changes = follow(state, objects, page=chance.randint(1, 3 * SIZE))
        assert len(changes) == len(told(changes))
        assert told(changes) == differences(before, objects)
        assert follow(state, objects) == []
        assert stored(state) == objects


@pytest.mark.parametrize("seed", range(3))
def test_whoever_dies_between_two_writes_goes_on_without_loss(seed: int) -> None:
    chance = random.Random(seed)
    before, start = mutated(chance, mutated(chance, {})), MemoryState()
    follow(start, before)
    after = mutated(chance, mutated(chance, before))
    for steps in range(40):
        state = copy.deepcopy(start)
        changes: list[Change] = []
        for _, difference in zip(range(steps), merge(state, pages(after, 5), SIZE), strict=False):
            writing = difference.accept(difference.changes)
            state.commit(Step(put=writing.put, delete=writing.delete))
            changes += difference.changes
        changes += follow(state, after)
        assert len(changes) == len(told(changes))
        assert told(changes) == differences(before, after)


def test_what_is_not_accepted_is_found_again() -> None:
    state, before = MemoryState(), {f"{number:03}": 1 for number in range(40)}
    follow(state, before)
    after = {key: 2 for key in before if key > "020"} | {f"new{number}": 1 for number in range(30)}
    for difference in merge(state, pages(after, SIZE), SIZE):
        writing = difference.accept([])
        state.commit(Step(put=writing.put, delete=writing.delete))
    assert stored(state) == before
    assert told(follow(state, after)) == differences(before, after)


def test_chunks_keep_their_size_when_objects_come_one_by_one() -> None:
    chance, state, objects = random.Random(1), MemoryState(), Objects()
    for _ in range(400):
        objects[f"{chance.random()}"] = 1
        follow(state, objects)
    assert 400 / (2 * SIZE) <= len(state.values) <= 400 / (SIZE / 2)


def test_one_changed_entry_rewrites_one_chunk() -> None:
    state, objects = MemoryState(), {f"{number:03}": 1 for number in range(100)}
    follow(state, objects)
    [difference] = merge(state, pages(objects | {"050": 2}, SIZE), SIZE)
    assert len(difference.accept(difference.changes).put) == 1


def test_an_emptied_listing_leaves_nothing_behind() -> None:
    state = MemoryState()
    follow(state, {f"{number:03}": 1 for number in range(100)})
    follow(state, {})
    assert state.values == {}


def test_entries_are_taken_out_of_the_chunk_that_has_them() -> None:
    state, objects = MemoryState(), {f"{number:03}": 1 for number in range(30)}
    follow(state, objects)
    held = {
        difference.lower: [change.key for change in difference.changes if change.after is None]
        for difference in merge(state, pages({k: 1 for k in objects if k[-1] != "7"}, 3), SIZE)
    }
    for lower, keys in held.items():
        difference = without(state, lower, keys)
        writing = difference.accept(difference.changes)
        assert writing.growth == -len(keys)
        state.commit(Step(put=writing.put, delete=writing.delete))
    assert stored(state).keys() == objects.keys() - {"007", "017", "027"}
