"""Polls: when they come, what they may do wrong, and what they hold up."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import redis

from feeds.provider import scripts
from feeds.provider.source import Options, SourceError, State, Step
from feeds.provider.subscriptions import identifier
from tests.feeds.provider.conftest import TRIGGER, Machine
from tests.feeds.provider.folder import Folder
from tests.feeds.provider.stored import contents
from tests.feeds.provider.waiting import until


@dataclass
class Gated(Folder):
    """A poll that says when it is under way, and goes on when it may."""

    under_way: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def poll(self, options: Options, state: State, now: float) -> Iterator[Step]:
        self.under_way.set()
        self.go_on.wait(10)
        yield from super().poll(options, state, now)


class Failing(Folder):
    """A source whose service is away, and which has a defect, before it works."""

    def __init__(self) -> None:
        self.faults: list[Exception] = [
            SourceError("away", "the service does not answer"), KeyError("secret"),
        ]  # fmt: skip

    def poll(self, options: Options, state: State, now: float) -> Iterator[Step]:
        if self.faults:
            raise self.faults.pop(0)
        return super().poll(options, state, now)


class Once(Folder):
    def next_poll(self, _options: Options, _cursor: Mapping[str, Any], _now: float) -> None:
        return None


def test_a_delete_during_a_poll_leaves_no_key(store: redis.Redis, machine: Machine) -> None:
    gated = machine.sources["folder"] = Gated()
    machine.write("a", "1")
    machine.create()
    assert gated.under_way.wait(5)
    assert machine.subscriptions.delete(TRIGGER)
    gated.go_on.set()
    lost = b'feeds_polls_total{outcome="lost",source="folder"} 1.0'
    until(lambda: lost in machine.provider.metrics.text())
    assert store.keys() == []
    assert machine.triggers.fired == []


def test_slow_listings_hold_up_no_delivery(machine: Machine) -> None:
    machine.triggers.answer = lambda _: 503
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.asked and machine.idle())
    gated = machine.sources["folder"] = Gated()
    for number in range(4):
        machine.create(f"/guest/slow{number}")
    assert gated.under_way.wait(5)
    machine.triggers.answer = lambda _: 202
    machine.clock.now += 5
    until(lambda: machine.triggers.texts("a") == ["1"])
    gated.go_on.set()


def test_a_failed_poll_is_tried_again_and_said(machine: Machine) -> None:
    machine.sources["folder"] = Failing()
    machine.write("a", "1")
    machine.create()
    for code in ("away", "internal"):
        until(partial(_failed_with, machine, code))
        assert "secret" not in str(machine.status())
        until(machine.idle)
        machine.clock.now += 61
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.idle())
    assert machine.status()["last_error"] is None


def _failed_with(machine: Machine, code: str) -> bool:
    return bool((machine.status()["last_error"] or {}).get("code") == code)


def test_a_source_pauses_its_feed_and_goes_on_from_there(machine: Machine) -> None:
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.idle())
    gone = machine.folder.rename(machine.folder.with_name("gone"))
    machine.poll()
    until(lambda: not machine.status()["active"])
    assert machine.status()["reason"]["code"] == "folder_gone"
    gone.rename(machine.folder)
    machine.write("b", "1")
    machine.subscriptions.unpause(TRIGGER)
    until(lambda: machine.triggers.texts("b") == ["1"] and machine.idle())
    assert machine.triggers.texts("a") == ["1"]


def test_a_source_waits_while_the_platform_takes_nothing(machine: Machine) -> None:
    machine.triggers.answer = lambda _: 503
    machine.create()
    until(machine.idle)
    outbox = f"{scripts.subscription(identifier(TRIGGER))}:outbox"
    fill = "for i = 1, 100000 do redis.call('XADD', KEYS[1], '*', 'id', i) end"
    machine.store.eval(fill, 1, outbox)
    machine.write("a", "1")
    machine.poll()
    until(partial(_failed_with, machine, "backlog"))
    assert machine.status()["waiting"] == 100_000


def test_a_feed_that_has_ended_polls_no_more(machine: Machine) -> None:
    machine.sources["folder"] = Once()
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.idle())
    assert machine.status()["next_poll"] is None
    machine.write("a", "2")
    machine.poll()
    assert machine.idle()


def test_a_source_that_this_provider_lacks_is_said(machine: Machine) -> None:
    del machine.sources["folder"]
    machine.create()
    until(lambda: machine.status()["last_error"])
    assert machine.status()["active"]


def test_nothing_secret_lies_in_the_store(store: redis.Redis, machine: Machine) -> None:
    machine.write("a", "1")
    machine.create(password="geheim")
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.idle())
    assert machine.subscriptions.get(TRIGGER).options["password"] == "geheim"
    assert machine.subscriptions.get(TRIGGER).masked()["password"] == "***"
    stored = str(contents(store))
    assert str(machine.folder) in stored
    assert "geheim" not in stored
    assert "uuid:key" not in stored
