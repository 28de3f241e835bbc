"""The options of the S3 source: what they are for, and what is said about wrong ones."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.provider.source import OptionError
from feeds.provider.sources import load
from feeds.provider.sources.s3 import S3
from tests.feeds.faults.forwarder import Answer, Forwarder, Request
from tests.feeds.sources.bucket import Shelf
from tests.feeds.sources.following import Following

KEYS: dict[str, Any] = {"access_key_id": "id", "secret_access_key": "secret"}


def keys(following: Following) -> list[str]:
    return sorted(event.key for event in following.poll())


def test_initial_none_is_the_default(shelf: Shelf) -> None:
    shelf.put("before.jpg")
    following = shelf.follow()
    assert keys(following) == []
    shelf.put("after.jpg")
    assert keys(following) == ["after.jpg"]


def test_initial_all(shelf: Shelf) -> None:
    shelf.put("a.jpg", "b.jpg")
    following = shelf.follow(initial="all")
    assert [(event.kind, event.key) for event in following.poll()] == [
        ("added", "a.jpg"),
        ("added", "b.jpg"),
    ]
    assert keys(following) == []


def test_initial_since(shelf: Shelf) -> None:
    shelf.put("old.jpg", "exactly.jpg", "new.jpg")
    noon = datetime(2025, 6, 1, 12, tzinfo=UTC)
    for seconds, key in ((-1, "old.jpg"), (0, "exactly.jpg"), (1, "new.jpg")):
        shelf.date(key, noon.timestamp() + seconds)
    following = shelf.follow(initial="since", since="2025-06-01T14:00:00+02:00")
    assert keys(following) == ["exactly.jpg", "new.jpg"]


@pytest.mark.parametrize("steps", [1, 2, 5, 11])
def test_a_baseline_that_dies_in_the_middle(shelf: Shelf, steps: int) -> None:
    there = [f"{number:02}" for number in range(40)]
    shelf.put(*there)
    following = shelf.follow(page=4)
    following.poll(steps=steps)
    shelf.delete("01", "38")
    later = ("02", "39", "015", "395")
    shelf.put(*later, text="new")
    for key in later:
        shelf.date(key, shelf.now() + 10)
    following.poll()
    following.poll()
    # What was seen before is compared with it; the rest is news by its time; 01 and 38 never were.
    assert {event.key: event.kind for event in following.events} == {
        "015": "added",
        "02": "modified" if steps > 1 else "added",
        "39": "modified" if steps > 10 else "added",
        "395": "added",
    }
    assert len(following.events) == 4


def test_objects_still_being_written_wait_until_they_are_settled(shelf: Shelf) -> None:
    shelf.put("there.jpg", text="one")
    following = shelf.follow(settle=30)
    assert keys(following) == []
    now = shelf.now()
    shelf.put("there.jpg", "added.jpg", "gone.jpg", text="two")
    shelf.date("added.jpg", now - 20)
    assert keys(following) == []
    shelf.delete("gone.jpg")
    shelf.date("added.jpg", now - 40)
    assert keys(following) == ["added.jpg"]
    shelf.put("there.jpg", text="three")
    assert keys(following) == []
    shelf.date("there.jpg", now - 40)
    [event] = following.poll()
    assert (event.kind, event.payload["file"]["Size"]) == ("modified", 5)


def test_prefix_suffix_and_pattern(shelf: Shelf) -> None:
    every = ["photos/a.jpg", "photos/b.png", "photos/raw/c.jpg", "other/d.jpg", "photos/e.JPG"]
    given: list[dict[str, Any]] = [
        {"prefix": "photos/"},
        {"suffix": ".jpg"},
        {"pattern": "photos/[ab].*"},
        {"pattern": "*/raw/*", "suffix": ".png"},
    ]
    followings = [shelf.follow(**options) for options in given]
    for following in followings:
        following.poll()
    shelf.put(*every)
    assert [keys(following) for following in followings] == [
        ["photos/a.jpg", "photos/b.png", "photos/e.JPG", "photos/raw/c.jpg"],
        ["other/d.jpg", "photos/a.jpg", "photos/raw/c.jpg"],
        ["photos/a.jpg", "photos/b.png"],
        [],
    ]


def test_another_filter_invents_no_events(shelf: Shelf) -> None:
    shelf.put("a.jpg", "b.png")
    following = shelf.follow(suffix=".jpg", initial="all")
    assert keys(following) == ["a.jpg"]
    following.options = {**following.options, "suffix": ".png"}
    assert keys(following) == []
    shelf.put("b.png", text="changed")
    assert keys(following) == ["b.png"]


def test_events_can_be_chosen(shelf: Shelf) -> None:
    shelf.put("modified.jpg", "deleted.jpg")
    following = shelf.follow(events="added, deleted")
    following.poll()
    shelf.put("added.jpg", "modified.jpg", text="new")
    shelf.delete("deleted.jpg")
    assert keys(following) == ["added.jpg", "deleted.jpg"]


def test_anonymous(shelf: Shelf) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": ["s3:ListBucket"]}
    statement["Resource"] = [f"arn:aws:s3:::{shelf.bucket}"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shelf.s3.put_bucket_policy(Bucket=shelf.bucket, Policy=policy)
    options = {"bucket": shelf.bucket, "s3_endpoint": shelf.server.url, "anonymous": True}
    following = Following(S3(), options)
    following.poll()
    shelf.put("a.jpg")
    assert keys(following) == ["a.jpg"]
    shelf.delete("a.jpg")  # which a listing has to confirm: nobody may HEAD it
    assert keys(following) == ["a.jpg"]


def test_profile(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    file.write_text(
        f"[photos]\naws_access_key_id={shelf.server.access_key}\n"
        f"aws_secret_access_key={shelf.server.secret_key}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    options = {"bucket": shelf.bucket, "s3_endpoint": shelf.server.url, "profile": "photos"}
    following = Following(S3(), options)
    following.poll()
    shelf.put("a.jpg")
    assert keys(following) == ["a.jpg"]


ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>{0}</AccessKeyId><SecretAccessKey>{1}</SecretAccessKey>
<SessionToken></SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""


@pytest.fixture
def asked(shelf: Shelf) -> Iterator[tuple[str, list[Request]]]:
    """A server that lets roles be assumed, and forwards all else."""
    requests: list[Request] = []

    def answer(request: Request) -> Answer | None:
        requests.append(request)
        body = ASSUMED.format(shelf.server.access_key, shelf.server.secret_key)
        return Answer(200, body.encode(), {"Content-Type": "text/xml"})

    with Forwarder(answer) as forwarder:
        yield forwarder.url, requests


def test_role(
    shelf: Shelf, asked: tuple[str, list[Request]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, requests = asked
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
    role = "arn:aws:iam::123456789012:role/photos"
    given = {"bucket": shelf.bucket, "s3_endpoint": shelf.server.url, "role": role}
    following = Following(S3(), given | KEYS)
    following.poll()
    shelf.put("a.jpg")
    assert keys(following) == ["a.jpg"]
    [request] = requests
    assert b"Action=AssumeRole" in request.body
    assert b"role%2Fphotos" in request.body
    assert "Credential=id/" in request.headers["Authorization"]


@pytest.mark.parametrize(
    ("given", "option", "remedy"),
    [
        ({}, "bucket", "give it as a text"),
        ({"bucket": ""}, "bucket", "give it as a text"),
        ({"bucket": "a/b"}, "bucket", "the bucket's name alone"),
        ({"sufix": ".jpg"}, "sufix", "suffix"),
        ({"interval": 0}, "interval", "at least 1"),
        ({"interval": "soon"}, "interval", "at least 1"),
        ({"interval": True}, "interval", "at least 1"),
        ({"interval": 1, "interval_seconds": 5}, "interval_seconds", "interval"),
        ({"interval_seconds": 0.5}, "interval_seconds", "at least 1"),
        ({"interval_seconds": "inf"}, "interval_seconds", "at least 1"),
        ({"s3_endpoint": "ftp://example.com"}, "s3_endpoint", "https://example.com"),
        ({"s3_endpoint": "http://a:b@example.com"}, "s3_endpoint", "https://example.com"),
        ({"s3_endpoint": "http://example.com:x"}, "s3_endpoint", "https://example.com"),
        ({"style": "host"}, "style", "path"),
        ({"events": "created"}, "events", "added"),
        ({"events": [["added"]]}, "events", "added"),
        ({"events": []}, "events", "added"),
        ({"initial": "some"}, "initial", "since"),
        ({"initial": "since"}, "since", "date"),
        ({"since": "2030-01-01"}, "since", "initial: since"),
        ({"initial": "since", "since": "yesterday"}, "since", "2030"),
        ({"settle": -1}, "settle", "at least 0"),
        ({"batch": 1.5}, "batch", "whole"),
        ({"max_deleted_share": 2}, "max_deleted_share", "at most 1"),
        ({"anonymous": "perhaps"}, "anonymous", "true"),
        ({"anonymous": True}, "anonymous", "access_key_id"),
        ({"profile": "mine"}, "profile", "keys"),
        ({"secret_access_key": None}, "secret_access_key", "go together"),
        ({"access_key_id": None, "secret_access_key": None}, "access_key_id", "anonymous"),
    ],
)
def test_a_wrong_option_is_named_with_its_remedy(
    given: dict[str, Any], option: str, remedy: str
) -> None:
    options = ({"bucket": "photos"} if given else {}) | KEYS | given
    with pytest.raises(OptionError) as wrong:
        S3().validate({name: value for name, value in options.items() if value is not None})
    assert wrong.value.option == option
    assert remedy in wrong.value.message


def test_options_as_clients_send_them() -> None:
    given = {
        "bucket": "photos",
        "interval": "5",
        "s3_endpoint": "s3.example.com/",
        "accessKeyId": "id",
        "secretAccessKey": "secret",
        "events": "added",
        "anonymous": "false",
        "batch": 10.0,
    }
    options = S3().validate(given)
    assert options["s3_endpoint"] == "https://s3.example.com"
    assert options["interval"] == 5
    assert S3().next_poll(options, {}, 1000) == 1300
    assert (options["access_key_id"], options["secret_access_key"]) == ("id", "secret")
    assert (options["events"], options["anonymous"], options["batch"]) == (["added"], False, 10)


def test_options_pass_again_unchanged() -> None:
    given = {"bucket": "photos", "initial": "since", "since": 1748779200000, "interval_seconds": 5}
    options = S3().validate(given | KEYS)
    again = S3().validate(json.loads(json.dumps(options)))
    assert again == options
    assert S3().validate(again | {"accessKeyId": "other"})["access_key_id"] == "other"


def test_only_names_of_the_table_are_loaded() -> None:
    assert isinstance(load("s3"), S3)
    with pytest.raises(OptionError, match="alarm, couchdb, s3"):
        load("os:system")
