"""A photographer uploads while a person watches: the feed, the live search and the page."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, expect

from findme.openwhisk import OpenWhisk
from local import bucket, feeds, sample, suite
from local.client import ApiError, Client
from local.suite import Suite
from tests.e2e.conftest import allow_a_busy_minute, set_parameter
from tests.feeds.s3_server import ABSENT, PROGRAM, REGION, S3Server
from tests.web.visitor import Visitor, agree, show_face, sign_in

FEED = "s3/changes"
UPLOADS = "uploads"


@pytest.fixture(scope="module")
def watched_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("watched")


@pytest.fixture(scope="module")
def watched(watched_state: Path) -> Iterator[Suite]:
    with suite.running(watched_state, port=0, page_port=0, with_feeds=True) as started:
        allow_a_busy_minute(OpenWhisk.from_wskprops(started.wskprops))
        yield started


@pytest.fixture(scope="module")
def owner(watched: Suite) -> OpenWhisk:
    return OpenWhisk.from_wskprops(watched.wskprops)


@pytest.fixture(scope="module")
def grace(watched: Suite, watched_state: Path) -> Client:
    client = Client(watched.api, watched.issuer, "grace")
    assert client.enrol(watched_state / "album" / sample.ME)["enrolled"]
    return client


def upload(photo: Path, state: Path, name: str) -> None:
    """As a camera's program does: the name is there once the photo is."""
    draft = feeds.folder(state) / ".draft"
    shutil.copy(photo, draft)
    draft.rename(feeds.folder(state) / name)


def matched(client: Client, job: str, count: int) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (status := client.status(job))["counts"]["matched"] < count:
        assert time.monotonic() < deadline, status
        time.sleep(0.2)
    return status


def test_the_person_sees_the_match_on_the_open_page(
    chromium: Browser, watched: Suite, watched_state: Path, photos: Path
) -> None:
    upload(photos / "obama2.jpg", watched_state, "before the talk.jpg")
    upload(photos / "biden.jpg", watched_state, "of somebody else.jpg")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(60_000)
    visitor = Visitor(context, f"{watched.page}/")
    page = visitor.page
    sign_in(page)
    agree(page)
    show_face(page, watched_state / "album" / sample.ME)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Source").select_option("Photos as they are taken")
    page.get_by_role("button", name="Look for me").click()
    expect(page.locator(".match")).to_have_count(1, timeout=60_000)
    upload(photos / "obama.jpg", watched_state, "during the talk.jpg")
    expect(page.locator(".match")).to_have_count(2, timeout=60_000)
    visitor.look("live")
    context.close()
    assert visitor.surprises() == []


def test_a_live_search_waits_for_more(grace: Client, watched_state: Path, photos: Path) -> None:
    upload(photos / "obama.jpg", watched_state, "on stage.jpg")
    job = grace.search("bucket", bucket.NAME)
    status = matched(grace, job, 1)
    assert status["state"] == "searching"
    assert status["deadline"] > status["created"]


def test_a_bucket_that_nobody_watches(grace: Client) -> None:
    job = grace.search("bucket", "elsewhere")
    deadline = time.monotonic() + 30
    while (status := grace.status(job))["state"] == "searching":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (status["state"], status["reason"]["code"]) == ("failed", "unknown_bucket")
    with pytest.raises(ApiError) as refused:
        grace.search("bucket", "a/b")
    assert refused.value.body["field"] == "query"


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3Server]:
    if PROGRAM is None:
        pytest.skip(ABSENT)
    server = S3Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def uploads(s3: S3Server) -> Any:
    """A bucket that everybody may read and nobody but its owner may list."""
    client = s3.client()
    client.create_bucket(Bucket=UPLOADS)
    readable = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{UPLOADS}/*",
            }
        ],
    }
    client.put_bucket_policy(Bucket=UPLOADS, Policy=json.dumps(readable))
    return client


def test_uploads_to_a_real_s3_server(
    watched: Suite, owner: OpenWhisk, grace: Client, s3: S3Server, uploads: Any, photos: Path
) -> None:
    addresses = json.dumps({UPLOADS: f"{s3.url}/{UPLOADS}/"})
    set_parameter(owner, "actions/findme/bucket_search", "buckets", addresses)
    hosts = f"{watched.page.partition('://')[2]},127.0.0.1:{s3.port}"
    set_parameter(owner, "packages/findme", "allow_hosts", hosts)
    tell_feed(
        owner, "CREATE", bucket=UPLOADS, s3_endpoint=s3.url, region=REGION, initial="all",
        access_key_id=s3.access_key, secret_access_key=s3.secret_key, interval_seconds=1,
    )  # fmt: skip
    job = grace.search("bucket", UPLOADS)
    uploads.upload_file(str(photos / "obama.jpg"), UPLOADS, "day 1/on stage.jpg")
    uploads.put_object(Bucket=UPLOADS, Key="notes.txt", Body=b"no photo")
    [match] = matched(grace, job, 1)["matches"]
    assert match["image"] == f"{s3.url}/{UPLOADS}/day%201/on%20stage.jpg"
    assert grace.status(job)["counts"]["found"] == 1

    uploads.delete_object(Bucket=UPLOADS, Key="day 1/on stage.jpg")
    uploads.upload_file(str(photos / "biden.jpg"), UPLOADS, "day 2/biden.jpg")
    deadline = time.monotonic() + 30
    while tell_feed(owner, "READ")["status"]["events"].get("deleted", 0) < 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    later = grace.search("bucket", UPLOADS)
    deadline = time.monotonic() + 30
    while (status := grace.status(later))["counts"]["no_match"] < 1:
        assert time.monotonic() < deadline, status
        time.sleep(0.1)
    assert status["counts"]["found"] == 1

    with redis.Redis.from_url(watched.redis_url) as store:
        assert grace.forget_me()["receipt"]["deleted"]["searches"] >= 2
        assert not store.exists(f"findme:job:{{{job}}}")


def tell_feed(owner: OpenWhisk, event: str, **options: Any) -> dict[str, Any]:
    asked = {"lifecycleEvent": event, "triggerName": "/_/bucket_changed", **options}
    answer: dict[str, Any] = owner.invoke(FEED, asked)
    return answer
