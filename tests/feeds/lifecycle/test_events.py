"""Each life-cycle event, and what the feed answers to it."""

import pytest
import redis

from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.lifecycle.events import INTERVAL, refused, send, tell


@pytest.fixture(autouse=True)
def trigger(feeds: Feeds) -> None:
    feeds.owner.make("triggers/tick", {})


def test_a_life(feeds: Feeds, store: redis.Redis) -> None:
    host = feeds.owner
    created = tell(host, INTERVAL, "CREATE", "/_/tick", minutes=5, trigger_payload={"a": 1})
    assert created == {"trigger": "/guest/tick", "active": True}
    tell(host, INTERVAL, "UPDATE", "/guest/tick", minutes=7)
    read = tell(host, INTERVAL, "READ", "tick")
    assert read["config"].items() >= {"minutes": 7, "trigger_payload": {"a": 1}}.items()
    assert read["status"].items() >= {"active": True, "waiting": 0, "dead": 0}.items()
    tell(host, INTERVAL, "UPDATE", "/_/tick", trigger_payload=None)
    assert tell(host, INTERVAL, "READ", "tick")["config"]["trigger_payload"] == {}
    tell(host, INTERVAL, "PAUSE", "/_/tick")
    status = tell(host, INTERVAL, "READ", "/_/tick")["status"]
    assert (status["active"], status["next_poll"]) == (False, None)
    assert "owner" in status["reason"]["message"]
    tell(host, INTERVAL, "UNPAUSE", "/_/tick", minutes=9)
    read = tell(host, INTERVAL, "READ", "/_/tick")
    assert (read["status"]["active"], read["config"]["minutes"]) == (True, 9)
    assert tell(host, INTERVAL, "DELETE", "/_/tick")["deleted"]
    assert not tell(host, INTERVAL, "DELETE", "/_/tick")["deleted"]
    assert store.keys() == []


def test_create_replaces_whatever_was_there(feeds: Feeds, store: redis.Redis) -> None:
    host = feeds.owner
    tell(host, "alarms/alarm", "CREATE", "/_/tick", cron="0 0 1 1 *")
    tell(host, INTERVAL, "CREATE", "/_/tick", minutes=5)
    assert tell(host, INTERVAL, "READ", "/_/tick")["config"].get("cron") is None
    tell(host, INTERVAL, "DELETE", "/_/tick")
    assert store.keys() == []


@pytest.mark.parametrize("event", ["READ", "UPDATE", "PAUSE", "UNPAUSE"])
def test_what_was_never_created(feeds: Feeds, event: str) -> None:
    status, message = refused(feeds.owner, INTERVAL, event, "/_/tick", minutes=5)
    assert (status, "CREATE" in message) == (404, True)


def test_an_event_that_is_none(feeds: Feeds) -> None:
    status, message = refused(feeds.owner, INTERVAL, "EXPLODE", "/_/tick")
    assert (status, "CREATE, READ" in message) == (400, True)


def test_another_sources_feed_of_the_trigger(feeds: Feeds) -> None:
    tell(feeds.owner, INTERVAL, "CREATE", "/_/tick", minutes=5)
    status, message = refused(feeds.owner, "couchdb/changes", "READ", "/_/tick")
    assert (status, "alarm" in message) == (409, True)


def test_an_option_that_cannot_be_used_changes_nothing(feeds: Feeds) -> None:
    tell(feeds.owner, INTERVAL, "CREATE", "/_/tick", minutes=5)
    for event in ("CREATE", "UPDATE"):
        status, message = refused(feeds.owner, INTERVAL, event, "/_/tick", minutes="often")
        assert (status, message.startswith("minutes: ")) == (400, True)
    assert tell(feeds.owner, INTERVAL, "READ", "/_/tick")["config"]["minutes"] == 5


@pytest.mark.parametrize("name", ["redis_url", "feeds_key", "source", "kind"])
def test_a_caller_cannot_replace_what_the_operator_bound(feeds: Feeds, name: str) -> None:
    status, answer = send(feeds.owner, INTERVAL, "CREATE", "/_/tick", minutes=5, **{name: "mine"})
    assert (status, "not allowed" in answer["error"]) == (400, True)


def test_without_a_key_it_is_the_invokers(feeds: Feeds) -> None:
    body = {"lifecycleEvent": "CREATE", "triggerName": "/_/tick", "minutes": 5}
    status, answer = feeds.owner("POST", f"actions/{INTERVAL}?blocking=true&result=true", body)
    assert (status, answer.get("active")) == (200, True), answer
