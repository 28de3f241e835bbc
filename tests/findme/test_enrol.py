"""Photos of oneself, in a real Redis; faces are decided by a function of the bytes."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import redis

from findme import consent, epochs
from findme.enrol import Face, enrol
from findme.errors import PictureError, RequestError
from findme.forget import forget
from findme.handover import VerifiedRequest
from findme.subjects import ENCODING_BYTES, Subjects
from findme.web import Request
from tests.conftest import Clock

MODEL = "model@1"


def face(data: bytes, known: Sequence[bytes]) -> Face:
    if data == b"cat":
        raise PictureError("no_face", "There is no face in it.")
    return Face((1, 2, 3, 4), data.ljust(ENCODING_BYTES, b"."))


@pytest.fixture
def subjects(store: redis.Redis, clock: Clock) -> Subjects:
    return Subjects(store, clock)


def send(
    subjects: Subjects,
    photos: Sequence[bytes],
    examine: Callable[[bytes, Sequence[bytes]], Face] = face,
    **fields: Any,
) -> dict[str, Any]:
    given = {"consent": consent.VERSION, **fields}
    given["photos"] = [base64.b64encode(photo).decode() for photo in photos]
    body, kind = json.dumps(given).encode(), "application/json"
    epoch = epochs.current(subjects.store, "ada")
    request = Request(VerifiedRequest("ada", (), "post", "", "", kind, body, epoch))
    return enrol(request, subjects, MODEL, examine, keep_s=3600)


def test_each_photo_gets_its_report_and_those_accepted_are_kept(subjects: Subjects) -> None:
    report = send(subjects, [b"me", b"cat"])
    assert (report["enrolled"], report["references"]) == (True, 1)
    accepted, refused = report["photos"]
    assert accepted["box"] == [1, 2, 3, 4]
    assert (refused["accepted"], refused["reason"]) == (False, "no_face")
    assert subjects.encodings("ada", MODEL) == [b"me".ljust(ENCODING_BYTES, b".")]
    assert list(subjects.references("ada")) == [accepted["id"]]


def test_the_consent_is_recorded_before_the_first_photo_is_looked_at(
    subjects: Subjects, clock: Clock
) -> None:
    def look(data: bytes, known: Sequence[bytes]) -> Face:
        profile = subjects.profile("ada")
        assert profile is not None
        assert (profile.consent, profile.consented) == (consent.VERSION, clock())
        return face(data, known)

    assert send(subjects, [b"me"], look)["enrolled"]


@pytest.mark.parametrize("given", ["1999-01-01", None, True])
def test_without_the_present_consent_no_photo_is_looked_at(
    subjects: Subjects, store: redis.Redis, given: object
) -> None:
    def look(data: bytes, known: Sequence[bytes]) -> Face:
        raise AssertionError("a photo was looked at")

    with pytest.raises(RequestError, match=f"version {consent.VERSION}"):
        send(subjects, [b"me"], look, consent=given)
    assert store.keys("*") == []


def test_a_photo_that_is_looked_at_while_the_person_is_forgotten_is_not_kept(
    subjects: Subjects, clock: Clock
) -> None:
    def look(data: bytes, known: Sequence[bytes]) -> Face:
        forget(subjects.store, "ada", clock)
        return face(data, known)

    with pytest.raises(epochs.ForgottenError):
        send(subjects, [b"me"], look)
    assert subjects.profile("ada") is None
    assert subjects.all_encodings("ada") == []
