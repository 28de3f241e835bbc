"""Triggers, and firing them: sections 2.3, 3 and 6 of the contract."""

import json
from typing import Any

import pytest

from tests.conformance.client import Client, code, fresh, pairs

SLOW = "import time\ndef main(args):\n time.sleep(0.5)\n return args"


def fire(client: Client, trigger: str, event: Any = None, **headers: str) -> Any:
    """The trigger's record."""
    answer = client.api("POST", f"triggers/{trigger}", event, **headers)
    assert answer.status == 202
    assert set(answer.json) == {"activationId"}
    assert answer.headers["x-openwhisk-activation-id"] == answer.json["activationId"]
    return client.record(answer.json["activationId"])


def outcomes(record: Any) -> Any:
    """What became of each rule, by its name."""
    return {entry["rule"]: entry for entry in map(json.loads, record["logs"])}


def ran(client: Client, action: str) -> Any:
    """The record of what a rule has set going, as soon as it is there."""
    [record] = client.activations(f"name={action}&docs=true")
    return record


def test_shape(client: Client) -> None:
    """2.3"""
    name = client.make("triggers", {"parameters": pairs({"a": 1})})
    trigger = client.get(f"triggers/{name}")
    assert set(trigger) == {
        *("namespace", "name", "version", "publish", "updated", "annotations", "parameters"),
        "limits",
    }
    assert (trigger["limits"], trigger["version"]) == ({}, "0.0.1")
    action = client.action()
    rule = client.rule(name, action)
    shown = client.get(f"triggers/{name}")["rules"]
    link = {"path": client.namespace, "name": action}
    assert shown == {f"{client.namespace}/{rule}": {"action": link, "status": "active"}}
    [listed] = [entry for entry in client.get("triggers?limit=0") if entry["name"] == name]
    assert "rules" not in listed


def test_an_update_preserves_the_rules_and_replaces_annotations(client: Client) -> None:
    """2.1, 6"""
    fields = {"annotations": pairs({"a": 1}), "parameters": pairs({"p": 1}), "publish": True}
    trigger = client.make("triggers", fields)
    rule = client.rule(trigger, client.action())
    updated = client.put(f"triggers/{trigger}", {"annotations": pairs({"b": 2})})
    assert updated["annotations"] == pairs({"b": 2})
    assert (updated["version"], updated["publish"]) == ("0.0.2", True)
    assert updated["parameters"] == pairs({"p": 1})
    assert set(updated["rules"]) == {f"{client.namespace}/{rule}"}


@pytest.mark.parametrize("feed", ["a//b*", "", 1, None, "/"])
def test_feed_names_are_checked(client: Client, feed: Any) -> None:
    """1.7, 2.3: on creation only"""
    bad = {"annotations": pairs({"feed": feed})}
    answer = client.api("PUT", f"triggers/{fresh()}", bad)
    assert answer.refusal == (400, "Feed name is not valid")
    good = {"annotations": pairs({"feed": "/whisk.system/alarms/interval"})}
    assert client.put(f"triggers/{client.make('triggers', good)}", bad)["annotations"]


# Firing


def test_fire_with_one_active_and_one_inactive_rule(client: Client) -> None:
    """6, 11.4, assertion 4"""
    trigger, action = client.make("triggers"), client.action()
    on, off = client.rule(trigger, action), client.rule(trigger, action)
    client.api("POST", f"rules/{off}", {"status": "inactive"})
    logs = outcomes(fire(client, trigger, {"e": 1}))
    namespace = client.namespace
    assert set(logs) == {f"{namespace}/{on}", f"{namespace}/{off}"}
    activation_id = logs[f"{namespace}/{on}"].pop("activationId")
    assert client.record(activation_id)["name"] == action
    about = {"rule": f"{namespace}/{on}", "action": f"{namespace}/{action}"}
    assert logs[f"{namespace}/{on}"] == {"statusCode": 0, "success": True, **about}
    assert logs[f"{namespace}/{off}"] == {
        "statusCode": 1,
        "success": False,
        "error": f"Rule '{namespace}/{off}' is inactive, action '{namespace}/{action}'"
        " was not activated.",
        **about,
        "rule": f"{namespace}/{off}",
    }
    client.api("POST", f"rules/{on}", {"status": "inactive"})
    silent = client.api("POST", f"triggers/{trigger}", {"e": 2})
    assert (silent.status, silent.body) == (204, b"")
    assert "x-openwhisk-activation-id" not in silent.headers
    assert len(client.activations(f"name={trigger}")) == 1


def test_trigger_without_rules_records_nothing(client: Client) -> None:
    """6, 11.4"""
    trigger = client.make("triggers")
    answer = client.api("POST", f"triggers/{trigger}", {"x": 1})
    assert (answer.status, answer.body) == (204, b"")
    assert client.get(f"activations?name={trigger}") == []


def test_event_reaches_the_action_with_headers_and_trigger_parameters(client: Client) -> None:
    """3, 11.5"""
    trigger = client.make("triggers", {"parameters": pairs({"t": "bound", "e": "bound"})})
    action = client.action(parameters=pairs({"a": "action", "t": "action"}))
    client.rule(trigger, action)
    fire(client, trigger, {"e": "event"}, **{"x-mark": "Seen"})
    seen = ran(client, action)["response"]["result"]
    headers = seen.pop("__ow_headers")
    assert seen == {"a": "action", "t": "bound", "e": "event"}
    assert headers["x-mark"] == "Seen"
    assert headers["authorization"].startswith("Basic ")
    assert {"content-type", "content-length"}.isdisjoint(headers)


def test_an_events_own_headers_win(client: Client) -> None:
    """3"""
    trigger, action = client.make("triggers"), client.action()
    client.rule(trigger, action)
    fire(client, trigger, {"__ow_headers": "mine"})
    assert ran(client, action)["response"]["result"] == {"__ow_headers": "mine"}


@pytest.mark.parametrize("event", [None, {}, {"e": [1, {"a": None}], "__ow_x": 1}])
def test_trigger_record(client: Client, event: Any) -> None:
    """2.5, 6: the event as it was posted"""
    trigger = client.make("triggers", {"parameters": pairs({"t": 1}), "version": "1.2.3"})
    client.rule(trigger, client.action())
    record = fire(client, trigger, event)
    assert record["response"]["result"] == (event or {})
    assert record["response"]["status"] == "success"
    assert (record["name"], record["version"]) == (trigger, "1.2.3")
    assert record["annotations"] == []
    assert {"end", "duration", "cause"}.isdisjoint(record)


@pytest.mark.usefixtures("local_host")
def test_trigger_summary(client: Client) -> None:
    """2.5, 6: as a view of CouchDB has it, which a host in memory may not"""
    trigger = client.make("triggers")
    client.rule(trigger, client.action())
    fire(client, trigger)
    [summary] = client.activations(f"name={trigger}")
    assert {"statusCode", "end", "duration"}.isdisjoint(summary)


def test_what_a_rule_sets_going_has_no_cause(client: Client) -> None:
    """6, 11.6"""
    trigger, action = client.make("triggers"), client.action()
    client.rule(trigger, action)
    fire(client, trigger)
    record = ran(client, action)
    assert "cause" not in record
    assert "causedBy" not in [annotation["key"] for annotation in record["annotations"]]
    assert record["namespace"] == client.namespace


def test_every_rule_runs_its_action(client: Client) -> None:
    """6: also one action twice"""
    trigger, action, another = client.make("triggers"), client.action(), client.action()
    for each in (action, action, another):
        client.rule(trigger, each)
    logs = outcomes(fire(client, trigger, {"e": 1}))
    names = [client.record(entry["activationId"])["name"] for entry in logs.values()]
    assert sorted(names) == sorted([action, action, another])


def test_sequences_and_packaged_actions_are_run(client: Client) -> None:
    """6"""
    trigger, package = client.make("triggers"), client.make("packages")
    packaged = client.action(name=f"{package}/act")
    bound = f"{client.binding(package)}/act"
    for each in (client.sequence(client.action()), packaged, bound):
        client.rule(trigger, each)
    logs = outcomes(fire(client, trigger, {"e": 1}))
    for entry in logs.values():
        result = client.record(entry["activationId"])["response"]["result"]
        assert result["e"] == 1
    paths = {entry["action"] for entry in logs.values()}
    assert {f"{client.namespace}/{packaged}", f"{client.namespace}/{bound}"} <= paths


def test_missing_action_is_told_in_the_log_only(client: Client) -> None:
    """6"""
    trigger, action = client.make("triggers"), client.action()
    rule = client.rule(trigger, action)
    client.api("DELETE", f"actions/{action}")
    [entry] = outcomes(fire(client, trigger, {})).values()
    assert entry == {
        "statusCode": 1,
        "success": False,
        "error": "The requested resource does not exist.",
        "rule": f"{client.namespace}/{rule}",
        "action": f"{client.namespace}/{action}",
    }


def test_final_action_refuses_the_event(client: Client) -> None:
    """3"""
    trigger = client.make("triggers")
    bound = pairs({"k": 1})
    client.rule(trigger, client.action(parameters=bound, annotations=pairs({"final": True})))
    [entry] = outcomes(fire(client, trigger, {"k": 2})).values()
    assert entry["error"].startswith("Request defines parameters that are not allowed")


def test_a_failing_action_is_no_failure_of_the_rule(client: Client) -> None:
    """6"""
    trigger = client.make("triggers")
    client.rule(trigger, client.action("def main(args): return {'error': 1}"))
    record = fire(client, trigger, {})
    assert record["response"]["success"] is True
    [entry] = outcomes(record).values()
    assert (entry["statusCode"], entry["success"]) == (0, True)


def test_the_event_does_not_wait_for_the_action(client: Client) -> None:
    """6, 11.6"""
    trigger, action = client.make("triggers"), client.action(SLOW)
    client.rule(trigger, action)
    fire(client, trigger, {})
    assert client.get(f"activations?name={action}") == []
    assert ran(client, action)


def test_an_updated_action_is_what_the_rule_runs(client: Client) -> None:
    """6"""
    trigger, action = client.make("triggers"), client.action()
    client.rule(trigger, action)
    client.put(f"actions/{action}", {"exec": code("def main(args): return {'v': 2}")})
    fire(client, trigger)
    assert ran(client, action)["response"]["result"] == {"v": 2}
