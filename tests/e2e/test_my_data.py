"""What a person gets when they ask for everything that is held about them."""

import secrets
import struct
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from findme import consent
from findme.openwhisk import OpenWhisk
from findme.subjects import subject_of
from local import sample
from local.client import ApiError, Client
from local.suite import Suite
from tests.e2e.waiting import at_rest, until
from tests.findme.test_my_data import opened


def test_a_person_gets_all_that_is_held_and_their_encodings_for_their_key_alone(
    sign_in: Callable[[str], Client],
    running: Suite,
    openwhisk: OpenWhisk,
    state: Path,
    feed: str,
) -> None:
    person = sign_in("curious")
    person.enrol(state / "album" / sample.ME)
    job = person.search("album", feed)
    until(lambda: at_rest(openwhisk))
    held = person.my_data()
    assert held["consent"] == {**person.consent()["agreed"], "expires": person.consent()["expires"]}
    assert held["consent"]["version"] == consent.VERSION
    assert [(each["job"], each["state"]) for each in held["searches"]] == [(job, "finished")]
    assert {photo["id"]: photo["state"] for photo in held["photos"]} == sample.EXPECTED

    key = secrets.token_bytes(32)
    sealed = person.post("my_data", {"key": urlsafe_b64encode(key).decode()})["sealed_encodings"]
    [encoding] = opened(sealed, key)
    subject = subject_of(running.issuer, "curious")
    with redis.Redis.from_url(running.redis_url) as store:
        [name] = store.scan_iter(f"findme:person:*:{subject}:encodings")
        assert store.hvals(name) == [struct.pack("<128f", *encoding["numbers"])]

    person.forget_me()
    assert not any(person.my_data().values())


@pytest.mark.parametrize(
    ("method", "route", "body", "status", "field"),
    [
        ("POST", "my_data", {}, 400, "key"),
        ("POST", "my_data", {"key": "AAAA"}, 400, "key"),
        ("GET", "my_data?key=AAAA", None, 400, "key"),
        ("GET", "my_data?after=nonsense", None, 400, "after"),
        ("DELETE", "my_data", None, 405, None),
        ("POST", "consent", {}, 405, None),
        ("GET", "forget_me", None, 405, None),
    ],
)
def test_what_cannot_be_answered_is_refused_and_says_why(
    ada: Client, method: str, route: str, body: Any, status: int, field: str | None
) -> None:
    with pytest.raises(ApiError) as refused:
        ada._call(method, route, json=body)
    assert (refused.value.status, refused.value.body.get("field")) == (status, field)
