"""Events of the CouchDB source, from a server that speaks its protocol."""

import json
import random
from typing import Any

import pytest

from feeds.provider.source import OptionError, PausedError, SourceError
from feeds.provider.sources.couchdb import CouchDB
from tests.feeds.faults.forwarder import Answer, Forwarder, Request
from tests.feeds.sources.database import PASSWORD, Database
from tests.feeds.sources.following import Following

MAILBOX = {"by_status": "function (doc, req) { return doc.status === req.query.status; }"}


def told(following: Following) -> list[tuple[str, str]]:
    return [(event.kind, event.key) for event in following.poll()]


def test_changes_from_now_on(database: Database) -> None:
    database.put("before")
    following = database.follow()
    assert told(following) == []
    database.put("a", status="new")
    database.put("before", status="changed")
    assert told(following) == [("changed", "a"), ("changed", "before")]
    database.delete("a")
    [event] = following.poll()
    assert event.kind == "deleted"
    revision = event.payload["changes"][0]["rev"]
    assert event.payload == {
        "id": "a",
        "seq": 4,
        "changes": [{"rev": revision}],
        "deleted": True,
        "dbname": database.name,
    }
    assert following.poll() == []


def test_nothing_is_written_where_nothing_changes(database: Database) -> None:
    database.put("a")
    following = database.follow(since=0)
    following.poll()
    steps = following.steps
    following.poll()
    assert following.steps == steps


@pytest.mark.parametrize("since", ["0", 0, "1", 1])
def test_changes_from_a_sequence(database: Database, since: object) -> None:
    database.put("a")
    database.put("b")
    expected = [("changed", "a"), ("changed", "b")]
    assert told(database.follow(since=since)) == expected[int(str(since)) :]


def test_filter_with_query_parameters(database: Database) -> None:
    database.put("_design/mailbox", filters=MAILBOX)
    given: dict[str, Any] = {"filter": "mailbox/by_status", "query_params": {"status": "new"}}
    following = database.follow(**given)
    following.poll()
    database.put("a", status="new")
    database.put("b", status="read")
    assert told(following) == [("changed", "a")]
    database.put("b", status="gone")
    assert told(following) == []
    assert following.state.cursor["since"] == 4  # and a filter does not run over it again
    following.options = {**following.options, "query_params": {"status": "gone"}}
    database.put("c", status="gone")
    assert told(following) == [("changed", "c")]


def test_random_changes_and_a_provider_that_dies_between_steps(database: Database) -> None:
    chance, following = random.Random(1), database.follow(page=3)
    following.poll()
    there: set[str] = set()
    for _ in range(5):
        changed = set()
        for _ in range(10):
            document = f"photo {chance.randrange(12)}"
            if document in there and chance.random() < 0.3:
                database.delete(document)
                there.remove(document)
            else:
                database.put(document, at=chance.random())
                there.add(document)
            changed.add(document)
        before = following.copy()
        events = following.poll()
        assert sorted(event.key for event in events) == sorted(changed)
        assert {event.key for event in events if event.kind == "changed"} == changed & there
        for steps in range(4):
            dies = before.copy()
            found = [*dies.poll(steps=steps), *dies.poll()]
            assert [event.id for event in found] == [event.id for event in events]


def test_most_events(database: Database) -> None:
    following = database.follow(page=2, maxTriggers=3)
    following.poll()
    for document in "abcde":
        database.put(document)
    assert [key for _, key in told(following)] == ["a", "b", "c"]
    assert following.source.next_poll(following.options, following.state.cursor, 0) is None
    assert told(following) == []


def test_a_database_that_is_gone_pauses_when_it_stays_away(database: Database) -> None:
    following = database.follow()
    following.poll()
    database.send("DELETE")
    with pytest.raises(SourceError, match="not_found") as passing:
        following.poll(now=0)
    assert not isinstance(passing.value, PausedError)
    database.send("PUT")
    following.poll(now=200)
    assert "refused" not in following.state.cursor
    database.send("DELETE")
    with pytest.raises(SourceError, match="not_found"):
        following.poll(now=300)
    with pytest.raises(PausedError, match="not_found"):
        following.poll(now=600)


def test_a_wrong_password_is_not_named(database: Database) -> None:
    following = database.follow(password="not-this-one")
    with pytest.raises(SourceError, match="unauthorized") as refused:
        following.poll()
    assert "not-this-one" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(500, b'{"error": "compilation_error", "reason": "why"}'), "compilation_error"),
        (Answer(200, b"<html>Log in</html>"), "AnswerGarbled"),
        (Answer(200, b'{"results": [', cut=5), "ProtocolError"),
        (Answer(200, b"[]"), "AnswerGarbled"),
        (Answer(302), "302"),
        (None, "ProtocolError"),
    ],
)
def test_an_answer_that_is_not_one_of_changes(answer: Answer | None, code: str) -> None:
    def handle(_: Request) -> Answer | None:
        return answer

    with Forwarder(handle) as forwarder:
        following = Following(CouchDB(), {"url": forwarder.url, "dbname": "photos"})
        with pytest.raises(SourceError) as wrong:
            following.poll()
    assert wrong.value.code == code
    assert "since" not in following.state.cursor


def test_options_as_a_package_for_cloudant_binds_them() -> None:
    given = {
        "host": "couch.example.com",
        "port": "5984",
        "protocol": "http",
        "dbname": "photos",
        "username": "ada",
        "password": PASSWORD,
        "filter": "mailbox/by_status",
        "query_params": '{"status": "new"}',
    }
    options = CouchDB().validate(given)
    assert options["url"] == "http://couch.example.com:5984"
    assert options["query_params"] == {"status": "new"}
    assert CouchDB().validate(json.loads(json.dumps(options))) == options
    assert CouchDB().validate(options | {"host": "other"})["url"] == "https://other"
    assert CouchDB().next_poll(options, {}, 100) == 110


@pytest.mark.parametrize(
    ("given", "option", "remedy"),
    [
        ({"dbname": None}, "dbname", "as a text"),
        ({"url": None}, "host", "as a text"),
        ({"url": "https://ada:secret@example.com"}, "url", "without credentials"),
        ({"username": "ada"}, "password", "go together"),
        ({"iamApiKey": "key"}, "iamApiKey", "username"),
        ({"query_params": {"a": 1}}, "query_params", "filter"),
        ({"filter": "a/b", "query_params": "["}, "query_params", "object"),
        ({"filter": "a/b", "query_params": {"since": 0}}, "query_params", "since"),
        ({"interval_seconds": 0}, "interval_seconds", "at least 1"),
    ],
)
def test_a_wrong_option_is_named_with_its_remedy(
    given: dict[str, Any], option: str, remedy: str
) -> None:
    options = {"dbname": "photos", "url": "https://example.com"} | given
    with pytest.raises(OptionError) as wrong:
        CouchDB().validate({name: value for name, value in options.items() if value is not None})
    assert wrong.value.option == option
    assert remedy in wrong.value.message
    assert "secret" not in str(wrong.value)
