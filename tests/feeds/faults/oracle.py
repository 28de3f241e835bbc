"""What must have arrived, from the mutations and listings alone: it knows nothing of the diff."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

V = TypeVar("V")
Objects = dict[str, str]
"""ETags by key."""
Courses = dict[str, list[str | None]]
"""Each key's ETags in the order in which it had them, None where it was absent."""


class Change(NamedTuple):
    kind: str
    key: str
    etag: str
    """Of the new version; of the last one where it was deleted."""


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if old is None or new is None:
            yield Change("added" if old is None else "deleted", key, new or old or "")
        else:
            yield Change("modified", key, new)


class Delivered:
    """Events as the platform accepted them, repeats told apart by their ids."""

    def __init__(self, bodies: Iterable[Mapping[str, Any]]) -> None:
        self.changes: list[Change] = []
        self.repeats = 0
        self.ambiguous: list[str] = []
        """Ids that came with two different events."""
        first: dict[str, str] = {}
        for event in (event for body in bodies for event in body.get("events", [body])):
            text = json.dumps(event, sort_keys=True)
            if first.setdefault(event["id"], text) != text:
                self.ambiguous.append(event["id"])
            self.repeats += len(first) == len(self.changes)
            if len(first) > len(self.changes):
                self.changes.append(_change(event))

    def by_key(self) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.key, []).append(change)
        return found


def _change(event: Mapping[str, Any]) -> Change:
    file = event["file"]
    assert file["Key"] == event["key"], event
    return Change(event["status"], event["key"], file["ETag"].strip('"'))


class Verdict(NamedTuple):
    lost: list[str]
    """Keys that a listener holds in another state than the bucket."""
    invented: list[Change]
    """Events that no course of the key's versions explains."""
    ambiguous: list[str]


def judge(known: Objects, courses: Courses, final: Objects, delivered: Delivered) -> Verdict:
    """`known` is what a listener holds before the first event."""
    events = delivered.by_key()
    lost: list[str] = []
    invented: list[Change] = []
    for key in known.keys() | courses.keys() | events.keys():
        changes = events.get(key, [])
        if _replayed(known.get(key), changes) != final.get(key):
            lost.append(key)
        invented += unexplained([known.get(key), *courses.get(key, [])], changes)
    return Verdict(lost, invented, delivered.ambiguous)


def unexplained(course: Sequence[str | None], changes: Iterable[Change]) -> Iterator[Change]:
    """Walks along the versions that a key had; an event must go forward to one of them."""
    at, known = 0, course[0]
    for change in changes:
        wanted = None if change.kind == "deleted" else change.etag
        try:
            reached = course.index(wanted, at + 1)
        except ValueError:
            yield change
            continue
        if not _fits(change, known):
            yield change
        at, known = reached, wanted


def _fits(change: Change, known: str | None) -> bool:
    if change.kind == "added":
        return known is None
    if change.kind == "deleted":
        return known == change.etag
    return known is not None and known != change.etag


def _replayed(state: str | None, changes: Iterable[Change]) -> str | None:
    for change in changes:
        state = None if change.kind == "deleted" else change.etag
    return state


def below(prefix: str, values: Mapping[str, V]) -> dict[str, V]:
    return {key: value for key, value in values.items() if key.startswith(prefix)}
