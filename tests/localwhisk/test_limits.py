"""The limits per minute and at one time: section 10, with a host of its own per case."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localwhisk.limits import Throttle
from localwhisk.messages import ApiError
from tests.conformance.client import WEB, Client, pairs
from tests.conformance.host import LocalHost
from tests.conftest import Clock

SLOW = "import time\ndef main(args):\n time.sleep(1)\n return {}"

Start = Callable[..., Client]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a host with these limits, all others out of the way, early in a clock minute."""
    hosts = []

    def started(**limits: int) -> Client:
        boundless = {"invocations_per_minute": 10**6, "fires_per_minute": 10**6}
        given = {**boundless, "concurrent_invocations": 10**6, **limits}
        options = [f"--limit={name.replace('_', '-')}={value}" for name, value in given.items()]
        hosts.append(LocalHost(tmp_path / "data", *options))
        if (left := 60 - time.time() % 60) < 3:
            time.sleep(left)  # what is counted here must not fall into two minutes
        return hosts[0].client()

    yield started
    for host in hosts:
        host.terminate()


def too_many(count: int, allowed: int) -> tuple[int, str]:
    text = f"Too many requests in the last minute (count: {count}, allowed: {allowed})."
    return 429, text


def fired(client: Client, trigger: str) -> Any:
    """The log of the trigger's one rule."""
    answer = client.api("POST", f"triggers/{trigger}", {})
    assert answer.status == 202
    [entry] = client.record(answer.json["activationId"])["logs"]
    return json.loads(entry)


def test_invocations_per_minute(start: Start) -> None:
    """1.7, 10: refused ones count too"""
    client = start(invocations_per_minute=2)
    name = client.action()
    assert [client.invoke(name, {}, query).status for query in ("blocking=true", "")] == [200, 202]
    assert client.invoke(name).refusal == too_many(3, 2)
    assert client.invoke("not-there").refusal == too_many(4, 2)
    assert client.api("GET", f"actions/{name}").status == 200


def test_the_window_is_a_clock_minute(clock: Clock) -> None:
    """10"""
    clock.now = 59.9
    throttle = Throttle(1, clock)
    throttle.charge("guest")
    with pytest.raises(ApiError, match="allowed: 1"):
        throttle.charge("guest")
    clock.now = 60.0
    throttle.charge("guest")


def test_each_namespace_has_its_own(start: Start, tmp_path: Path) -> None:
    """10"""
    client = start(invocations_per_minute=1)
    other = Client(client.url, (tmp_path / "data" / "system-auth").read_text().strip())
    for each in (client, other):
        name = each.action()
        assert each.invoke(name).status == 200
        assert each.invoke(name).status == 429


def test_web_requests_are_charged_to_the_owner(start: Start) -> None:
    """4.1, 10"""
    client = start(invocations_per_minute=1)
    path = "default/" + client.action(annotations=pairs(WEB))
    assert client.web("GET", path).status == 204
    assert client.web("GET", path).refusal == too_many(2, 1)


def test_a_sequence_counts_once(start: Start) -> None:
    """5, 10"""
    client = start(invocations_per_minute=2)
    add = client.action()
    name = client.sequence(add, add, add)
    assert [client.invoke(name).status for _ in range(3)] == [200, 200, 429]


def test_a_composition_counts_once(start: Start) -> None:
    """5, 10"""
    client = start(invocations_per_minute=2)
    step = client.action()
    name = client.action(annotations=pairs({"conductor": True}))
    payload = {"action": step, "params": {"x": 1}}
    assert [client.invoke(name, payload).status for _ in range(3)] == [200, 200, 429]


def test_what_rules_invoke_counts(start: Start) -> None:
    """6, 10: and is refused in the trigger's log"""
    client = start(invocations_per_minute=1)
    trigger = client.make("triggers")
    client.rule(trigger, client.action())
    assert fired(client, trigger)["success"] is True
    refused = fired(client, trigger)
    assert (refused["statusCode"], refused["error"]) == (1, too_many(2, 1)[1])


def test_fires_per_minute(start: Start) -> None:
    """1.7, 10: apart from invocations, and whether a rule is there or not"""
    client = start(fires_per_minute=2)
    trigger = client.make("triggers")
    statuses = [client.api("POST", f"triggers/{trigger}", {}).status for _ in range(2)]
    assert statuses == [204, 204]
    assert client.api("POST", f"triggers/{trigger}", {}).refusal == too_many(3, 2)
    assert client.invoke(client.action()).status == 200


def test_concurrent_invocations(start: Start) -> None:
    """1.7, 10"""
    client = start(concurrent_invocations=2)
    name = client.action(SLOW)
    running = [client.invoke(name, {}, "").json["activationId"] for _ in range(2)]
    text = "Too many concurrent requests in flight (count: 2, allowed: 2)."
    assert client.invoke(name, {}, "").refusal == (429, text)
    for activation_id in running:
        client.record(activation_id)
    assert client.invoke(name).status == 200


def test_limits_are_told(start: Start) -> None:
    """1.1, 1.4"""
    client = start(invocations_per_minute=7, concurrent_invocations=8, fires_per_minute=9)
    told = client.send("GET", "/").json["limits"]
    names = ("actions_per_minute", "concurrent_actions", "triggers_per_minute")
    assert [told[name] for name in names] == [7, 8, 9]
    own = client.get("limits")
    names = ("invocationsPerMinute", "concurrentInvocations", "firesPerMinute")
    assert [own[name] for name in names] == [7, 8, 9]


def test_rules_of_one_event_are_in_flight_together(start: Start) -> None:
    """6, 10: what its rules start at once counts at once"""
    client = start(concurrent_invocations=2)
    slow, trigger = (
        client.action("import time\ndef main(args): time.sleep(1)"),
        client.make("triggers"),
    )
    for _ in range(3):
        client.make("rules", {"trigger": f"/_/{trigger}", "action": f"/_/{slow}"})
    activation = client.api("POST", f"triggers/{trigger}", {}).json["activationId"]
    logs = [json.loads(entry) for entry in client.record(activation)["logs"]]
    refused = [entry["error"] for entry in logs if not entry["success"]]
    assert refused == ["Too many concurrent requests in flight (count: 2, allowed: 2)."]
