import random
import threading
from collections.abc import Callable, Sequence

import pytest
import redis

from findme.forget import forget
from findme.jobs import MAX_OFFERS, JobGoneError, Jobs, Result, list_key
from findme.photos import Photo
from tests.conftest import Clock
from tests.findme.conftest import LEASE_S


def new_job(
    jobs: Jobs, subject: str = "ada", *, deadline_s: float = 600, keep_s: float = 3600
) -> str:
    return jobs.create(subject, "album", "http://feed", deadline_s=deadline_s, keep_s=keep_s)


def some_photos(count: int) -> list[Photo]:
    return [Photo(f"p{number}", f"http://photos/{number}.jpg") for number in range(count)]


def state_of(jobs: Jobs, job: str, clock: Clock) -> str:
    return jobs.get(job).state(clock())


def test_a_job_finishes_when_its_source_is_exhausted_and_every_photo_is_answered(
    jobs: Jobs, clock: Clock
) -> None:
    job = new_job(jobs)
    assert state_of(jobs, job, clock) == "searching"
    jobs.discover(job, some_photos(2))
    jobs.settle(job, {"p0": Result("matched", {"distance": 0.4})})
    jobs.advance(job, None)
    assert state_of(jobs, job, clock) == "processing"
    jobs.settle(job, {"p1": Result("no_face")})
    assert state_of(jobs, job, clock) == "finished"


def test_an_empty_source_finishes(jobs: Jobs, clock: Clock) -> None:
    job = new_job(jobs)
    jobs.advance(job, None)
    assert state_of(jobs, job, clock) == "finished"


def test_a_final_state_stays_final_whatever_is_delivered_later(jobs: Jobs) -> None:
    job = new_job(jobs)
    jobs.discover(job, some_photos(1))
    assert jobs.settle(job, {"p0": Result("matched", {"distance": 0.4})}) == ["p0"]
    assert jobs.settle(job, {"p0": Result("no_match")}) == []
    assert jobs.settle(job, {"p0": Result.failed("http_error", "404")}) == []
    assert jobs.discover(job, some_photos(1)) == []
    [(photo, result)] = jobs.page(job, "found", 0, 10)
    assert (photo.id, result.state, result.details) == ("p0", "matched", {"distance": 0.4})
    assert jobs.get(job).counts["matched"] == 1


def test_deliveries_in_any_order_from_many_workers_count_each_photo_once(
    jobs: Jobs, clock: Clock
) -> None:
    photos = some_photos(60)
    job = new_job(jobs)

    def worker(seed: int, batch: Sequence[Photo]) -> None:
        mixed = random.Random(seed).sample(batch, len(batch))
        jobs.discover(job, mixed)
        waiting = jobs.claim(job, [photo.id for photo in mixed], clock() + 10)
        jobs.settle(job, {name: Result("no_match") for name in waiting})

    threads = [
        threading.Thread(target=worker, args=(seed, photos[seed % 3 * 20 : seed % 3 * 20 + 40]))
        for seed in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs.advance(job, None)
    finished = jobs.get(job)
    assert finished.counts["found"] == finished.counts["no_match"] == 60
    assert finished.state(clock()) == "finished"


def test_a_photo_that_nobody_answers_for_is_offered_again_and_at_last_given_up(
    jobs: Jobs, clock: Clock
) -> None:
    job = new_job(jobs)
    jobs.discover(job, some_photos(1))
    jobs.advance(job, None)
    assert jobs.overdue(job) == []
    for offers in range(1, MAX_OFFERS + 1):
        clock.now += LEASE_S
        [offer] = jobs.overdue(job)
        assert (offer.photo.id, offer.offers) == ("p0", offers)
        assert jobs.overdue(job) == []
    clock.now += LEASE_S
    assert jobs.overdue(job) == []
    assert jobs.get(job).failures == {"lost": 1}
    assert state_of(jobs, job, clock) == "finished"


def test_a_claim_keeps_a_photo_from_being_offered_until_it_ends(jobs: Jobs, clock: Clock) -> None:
    job = new_job(jobs)
    jobs.discover(job, some_photos(2))
    assert jobs.claim(job, ["p0", "unknown"], clock() + 5 * LEASE_S) == {"p0"}
    clock.now += LEASE_S
    assert [offer.photo.id for offer in jobs.overdue(job)] == ["p1"]
    clock.now += 4 * LEASE_S
    assert {offer.photo.id for offer in jobs.overdue(job)} == {"p0", "p1"}


def test_after_the_deadline_what_waits_is_accounted_for(jobs: Jobs, clock: Clock) -> None:
    job = new_job(jobs, deadline_s=600)
    jobs.discover(job, some_photos(3))
    jobs.settle(job, {"p1": Result("no_match")})
    clock.now += 600
    assert state_of(jobs, job, clock) == "finished"
    jobs.abandon(job)
    ended = jobs.get(job)
    assert ended.failures == {"deadline": 2}
    assert ended.settled == ended.counts["found"] == 3


def test_a_search_that_never_reports_back_is_fired_again_and_then_fails(
    jobs: Jobs, clock: Clock
) -> None:
    job = new_job(jobs)
    assert not jobs.search_overdue(job)
    for _ in range(MAX_OFFERS):
        clock.now += LEASE_S
        assert jobs.search_overdue(job)
        assert not jobs.search_overdue(job)
    clock.now += LEASE_S
    assert not jobs.search_overdue(job)
    failed = jobs.get(job)
    assert failed.state(clock()) == "failed"
    assert failed.failure is not None
    assert failed.failure[0] == "lost"


def test_a_search_that_gets_on_is_not_counted_as_lost(jobs: Jobs, clock: Clock) -> None:
    job = new_job(jobs, deadline_s=10_000)
    for page in range(3 * MAX_OFFERS):
        clock.now += LEASE_S
        jobs.search_overdue(job)
        jobs.advance(job, f"http://feed/{page}")
    assert state_of(jobs, job, clock) == "searching"
    assert jobs.get(job).cursor == f"http://feed/{3 * MAX_OFFERS - 1}"


def test_the_first_reason_of_a_failure_stays(jobs: Jobs) -> None:
    job = new_job(jobs)
    jobs.fail(job, "album_unreachable", "no answer")
    jobs.fail(job, "not_a_feed", "no feed")
    assert jobs.get(job).failure == ("album_unreachable", "no answer")


def test_the_same_content_belongs_to_the_photo_that_came_first(jobs: Jobs) -> None:
    job = new_job(jobs)
    assert jobs.claim_content(job, "p0", "digest") == "p0"
    assert jobs.claim_content(job, "p1", "digest") == "p0"
    assert jobs.claim_content(job, "p0", "digest") == "p0"


def test_a_job_that_has_gone_stays_gone(jobs: Jobs, store: redis.Redis, clock: Clock) -> None:
    job = new_job(jobs)
    jobs.discover(job, some_photos(2))
    jobs.claim_content(job, "p0", "digest")
    forget(store, "ada", clock)
    late_calls: list[Callable[[], object]] = [
        lambda: jobs.discover(job, some_photos(1)),
        lambda: jobs.claim(job, ["p0"], clock() + 1),
        lambda: jobs.claim_content(job, "p0", "digest"),
        lambda: jobs.settle(job, {"p0": Result("matched")}),
        lambda: jobs.overdue(job),
        lambda: jobs.advance(job, None),
        lambda: jobs.fail(job, "lost", "lost"),
        lambda: jobs.get(job),
    ]
    for call in late_calls:
        with pytest.raises(JobGoneError):
            call()
    assert store.keys("findme:job:*") == []


def test_everything_of_a_job_expires_with_it(jobs: Jobs, store: redis.Redis) -> None:
    job = new_job(jobs, keep_s=3600)
    jobs.discover(job, some_photos(3))
    jobs.claim_content(job, "p0", "digest")
    jobs.settle(job, {"p0": Result("matched")})
    jobs.overdue(job)
    lives = {key: store.ttl(key) for key in store.keys("findme:job:*")}
    assert len(lives) >= 7
    assert all(3500 < life <= 3601 for life in lives.values()), lives


def test_a_short_lived_job_does_not_take_the_list_of_the_longer_ones_along(
    jobs: Jobs, store: redis.Redis, clock: Clock
) -> None:
    long = new_job(jobs, keep_s=7200)
    short = new_job(jobs, keep_s=60)
    assert jobs.of("ada") == [short, long]
    assert store.ttl(list_key("ada")) > 7000
    clock.now += 61
    assert jobs.of("ada") == [short, long]
    clock.now += 3600
    newest = new_job(jobs, keep_s=60)
    assert jobs.of("ada") == [newest, long]


def test_entries_are_listed_in_the_order_they_were_found_page_by_page(jobs: Jobs) -> None:
    job = new_job(jobs)
    jobs.discover(job, some_photos(5))
    jobs.settle(job, {"p3": Result("matched"), "p1": Result("matched")})
    first, second = jobs.page(job, "found", 0, 3), jobs.page(job, "found", 3, 3)
    assert [photo.id for photo, _ in first + second] == ["p0", "p1", "p2", "p3", "p4"]
    assert [result.state for _, result in first] == ["queued", "matched", "queued"]
    assert [photo.id for photo, _ in jobs.page(job, "matched", 0, 10)] == ["p3", "p1"]
