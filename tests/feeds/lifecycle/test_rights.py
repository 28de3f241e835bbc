"""Who may change a trigger's subscription: whoever has the key of its namespace, nobody else."""

import pytest

from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.lifecycle.events import INTERVAL, refused, send, tell

EVERY = {"minutes": 5}


def test_the_key_has_to_open_the_triggers_namespace(feeds: Feeds) -> None:
    host = feeds.owner
    host.make("triggers/mine", {})
    feeds.stranger.make("triggers/theirs", {})
    try:
        for trigger, key in (("/guest/mine", feeds.stranger.auth), ("/whisk.system/theirs", None)):
            own = {"authKey": key} if key else {}
            for event in ("CREATE", "READ", "UPDATE", "PAUSE", "UNPAUSE", "DELETE"):
                status, message = refused(host, INTERVAL, event, trigger, **EVERY, **own)
                assert (status, "authKey" in message) == (403, True), (event, message)
    finally:
        feeds.stranger("DELETE", "triggers/theirs")


def test_a_stranger_cannot_remove_what_outlived_its_trigger(feeds: Feeds) -> None:
    host = feeds.owner
    host.make("triggers/mine", {})
    tell(host, INTERVAL, "CREATE", "/_/mine", **EVERY)
    host("DELETE", "triggers/mine")
    stranger = feeds.stranger.auth
    assert refused(host, INTERVAL, "DELETE", "/guest/mine", authKey=stranger)[0] == 403
    # The stranger's own trigger of that name is another one.
    assert not tell(host, INTERVAL, "DELETE", "/_/mine", authKey=stranger)["deleted"]
    assert tell(host, INTERVAL, "READ", "/guest/mine")["config"]["minutes"] == 5
    assert tell(host, INTERVAL, "DELETE", "/_/mine") == {"trigger": "/guest/mine", "deleted": True}


@pytest.mark.parametrize("key", ["nobody:nothing", "", "no-colon", "ü:ü", 7, None])
def test_a_key_that_is_none(feeds: Feeds, key: object) -> None:
    feeds.owner.make("triggers/mine", {})
    status, message = refused(feeds.owner, INTERVAL, "CREATE", "/_/mine", **EVERY, authKey=key)
    assert status == (401 if key == "nobody:nothing" else 400)
    assert "authKey" in message


@pytest.mark.parametrize("name", ["", "/", "/_/", "/a/b/c", "/_/..", "/../x", "/_/a?b=1", 7, None])
def test_a_name_that_is_none(feeds: Feeds, name: object) -> None:
    answer = send(feeds.owner, INTERVAL, "CREATE", "", **EVERY, triggerName=name)[1]["error"]
    assert answer["statusCode"] == 400
    assert "triggerName" in answer["error"]


def test_a_trigger_has_to_exist_before_its_feed(feeds: Feeds) -> None:
    status, message = refused(feeds.owner, INTERVAL, "CREATE", "/_/nothing", **EVERY)
    assert (status, "there is no trigger" in message) == (404, True)
