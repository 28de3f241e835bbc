"""The main job, through the deployed manifest: real photos, actions, triggers and rules."""

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from findme.openwhisk import OpenWhisk
from local import sample
from local.client import Client
from local.suite import Suite


def finished(client: Client, job: str, seconds: float = 90) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (status := client.status(job))["state"] in ("searching", "processing"):
        assert time.monotonic() < deadline, status
        time.sleep(0.2)
    return status


@pytest.fixture(scope="module")
def done(ada: Client, feed: str) -> dict[str, Any]:
    """The sample search, finished."""
    return finished(ada, ada.search("album", feed))


def test_every_photo_of_the_sample_gets_its_right_answer(ada: Client, done: dict[str, Any]) -> None:
    photos = {photo["id"]: photo for photo in ada.photos(done["job"])}
    assert {name: photo["state"] for name, photo in photos.items()} == sample.EXPECTED
    assert done["state"] == "finished"
    assert done["counts"]["found"] == len(sample.EXPECTED) >= 12
    assert sum(done["counts"].values()) == 2 * done["counts"]["found"]
    assert all("reason" in p and "message" in p for p in photos.values() if p["state"] == "failed")


def test_a_match_carries_what_the_page_shows(done: dict[str, Any]) -> None:
    matched = {name for name, state in sample.EXPECTED.items() if state == "matched"}
    assert {match["id"] for match in done["matches"]} == matched
    for match in done["matches"]:
        assert 0 < match["distance"] < 0.6
        assert match["band"] == "likely"
        left, top, right, bottom = match["box"]
        assert left < right
        assert top < bottom
        assert match["image"].startswith("http")
        assert match["author"]


def test_firing_photos_by_hand_twice_changes_the_job_once(
    ada: Client, openwhisk: OpenWhisk, done: dict[str, Any], running: Suite
) -> None:
    before = ada.status(done["job"])["counts"]
    old = ada.photos(done["job"])[0]
    known = {"id": old["id"], "image": old["image"]}
    new = {"id": "by-hand", "image": f"{running.page}/album/{sample.ME}"}
    for _ in range(2):
        openwhisk.fire("photos_found", {"job": done["job"], "photos": [known, new, new]})
    after = finished(ada, done["job"])["counts"]
    expected = {**before, "found": before["found"] + 1, "matched": before["matched"] + 1}
    assert after == expected
    wait_until_idle(openwhisk)
    assert ada.status(done["job"])["counts"] == expected


def wait_until_idle(openwhisk: OpenWhisk) -> None:
    """Until as many compare_images activations are recorded as photos_found fires."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        fired = openwhisk.request(
            "GET", "activations", query={"name": "photos_found", "count": "true"}
        )
        run = openwhisk.request(
            "GET", "activations", query={"name": "findme/compare_images", "count": "true"}
        )
        if fired == run:
            return
        time.sleep(0.1)
    raise AssertionError(f"{fired} fires and {run} runs")


def test_a_match_is_told_to_whoever_listens(
    ada: Client, openwhisk: OpenWhisk, feed: str, done: dict[str, Any]
) -> None:
    code = "def main(args):\n    return {k: v for k, v in args.items() if k != '__ow_headers'}\n"
    action = {"exec": {"kind": "python:3.11", "code": code}}
    openwhisk.request("PUT", "actions/listener", action, {"overwrite": "true"})
    rule = {"trigger": "/_/match_found", "action": "/_/listener"}
    openwhisk.request("PUT", "rules/tell_listener", rule, {"overwrite": "true"})
    try:
        job = ada.search("album", feed)
        matches = finished(ada, job)["matches"]
        wait_until_idle(openwhisk)
        heard = [
            event["response"]["result"]
            for event in openwhisk.request(
                "GET", "activations", query={"name": "match_found", "docs": "true", "limit": "0"}
            )
        ]
        told = [(event["photo"]["id"], event["distance"], event["band"]) for event in heard]
        assert sorted(told) == sorted((m["id"], m["distance"], m["band"]) for m in matches)
        assert all(event["job"] == job for event in heard)
    finally:
        openwhisk.request("DELETE", "rules/tell_listener")
        openwhisk.request("DELETE", "actions/listener")


def test_an_operator_asks_for_a_status_with_the_namespaces_key(
    openwhisk: OpenWhisk, done: dict[str, Any], running: Suite
) -> None:
    with redis.Redis.from_url(running.redis_url) as store:
        subject = store.hget(f"findme:job:{{{done['job']}}}", "subject")
    assert isinstance(subject, bytes)
    request = {"subject": subject.decode(), "path": done["job"]}
    answer = openwhisk.invoke("findme/search_status", {"request": request})
    assert answer["statusCode"] == 200
    assert answer["body"]["state"] == "finished"


def test_a_source_that_cannot_be_read_ends_the_job_with_a_reason(
    ada: Client, running: Suite
) -> None:
    for query, code in [
        (f"{running.page}/album/missing.json", "album_unreachable"),
        (f"{running.page}/album/{sample.ME}", "not_a_feed"),
        ("http://127.0.0.1:9/feed.json", "album_unreachable"),
    ]:
        status = finished(ada, ada.search("album", query))
        assert (status["state"], status["reason"]["code"]) == ("failed", code)
        assert query in status["reason"]["message"]


def test_multipart_and_json_enrol_alike_and_refusals_say_why(
    sign_in: Callable[[str], Client], state: Path, photos: Path
) -> None:
    grace = sign_in("grace")
    assert grace.enrol(photos / "biden.jpg")["photos"][0]["accepted"]
    encoded = base64.b64encode((photos / "coffee.png").read_bytes()).decode()
    assert len(encoded) < 1024 * 1024
    report = grace.post(
        "enrol",
        {
            "consent": grace.consent_version,
            "photos": [
                {"name": "coffee.png", "data": encoded},
                {"name": "text.jpg", "data": base64.b64encode(b"no picture").decode()},
            ],
        },
    )
    assert report["enrolled"]
    assert report["references"] == 1
    assert [(p["name"], p["accepted"], p["reason"]) for p in report["photos"]] == [
        ("coffee.png", False, "no_face"),
        ("text.jpg", False, "not_a_picture"),
    ]
    other = grace.enrol(state / "album" / sample.ME)
    assert other["photos"][0]["reason"] == "unlike_others"
    grace.forget_me()
