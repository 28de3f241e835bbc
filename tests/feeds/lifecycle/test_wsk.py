"""A feed's life through the real `wsk`, where one was built."""

import json
from pathlib import Path

import pytest
import redis

from local.services import Service
from tests.clients.program import Program
from tests.feeds.lifecycle.album import FEED, delivered, listening, options
from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.s3_server import S3Server

pytestmark = pytest.mark.usefixtures("bucket")


def create(wsk: Program, given: dict[str, object]) -> tuple[int, str]:
    Path(wsk.folder, "options.json").write_text(json.dumps(given))
    feed = ("--feed", "/guest/s3/changes", "-P", "options.json")
    return wsk.run("trigger", "create", "photos", *feed)


def test_a_life(
    feeds: Feeds, provider: Service, store: redis.Redis, s3: S3Server, wsk: Program
) -> None:
    code, output = create(wsk, options(s3))
    assert code == 0, output
    with listening(feeds, "photos"):
        delivered(feeds, "photos")
    wsk("trigger", "update", "photos", "-p", "interval", "2")
    shown = wsk("trigger", "get", "photos")
    read = json.loads(shown[shown.index("{") :])["response"]["result"]
    assert (read["config"]["interval"], read["status"]["active"]) == (2, True)
    for event, active in (("PAUSE", False), ("UNPAUSE", True)):
        by_hand = ("-p", "lifecycleEvent", event, "-p", "triggerName", "/_/photos")
        assert json.loads(wsk("action", "invoke", "-r", FEED, *by_hand))["active"] is active
    wsk("trigger", "delete", "photos")
    assert store.keys() == []


def test_it_says_what_is_wrong(feeds: Feeds, s3: S3Server, wsk: Program) -> None:
    code, output = create(wsk, {**options(s3), "interval": "often"})
    assert (code != 0, "interval: give a number" in output) == (True, True), output
    assert feeds.owner.names("triggers") == set()
