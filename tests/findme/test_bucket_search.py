"""Live searches of a bucket, with the ledger and the bucket's photos in a real Redis."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import redis

from findme.bucket_search import BucketSearch, addresses_of, events_of
from findme.buckets import Buckets
from findme.errors import RequestError, SettingError
from findme.forget import forget
from findme.jobs import JobGoneError, Jobs
from findme.photos import bucket as source
from tests.conftest import Clock

ADDRESS = "http://host/photos/"


class Fired:
    """What was fired, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, trigger: str, event: Mapping[str, Any]) -> None:
        self.events.append((trigger, event))

    def photos(self, job: str) -> list[str]:
        batches = [event["photos"] for _, event in self.events if event["job"] == job]
        return [photo["id"] for batch in batches for photo in batch]


@pytest.fixture
def fired() -> Fired:
    return Fired()


@pytest.fixture
def searches(store: redis.Redis, clock: Clock, jobs: Jobs, fired: Fired) -> BucketSearch:
    return BucketSearch(jobs, Buckets(store, clock), {"photos": ADDRESS}, fired)


def event(key: str, status: str = "added", etag: str = "e1", bucket: str = "photos") -> Any:
    file = {"Key": key, "ETag": f'"{etag}"', "LastModified": "2026-11-20T10:00:00Z", "Size": 1}
    return {"file": file, "status": status, "bucket": bucket, "key": key, "id": key + etag}


def live(jobs: Jobs, searches: BucketSearch, clock: Clock, subject: str = "ada") -> str:
    job = jobs.create(subject, "bucket", "photos", deadline_s=600, keep_s=3600)
    searches.run(job, now=clock, until=clock.now + 50)
    return job


def test_a_search_gets_what_is_there_and_what_arrives(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    searches.arrived([event("a b/1.jpg"), event("notes.txt"), event("2.PNG")])
    job = live(jobs, searches, clock)
    assert sorted(fired.photos(job)) == ["2.PNG@e1", "a b/1.jpg@e1"]
    searches.arrived([event("3.jpg")])
    assert fired.photos(job)[2:] == ["3.jpg@e1"]
    listed = {photo.id: photo.image for photo, _ in jobs.page(job, "found", 0, 10)}
    assert listed["a b/1.jpg@e1"] == ADDRESS + "a%20b/1.jpg"
    assert jobs.get(job).state(clock.now) == "searching"


def test_the_same_event_again_tells_nobody_twice(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    job = live(jobs, searches, clock)
    for _ in range(3):
        searches.arrived([event("1.jpg")])
    searches.run(job, now=clock, until=clock.now + 50)
    assert fired.photos(job) == ["1.jpg@e1"]


def test_a_picture_that_was_replaced_is_a_new_photo(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    job = live(jobs, searches, clock)
    searches.arrived([event("1.jpg")])
    searches.arrived([event("1.jpg", "modified", "e2")])
    assert fired.photos(job) == ["1.jpg@e1", "1.jpg@e2"]


def test_what_was_deleted_is_not_found_by_later_searches(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    searches.arrived([event("1.jpg"), event("2.jpg"), event("1.jpg", "deleted")])
    assert fired.photos(live(jobs, searches, clock)) == ["2.jpg@e1"]


def test_everybody_who_waits_is_told_and_nobody_else(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired, store: redis.Redis
) -> None:
    ada, grace = live(jobs, searches, clock), live(jobs, searches, clock, "grace")
    elsewhere = jobs.create("eve", "bucket", "other", deadline_s=600, keep_s=3600)
    forget(store, "grace", clock)
    searches.arrived([event("1.jpg"), event("2.jpg", bucket="other")])
    assert fired.photos(ada) == ["1.jpg@e1"]
    assert fired.photos(grace) == fired.photos(elsewhere) == []


def test_who_is_forgotten_waits_no_more(
    searches: BucketSearch, jobs: Jobs, clock: Clock, store: redis.Redis
) -> None:
    live(jobs, searches, clock)
    unbegun = jobs.create("ada", "bucket", "photos", deadline_s=600, keep_s=3600)
    forget(store, "ada", clock)
    assert searches.buckets.waiting("photos") == []
    with pytest.raises(JobGoneError):
        searches.run(unbegun, now=clock, until=clock.now)


def test_a_search_that_is_forgotten_as_it_begins_waits_no_more(
    searches: BucketSearch, jobs: Jobs, clock: Clock, store: redis.Redis
) -> None:
    class Forgetting(Buckets):
        """Deletes everything just before the search would be listed."""

        def wait(self, bucket: str, job: str, until: float) -> None:
            forget(store, "ada", clock)
            super().wait(bucket, job, until)

    job = jobs.create("ada", "bucket", "photos", deadline_s=600, keep_s=3600)
    forgetting = replace(searches, buckets=Forgetting(store, clock))
    with pytest.raises(JobGoneError):
        forgetting.run(job, now=clock, until=clock.now)
    assert searches.buckets.waiting("photos") == []


def test_after_the_deadline_nobody_waits(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    job = live(jobs, searches, clock)
    clock.now += 601
    searches.arrived([event("1.jpg")])
    assert fired.photos(job) == []
    assert jobs.get(job).state(clock.now) == "finished"


def test_a_live_search_is_not_overdue(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    job = live(jobs, searches, clock)
    clock.now += 300
    assert not jobs.search_overdue(job)


def test_a_large_bucket_is_read_in_several_activations(
    searches: BucketSearch, jobs: Jobs, clock: Clock, fired: Fired
) -> None:
    searches.arrived([event(f"{number:04}.jpg") for number in range(2000)])
    job = jobs.create("ada", "bucket", "photos", deadline_s=600, keep_s=3600)
    runs = 1
    searches.run(job, now=clock, until=clock.now)
    while fired.events[-1] == ("bucket_search_requested", {"job": job}):
        fired.events.pop()
        searches.run(job, now=clock, until=clock.now)
        runs += 1
    assert runs > 1
    assert sorted(fired.photos(job)) == [f"{number:04}.jpg@e1" for number in range(2000)]


def test_a_bucket_nobody_watches_ends_the_search_with_the_reason(
    searches: BucketSearch, jobs: Jobs, clock: Clock
) -> None:
    job = jobs.create("ada", "bucket", "secrets", deadline_s=600, keep_s=3600)
    searches.run(job, now=clock, until=clock.now + 50)
    assert jobs.get(job).failure == (
        "unknown_bucket",
        "no bucket called secrets is watched here: ask who runs this service",
    )


def test_a_search_that_has_gone_is_said(searches: BucketSearch, clock: Clock) -> None:
    with pytest.raises(JobGoneError):
        searches.run("0" * 32, now=clock, until=clock.now)


@pytest.mark.parametrize("query", ["", " ", "a/b", "x" * 64])
def test_a_query_is_a_buckets_name(query: str) -> None:
    with pytest.raises(RequestError, match="name of a bucket"):
        source.validate(query)


def test_a_firing_carries_one_event_or_many() -> None:
    one = event("1.jpg")
    assert events_of({**one, "__ow_headers": {}})[0]["key"] == "1.jpg"
    assert events_of({"events": [one, one]}) == [one, one]
    assert events_of({}) == []


@pytest.mark.parametrize("text", ["{", "[]", "7"])
def test_addresses_that_are_no_json_object_are_refused(text: str) -> None:
    with pytest.raises(SettingError, match="buckets must be JSON"):
        addresses_of(text)
