"""From an event to results, in a real Redis; faces are decided by a function of the bytes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from findme import matching
from findme.errors import DownloadError, PictureError
from findme.jobs import Jobs, Result
from findme.photos import Photo
from tests.conftest import Clock

MATCH = Result("matched", {"distance": 0.4, "band": "likely", "box": [1, 2, 3, 4]})


class Faces:
    """Looks at `me`, `other`, `nobody` and `broken`; takes a second of the clock for each."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seen: list[bytes] = []

    def examiner(self, subject: str) -> Callable[[bytes], Result] | None:
        return self.examine if subject == "ada" else None

    def examine(self, data: bytes) -> Result:
        self.seen.append(data)
        self.clock.now += 1
        if data.startswith(b"broken"):
            raise PictureError("broken_picture", "The picture is damaged or incomplete.")
        return MATCH if data.startswith(b"me") else Result("no_match")


def fetch(address: str) -> bytes:
    if address.endswith("missing"):
        raise DownloadError("http_error", "host answered 404")
    return address.encode()


def compare(
    job: str, photos: Sequence[Photo], jobs: Jobs, faces: Faces, until: float = float("inf")
) -> list[tuple[str, Mapping[str, Any]]]:
    """What is fired."""
    fired: list[tuple[str, Mapping[str, Any]]] = []
    matching.compare(
        job, photos, jobs, faces.examiner, fetch, lambda *event: fired.append(event),
        now=faces.clock, until=until, claim_until=faces.clock() + 60,
    )  # fmt: skip
    return fired


def states(jobs: Jobs, job: str) -> dict[str, str]:
    return {photo.id: result.state for photo, result in jobs.page(job, "found", 0, 100)}


def test_each_photo_gets_its_state_and_only_a_match_is_told(
    job: str, jobs: Jobs, clock: Clock
) -> None:
    photos = [Photo(name, name) for name in ("me", "other", "broken", "missing")]
    fired = compare(job, photos, jobs, Faces(clock))
    assert states(jobs, job) == {
        "me": "matched", "other": "no_match", "broken": "failed", "missing": "failed",
    }  # fmt: skip
    assert jobs.get(job).failures == {"broken_picture": 1, "http_error": 1}
    event = {"job": job, "photo": {"id": "me", "image": "me"}, "distance": 0.4, "band": "likely"}
    assert fired == [("match_found", event)]


def test_a_second_delivery_does_no_work_and_tells_nobody(
    job: str, jobs: Jobs, clock: Clock
) -> None:
    photos, faces = [Photo("me", "me"), Photo("me", "me")], Faces(clock)
    assert len(compare(job, photos, jobs, faces)) == 1
    assert compare(job, photos, jobs, faces) == []
    assert faces.seen == [b"me"]


def test_the_same_bytes_are_looked_at_once(job: str, jobs: Jobs, clock: Clock) -> None:
    faces = Faces(clock)
    compare(job, [Photo("one", "me"), Photo("two", "me")], jobs, faces)
    assert states(jobs, job) == {"one": "matched", "two": "skipped"}
    assert faces.seen == [b"me"]


def test_what_the_time_does_not_allow_is_handed_back(job: str, jobs: Jobs, clock: Clock) -> None:
    photos = [Photo(f"other{number}", f"other{number}") for number in range(5)]
    fired = compare(job, photos, jobs, Faces(clock), until=clock() + 2)
    [(trigger, event)] = fired
    assert trigger == "photos_found"
    assert [photo["id"] for photo in event["photos"]] == ["other2", "other3", "other4"]
    compare(job, [Photo.from_dict(photo) for photo in event["photos"]], jobs, Faces(clock))
    assert set(states(jobs, job).values()) == {"no_match"}


def test_without_time_for_one_photo_the_lease_takes_over(
    job: str, jobs: Jobs, clock: Clock
) -> None:
    assert compare(job, [Photo("me", "me")], jobs, Faces(clock), until=clock()) == []
    assert states(jobs, job) == {"me": "queued"}
    clock.now += 60
    assert [offer.photo.id for offer in jobs.overdue(job)] == ["me"]


def test_a_person_whose_encodings_expired_is_told(jobs: Jobs, clock: Clock) -> None:
    job = jobs.create("grace", "album", "http://host/0", deadline_s=600, keep_s=3600)
    compare(job, [Photo("me", "me")], jobs, Faces(clock))
    failure = jobs.get(job).failure
    assert failure is not None
    assert failure[0] == "not_enrolled"
