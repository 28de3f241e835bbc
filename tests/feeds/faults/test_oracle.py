"""The oracle finds what a campaign is looking for: a judge who never condemns proves nothing."""

from typing import Any

import pytest

from tests.feeds.faults.oracle import Change, Delivered, Verdict, judge

COURSES = {"k": ["1", "2", None, "1"], "n": [None, "7"]}
BEFORE, AFTER = {"k": "1"}, {"k": "1", "n": "7"}


def event(kind: str, key: str, etag: str, number: int = 0) -> dict[str, Any]:
    file = {"Key": key, "ETag": f'"{etag}"'}
    return {"id": f"{kind} {key} {etag} {number}", "key": key, "status": kind, "file": file}


ADDED = event("added", "n", "7")
MODIFIED = event("modified", "k", "2")
DELETED = event("deleted", "k", "2")
AGAIN = event("added", "k", "1")


def verdict(*bodies: dict[str, Any]) -> Verdict:
    return judge(BEFORE, COURSES, AFTER, Delivered(bodies))


@pytest.mark.parametrize(
    "bodies",
    [
        [ADDED],  # the course of the other key is one that no poll saw
        [ADDED, MODIFIED, DELETED, AGAIN],
        [MODIFIED, event("modified", "k", "1"), {"events": [ADDED]}],
        [MODIFIED, DELETED, MODIFIED, AGAIN, DELETED, ADDED],  # repeats, late
    ],
)
def test_a_possible_course_is_acquitted(bodies: list[dict[str, Any]]) -> None:
    assert verdict(*bodies) == Verdict([], [], [])


def test_a_lost_event_leaves_its_key_in_another_state() -> None:
    assert verdict().lost == ["n"]
    assert verdict(ADDED, MODIFIED, DELETED).lost == ["k"]


@pytest.mark.parametrize(
    "bodies",
    [
        [event("added", "n", "8")],  # a version that nobody wrote
        [event("deleted", "n", "7")],  # nobody deleted it
        [DELETED],  # of a version that no event has told of
        [ADDED, event("added", "n", "7", 1)],  # there already
        [MODIFIED, DELETED, AGAIN, event("modified", "k", "2", 1)],  # back in time
        [event("modified", "n", "7")],  # nothing was there to modify
        [DELETED, MODIFIED],  # in no order that its course allows
    ],
)
def test_an_invented_event_is_told(bodies: list[dict[str, Any]]) -> None:
    last = bodies[-1].get("file", {})
    invented = verdict(*bodies).invented
    assert invented
    assert Change(bodies[-1]["status"], last["Key"], last["ETag"].strip('"')) in invented


def test_an_id_that_means_two_events_is_told() -> None:
    assert verdict(ADDED, {**event("added", "n", "8"), "id": ADDED["id"]}).ambiguous
