"""Requests between the guard and their handlers, in a real Redis."""

from dataclasses import replace

import pytest
import redis

from findme import epochs
from findme.handover import Handover, VerifiedRequest
from findme.store import person_key

REQUEST = VerifiedRequest(
    subject="ada",
    scopes=("findme:data", "ä"),
    method="post",
    path="/half \ud800",
    query="a=%00",
    content_type="",
    body=bytes(range(256)) * 4000,
)


def test_a_request_is_taken_whole_and_once(store: redis.Redis) -> None:
    handover = Handover(store)
    ticket = handover.park(REQUEST)
    assert "ada" not in ticket
    assert handover.take(ticket) == REQUEST
    assert handover.take(ticket) is None
    assert not store.keys(), "nothing of it is left"


def test_one_persons_tickets_are_listed_while_they_wait(store: redis.Redis) -> None:
    handover = Handover(store)
    tickets = {handover.park(REQUEST) for _ in range(3)}
    assert store.smembers(person_key("ada", "requests")) == {t.encode() for t in tickets}
    handover.take(tickets.pop())
    assert store.scard(person_key("ada", "requests")) == 2
    assert all(0 < store.ttl(key) <= 120 for key in store.scan_iter())


def test_a_request_knows_what_was_forgotten_before_it(store: redis.Redis) -> None:
    handover = Handover(store)
    before = handover.park(replace(REQUEST, epoch="not for the caller to say"))
    epochs.begin(store, "ada")
    after = handover.park(REQUEST)
    first, second = handover.take(before), handover.take(after)
    assert first
    assert second
    assert (first.epoch, second.epoch) == ("", epochs.current(store, "ada"))


@pytest.mark.parametrize("ticket", ["", "x", "abc.", "*", "abc.\n", "abc.\ud800", "0}:{1.2"])
def test_what_is_no_ticket_takes_nothing(store: redis.Redis, ticket: str) -> None:
    assert Handover(store).take(ticket) is None
