"""Whole lives of feeds through the real clients, again and again: nothing is left behind.

FEED_LIFECYCLES says how often, for a longer run.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from local.services import Service
from tests.clients.host import ECHO, eventually
from tests.clients.npm import Npm
from tests.clients.program import Program
from tests.feeds.lifecycle.album import BUCKET, FEED, delivered, listening, options
from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.s3_server import S3Server

pytestmark = pytest.mark.usefixtures("bucket")
LIVES = int(os.environ.get("FEED_LIFECYCLES", "3"))
PROJECT = """
packages:
  album:
    actions:
      listen: {{function: listen.py, runtime: python:3.11}}
    triggers:
      {trigger}:
        feed: /guest/s3/changes
        inputs: {options}
    rules:
      on_{trigger}: {{trigger: {trigger}, action: listen}}
"""


@dataclass(frozen=True)
class Footprint:
    """What a feed could leave behind."""

    keys: frozenset[bytes | str]
    store_connections: int
    sockets: int
    threads: int

    @classmethod
    def of(cls, provider: Service, store: redis.Redis) -> "Footprint":
        assert provider.process is not None
        process = Path("/proc", str(provider.process.pid))
        links = [str(link.readlink()) for link in (process / "fd").iterdir()]
        return cls(
            frozenset(store.keys()),
            len(store.client_list()),
            sum(link.startswith("socket:") for link in links),
            len(list((process / "task").iterdir())),
        )

    def is_no_more_than(self, before: "Footprint") -> bool:
        # As its threads happen to meet, a pool of connections may still grow by one.
        return (
            self.keys == before.keys
            and self.threads <= before.threads
            and self.store_connections <= before.store_connections + 1
            and self.sockets <= before.sockets + 1
        )


def test_wskdeploy(
    feeds: Feeds, provider: Service, store: redis.Redis, s3: S3Server, wskdeploy: Program
) -> None:
    (wskdeploy.folder / "listen.py").write_text(ECHO)
    manifest = wskdeploy.folder / "manifest.yaml"

    def live(trigger: str) -> None:
        inputs = json.dumps(options(s3))
        manifest.write_text(PROJECT.format(trigger=trigger, options=inputs))
        wskdeploy()
        delivered(feeds, trigger)
        wskdeploy()
        delivered(feeds, trigger)
        wskdeploy("undeploy")
        assert store.keys() == []

    live("warm")
    before = Footprint.of(provider, store)
    for number in range(LIVES):
        live(f"photos{number}")
    assert Footprint.of(provider, store).is_no_more_than(before)
    # In a first deployment too, which makes the rule after the feed.
    runs = f"activations?name=album/listen&count=true&since={feeds.owner.since}"
    eventually(lambda: feeds.owner.found(runs)["activations"] >= 2 * (1 + LIVES))
    heard = feeds.owner.results("album/listen")
    assert {(event["key"], event["status"]) for event in heard} == {("first.jpg", "added")}
    assert feeds.owner.names("triggers") == set()


def test_npm(feeds: Feeds, provider: Service, store: redis.Redis, s3: S3Server, npm: Npm) -> None:
    def live(trigger: str) -> None:
        own = {"feedName": FEED, "trigger": trigger}
        npm("triggers.create", name=trigger)
        npm("feeds.create", **own, params=options(s3))
        with listening(feeds, trigger):
            delivered(feeds, trigger)
        npm("feeds.update", **own, params={"interval": 2})
        config = npm("feeds.get", **own)["response"]["result"]["config"]
        assert (config["interval"], config["bucket"]) == (2, BUCKET)
        npm("feeds.delete", **own)
        npm("triggers.delete", name=trigger)
        assert store.keys() == []

    live("warm")
    before = Footprint.of(provider, store)
    for number in range(LIVES):
        live(f"photos{number}")
    assert Footprint.of(provider, store).is_no_more_than(before)


def test_each_client_says_what_is_wrong(
    feeds: Feeds, s3: S3Server, wskdeploy: Program, npm: Npm
) -> None:
    wrong = {**options(s3), "interval": "often"}
    (wskdeploy.folder / "listen.py").write_text(ECHO)
    text = PROJECT.format(trigger="photos", options=json.dumps(wrong))
    (wskdeploy.folder / "manifest.yaml").write_text(text)
    code, output = wskdeploy.run()
    assert (code != 0, "interval: give a number" in output) == (True, True), output
    assert feeds.owner.names("triggers") == set()
    wskdeploy.run("undeploy")
    npm("triggers.create", name="photos")
    status, message = npm.refused("feeds.create", feedName=FEED, trigger="photos", params=wrong)
    assert (status, "interval: give a number" in message) == (502, True)
