"""Somebody with something of every kind in the store, and whatever writes for them."""

import hashlib
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

import redis

from findme.api_keys import ApiKeys, Slot
from findme.epochs import ForgottenError
from findme.forget import forget
from findme.handover import Handover, VerifiedRequest
from findme.jobs import JobGoneError, Jobs, Result
from findme.photos import Photo
from findme.subjects import ENCODING_BYTES, Subjects, subject_of
from tests import traces

MODEL = "model@1"
PHOTOS = [Photo(f"p{number}", f"http://photos/{number}.jpg") for number in range(3)]

# What a late writer may be told; anything else is a defect.
REFUSED = (ForgottenError, JobGoneError)


class Person:
    """Somebody with something of every kind in the store."""

    def __init__(self, store: redis.Redis) -> None:
        self.subject = subject_of("https://issuer", secrets.token_hex(8))
        self.encodings = [secrets.token_bytes(ENCODING_BYTES) for _ in range(3)]
        subjects, jobs = Subjects(store, time.time), ledger(store)
        subjects.agree(self.subject, "2026", keep_s=3600)
        for number, encoding in enumerate(self.encodings):
            kept = {f"r{number}": ({"name": "me.jpg"}, encoding)}
            subjects.add_references(self.subject, MODEL, kept)
        self.job = search(store, self)
        jobs.discover(self.job, PHOTOS)
        jobs.discover(search(store, self), PHOTOS[:1])
        Handover(store).park(request_of(self))
        self.key = add_key(store, self, "camera", "")
        self.held = {
            "consents": 1, "references": 3, "encodings": 3,
            "searches": 2, "photos": 4, "api_keys": 1,
        }  # fmt: skip

    def traces(self, store: redis.Redis) -> list[str]:
        needles = [self.subject.encode(), *self.encodings]
        return traces.found(needles, traces.redis_values(store))


def ledger(store: redis.Redis) -> Jobs:
    return Jobs(store, time.time, lease_s=60)


def request_of(person: Person) -> VerifiedRequest:
    body = secrets.token_bytes(2000)
    return VerifiedRequest(person.subject, (), "post", "", "", "application/json", body)


def search(store: redis.Redis, person: Person, epoch: str | None = None) -> str:
    return ledger(store).create(
        person.subject, "album", "http://feed", deadline_s=600, keep_s=3600, epoch=epoch
    )


def add_key(store: redis.Redis, person: Person, name: str, epoch: str) -> str:
    key, now = f"findme_{secrets.token_hex(32)}", time.time()
    slot = Slot(hashlib.sha256(key.encode()).hexdigest(), ["findme:search"], now, now + 3600)
    ApiKeys(store, time.time).put(person.subject, epoch, name, slot)
    return key


def admitted(store: redis.Redis, person: Person) -> str | None:
    """The epoch of a request on its way through the guard; None where it was forgotten there."""
    handover = Handover(store)
    taken = handover.take(handover.park(request_of(person)))
    return taken.epoch if taken else None


def begin_search(store: redis.Redis, person: Person, epoch: str) -> None:
    job = search(store, person, epoch)
    ledger(store).discover(job, PHOTOS)


def enrol(store: redis.Redis, person: Person, epoch: str) -> None:
    subjects = Subjects(store, time.time)
    subjects.agree(person.subject, "2026", keep_s=3600, epoch=epoch)
    kept = {"late": ({"name": "late.jpg"}, person.encodings[0])}
    subjects.add_references(person.subject, MODEL, kept, epoch=epoch)


def discover(store: redis.Redis, person: Person, epoch: str) -> None:
    ledger(store).discover(person.job, [Photo("late", "http://photos/late.jpg")])
    ledger(store).advance(person.job, "http://feed/2")


def settle(store: redis.Redis, person: Person, epoch: str) -> None:
    jobs = ledger(store)
    jobs.claim(person.job, ["p0"], time.time() + 60)
    jobs.claim_content(person.job, "p0", "digest")
    jobs.settle(person.job, {"p0": Result("matched", {"distance": 0.4})})


def fail(store: redis.Redis, person: Person, epoch: str) -> None:
    ledger(store).overdue(person.job)
    ledger(store).fail(person.job, "album_unreachable", "no answer")


def rotate_key(store: redis.Redis, person: Person, epoch: str) -> None:
    add_key(store, person, "camera", epoch)


Writer = Callable[[redis.Redis, Person, str], None]

WRITERS: list[Writer] = [enrol, begin_search, discover, settle, fail, rotate_key]


def delete(store: redis.Redis, person: Person) -> dict[str, int]:
    return forget(store, person.subject, time.time)


def late(writer: Writer, store: redis.Redis, person: Person, epoch: str = "") -> None:
    """A write with the epoch of before the deletion."""
    with suppress(*REFUSED):
        writer(store, person, epoch)
