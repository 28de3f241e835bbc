"""From the text of a feed to the ledger, in a real Redis, and to what is fired."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import redis

from findme import search, status
from findme.errors import DownloadError, RequestError
from findme.forget import forget
from findme.jobs import Jobs, Offer, Result
from findme.openwhisk import OpenWhiskError
from findme.photos import Photo
from findme.progress import progress
from tests.conftest import Clock


class Platform:
    """Collects what is fired; refuses while `down`."""

    def __init__(self) -> None:
        self.fired: list[tuple[str, Mapping[str, Any]]] = []
        self.down = False

    def fire(self, trigger: str, event: Mapping[str, Any]) -> None:
        if self.down:
            raise OpenWhiskError(429, "Too many requests in the last minute.")
        assert len(json.dumps(event)) < 1024 * 1024
        self.fired.append((trigger, event))

    def photos(self) -> list[str]:
        return [
            photo["id"]
            for trigger, event in self.fired
            if trigger == "photos_found"
            for photo in event["photos"]
        ]


@pytest.fixture
def platform() -> Platform:
    return Platform()


def feed(pages: int, photos: int, **more: str) -> Callable[[str], bytes]:
    """A feed of JSON pages at http://host/0, http://host/1, …"""

    def fetch(address: str) -> bytes:
        number = int(address.rpartition("/")[2])
        items = [{"id": f"{number}-{n}", "image": f"/{n}.jpg", **more} for n in range(photos)]
        page: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "items": items}
        if number + 1 < pages:
            page["next_url"] = f"/{number + 1}"
        return json.dumps(page).encode()

    return fetch


def run(
    job: str, jobs: Jobs, platform: Platform, fetch: Callable[[str], bytes], clock: Clock,
    until: float = float("inf"),
) -> None:  # fmt: skip
    search.run(job, jobs, platform.fire, fetch, now=clock, until=until)


def test_every_photo_is_ledgered_and_fired_once_in_batches(
    job: str, jobs: Jobs, platform: Platform, clock: Clock
) -> None:
    run(job, jobs, platform, feed(pages=2, photos=30), clock)
    assert jobs.get(job).counts["found"] == 60
    assert jobs.get(job).exhausted
    assert sorted(platform.photos()) == sorted(f"{p}-{n}" for p in range(2) for n in range(30))
    assert [len(event["photos"]) for _, event in platform.fired] == [5, 5, 10, 10, 25, 5]
    run(job, jobs, platform, feed(pages=2, photos=30), clock)
    assert len(platform.fired) == 6


def test_a_search_out_of_time_leaves_the_rest_to_a_further_event(
    job: str, jobs: Jobs, platform: Platform, clock: Clock
) -> None:
    run(job, jobs, platform, feed(pages=3, photos=1), clock, until=clock())
    assert platform.fired[-1] == ("album_search_requested", {"job": job})
    assert jobs.get(job).state(clock()) == "searching"
    run(job, jobs, platform, feed(pages=3, photos=1), clock)
    assert platform.photos() == ["0-0", "1-0", "2-0"]
    assert jobs.get(job).exhausted


def test_what_the_platform_refuses_is_offered_again_and_nothing_is_lost(
    job: str, jobs: Jobs, platform: Platform, clock: Clock
) -> None:
    platform.down = True
    run(job, jobs, platform, feed(pages=1, photos=3), clock)
    assert jobs.get(job).counts["found"] == 3
    platform.down = False
    status.tend(jobs, jobs.get(job), platform.fire, clock())
    assert platform.photos() == []
    clock.now += 60
    status.tend(jobs, jobs.get(job), platform.fire, clock())
    assert sorted(platform.photos()) == ["0-0", "0-1", "0-2"]


def test_a_photo_comes_back_in_smaller_company_each_time(platform: Platform) -> None:
    photos = [Photo(str(number), "http://host/a.jpg") for number in range(6)]
    for offers in range(3):
        platform.fired.clear()
        search.offer("job", [Offer(photo, offers) for photo in photos], platform.fire)
        sizes = [len(event["photos"]) for _, event in platform.fired]
        assert sizes == [[6], [5, 1], [1] * 6][offers]


def test_the_longest_texts_still_fit_every_event_and_answer(
    job: str, jobs: Jobs, platform: Platform, clock: Clock
) -> None:
    long = dict.fromkeys(("url", "title", "date_published"), "é" * 9000)
    run(job, jobs, platform, feed(pages=1, photos=120, **long), clock)
    assert len(platform.photos()) == 120
    listed: list[str] = []
    after: str | None = "0"
    while after is not None:
        page = status.view(jobs, job, "ada", "photos", int(after), clock())
        assert len(json.dumps(page)) < 1024 * 1024
        listed += [photo["id"] for photo in page["photos"]]
        after = page["next"]
    assert listed == [f"0-{number}" for number in range(120)]


def test_a_source_that_fails_midway_keeps_what_was_found_and_says_why(
    job: str, jobs: Jobs, platform: Platform, clock: Clock
) -> None:
    whole = feed(pages=2, photos=2)

    def fetch(address: str) -> bytes:
        if address.endswith("1"):
            raise DownloadError("http_error", "host answered 500")
        return whole(address)

    run(job, jobs, platform, fetch, clock)
    shown = progress(jobs.get(job), clock())
    assert (shown["state"], shown["reason"]["code"]) == ("failed", "album_unreachable")
    assert shown["counts"]["found"] == 2


def test_a_job_past_its_deadline_is_finished_with_counts_that_add_up(
    job: str, jobs: Jobs, platform: Platform, clock: Clock
) -> None:
    run(job, jobs, platform, feed(pages=1, photos=2), clock)
    jobs.settle(job, {"0-0": Result("no_match")})
    clock.now += 600
    status.tend(jobs, jobs.get(job), platform.fire, clock())
    shown = progress(jobs.get(job), clock())
    assert shown["state"] == "finished"
    assert shown["counts"]["waiting"] == 0
    assert shown["failures"] == {"deadline": 1}


def test_a_job_that_is_deleted_while_somebody_asks_for_it_is_just_gone(
    job: str, jobs: Jobs, platform: Platform, clock: Clock, store: redis.Redis
) -> None:
    run(job, jobs, platform, feed(pages=1, photos=2), clock)
    asked = status.own(jobs, job, "ada")
    forget(store, "ada", clock)
    clock.now += 60
    platform.fired.clear()
    status.tend(jobs, asked, platform.fire, clock())
    assert platform.fired == []
    with pytest.raises(RequestError, match="no such search"):
        status.view(jobs, job, "ada", "photos", 0, clock())
