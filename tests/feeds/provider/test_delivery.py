"""Events reach their triggers: all of them, in order for each key, whatever the platform says."""

import time
from functools import partial
from typing import Any

import pytest

from feeds.provider import scripts
from feeds.provider.outbox import Letter
from feeds.provider.subscriptions import identifier
from tests.feeds.provider.conftest import TRIGGER, Machine
from tests.feeds.provider.waiting import until


def test_a_change_fires_the_trigger_with_the_subscriptions_own_key(machine: Machine) -> None:
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.fired and machine.idle())
    path, key, event = machine.triggers.fired[0]
    assert path == "/api/v1/namespaces/guest/triggers/files"
    assert key == "Basic dXVpZDprZXk="
    assert (event["file"], event["text"], len(event["id"])) == ("a", "1", 32)
    status = machine.status()
    assert (status["delivered"], status["events"], status["waiting"]) == (1, {"written": 1}, 0)
    assert status["next_poll"] == pytest.approx(machine.clock() + 3600)


def test_the_event_is_known_by_its_id_where_the_payload_has_one_too() -> None:
    plain = Letter("1-0", "f" * 32, "a", "changed", '{"file": "a"}')
    assert plain.event() == {"id": "f" * 32, "file": "a"}
    document = Letter("1-0", "f" * 32, "a", "changed", '{"id": "a", "seq": 1}')
    assert document.event() == {"event_id": "f" * 32, "id": "a", "seq": 1}


def test_events_of_a_key_arrive_in_order_while_their_trigger_fails(machine: Machine) -> None:
    refused = iter([400, 500, 413])
    machine.triggers.answer = lambda event: next(refused, 202) if event["file"] == "a" else 202
    machine.write("a", "0")
    machine.write("b", "0")
    machine.create()
    until(machine.idle)
    for text in "1234":
        machine.write("a", text)
        machine.poll()
        until(lambda: machine.idle() and machine.triggers.events)
    until(lambda: machine.idle() and len(machine.triggers.events) == 6)
    assert machine.triggers.texts("a") == list("01234")


def test_an_event_that_nobody_takes_dies_alone(machine: Machine) -> None:
    machine.triggers.answer = lambda event: 400 if event["text"] == "bad" else 202
    for number in range(20):
        machine.write(f"{number:02}", "bad" if number == 3 else "good")
    machine.create()
    until(lambda: len(machine.triggers.events) == 19)
    machine.write("03", "better")
    while not machine.status()["dead"]:
        until(machine.idle)
        machine.clock.now += 150
        machine.provider.scheduler.wake()
        assert machine.triggers.asked < 40
    machine.poll()
    until(lambda: machine.triggers.texts("03") == ["better"])
    status = machine.status()
    assert (status["dead"], status["waiting"], status["delivered"]) == (1, 0, 20)
    letter = status["dead_letters"][0]
    assert (letter["key"], letter["error"]["code"]) == ("03", "status_400")


def test_a_feed_with_too_many_dead_letters_is_paused(machine: Machine) -> None:
    machine.triggers.answer = lambda _: 400
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.asked and machine.idle())
    dead = f"{scripts.subscription(identifier(TRIGGER))}:dead"
    machine.store.rpush(dead, *["{}"] * 999)
    while machine.status()["active"]:
        machine.clock.now += 150
        until(machine.idle)
    assert machine.status()["reason"]["code"] == "dead_letters"
    assert b'feeds_deliveries_total{outcome="dead"} 1.0' in machine.provider.metrics.text()


def test_dead_letters_are_tried_again_when_their_owner_says_so(machine: Machine) -> None:
    machine.triggers.answer = lambda _: 413
    machine.write("a", "large")
    machine.create()
    while not machine.status()["dead"]:
        until(machine.idle)
        machine.clock.now += 150
    machine.triggers.answer = lambda _: 202
    machine.subscriptions.update(TRIGGER, machine.spec(), retry_dead=True)
    until(lambda: machine.triggers.texts("a") == ["large"] and machine.idle())
    assert (machine.status()["dead"], machine.status()["waiting"]) == (0, 0)


@pytest.mark.parametrize(
    ("status", "code"), [(401, "key_refused"), (403, "not_allowed"), (404, "trigger_gone")]
)
def test_a_refusal_pauses_the_feed_and_nothing_is_lost(
    machine: Machine, status: int, code: str
) -> None:
    machine.triggers.answer = lambda _: status
    machine.write("a", "1")
    machine.create()
    until(lambda: not machine.status()["active"])
    told = machine.status()
    assert (told["reason"]["code"], told["waiting"], told["next_poll"]) == (code, 1, None)
    machine.write("b", "1")
    machine.poll()
    machine.triggers.answer = lambda _: 202
    time.sleep(0.3)
    assert not machine.triggers.events
    machine.subscriptions.unpause(TRIGGER)
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.triggers.texts("b") == ["1"])
    assert machine.status()["reason"] is None


def test_an_outage_costs_no_attempt(machine: Machine) -> None:
    machine.triggers.answer = lambda _: 503
    machine.write("a", "1")
    machine.create()
    for _ in range(20):
        asked = machine.triggers.asked
        machine.clock.now += 61
        until(partial(_asked_again, machine, asked))
    assert machine.status()["dead"] == 0
    assert machine.status()["last_error"]["code"] == "platform"
    machine.triggers.answer = lambda _: 204
    machine.clock.now += 61
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.idle())
    assert machine.status()["last_error"] is None


def test_the_first_events_wait_for_the_first_rule(machine: Machine) -> None:
    """204 is OpenWhisk's answer where no active rule listens, and wskdeploy makes rules last."""
    machine.triggers.answer = lambda _: 204
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.asked == 1 and machine.idle())
    assert machine.status()["last_error"]["code"] == "no_rule"
    machine.triggers.fired.clear()
    machine.triggers.answer = lambda _: 202
    machine.clock.now += 5
    until(lambda: machine.triggers.texts("a") == ["1"] and machine.idle())
    machine.triggers.answer = lambda _: 204
    machine.write("b", "1")
    machine.poll()
    until(lambda: machine.status()["delivered"] == 2)


def test_a_throttled_feed_waits_as_long_as_it_is_told(machine: Machine) -> None:
    machine.triggers.answer = lambda _: (429, {"Retry-After": "30"})
    machine.write("a", "1")
    machine.create()
    until(lambda: machine.triggers.asked == 1 and machine.idle())
    machine.clock.now += 29
    time.sleep(0.3)
    assert machine.triggers.asked == 1
    machine.clock.now += 2
    until(lambda: machine.triggers.asked == 2)


def test_a_platform_that_stops_gets_everything_once_it_is_back(machine: Machine) -> None:
    machine.create()
    until(machine.idle)
    machine.triggers.stop()
    for number in range(50):
        machine.write(str(number), "1")
    machine.poll()
    until(lambda: machine.status()["waiting"] == 50 and machine.idle())
    machine.triggers.start()
    machine.clock.now += 61
    until(lambda: len(machine.triggers.events) == 50)


def test_a_platform_that_fails_for_everything_is_not_the_events_fault(machine: Machine) -> None:
    machine.triggers.answer = lambda _: 500
    for number in range(100):
        machine.write(f"{number:03}", "1")
    machine.create()
    until(lambda: machine.triggers.asked and machine.idle())
    assert machine.triggers.asked <= 16
    machine.triggers.answer = lambda _: 202
    machine.clock.now += 200
    until(lambda: len(machine.triggers.events) == 100)


def test_batches_hold_what_they_may_and_one_bad_event_spoils_none(machine: Machine) -> None:
    def answer(event: dict[str, Any]) -> int:
        assert len(event["events"]) <= 10
        return 400 if "bad" in [one["text"] for one in event["events"]] else 202

    machine.triggers.answer = answer
    for number in range(25):
        machine.write(f"{number:02}", "bad" if number == 7 else "good")
    machine.create(batch=10, step=30)
    until(lambda: len(machine.triggers.events) == 24 and machine.idle())
    assert machine.status()["waiting"] == 1
    assert len(machine.triggers.fired) <= 2 + 9


def test_batches_stay_under_what_a_trigger_takes(machine: Machine) -> None:
    for number in range(5):
        machine.write(str(number), str(number) * 200_000)
    machine.create(batch=10, step=30)
    until(lambda: len(machine.triggers.events) == 5)
    assert sorted(len(event["events"]) for _, _, event in machine.triggers.fired) == [1, 2, 2]


def _asked_again(machine: Machine, asked: int) -> bool:
    return machine.triggers.asked > asked and machine.idle()
