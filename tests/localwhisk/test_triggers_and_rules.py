"""Triggers and rules: sections 2.3, 2.4 and 6 of the contract."""

import json
from typing import Any

import pytest

from tests.localwhisk.client import Client, eventually, fresh, pairs

ECHO = "def main(args): return args"


def rule(client: Client, trigger: str, action: str, **fields: Any) -> str:
    # As `wsk` sends it, with a status that means nothing.
    body = {"status": "", "trigger": f"/_/{trigger}", "action": f"/_/{action}", **fields}
    return client.make("rules", body, "rule")


def fire(client: Client, trigger: str, event: Any) -> Any:
    answer = client.api("POST", f"triggers/{trigger}", event, **{"x-mark": "Seen"})
    assert answer.status == 202
    assert answer.headers["x-openwhisk-activation-id"] == answer.json["activationId"]
    return client.record(answer.json["activationId"])


def activations_of(client: Client, action: str) -> Any:
    return client.api("GET", f"activations?name={action}&docs=true").json


def test_trigger_shape(client: Client) -> None:
    """2.3"""
    name = client.make("triggers", {"parameters": pairs({"a": 1})})
    trigger = client.api("GET", f"triggers/{name}").json
    assert trigger["limits"] == {}
    assert "rules" not in trigger
    action = client.action(ECHO)
    made = rule(client, name, action)
    shown = client.api("GET", f"triggers/{name}").json["rules"]
    link = {"path": client.namespace, "name": action}
    assert shown == {f"{client.namespace}/{made}": {"action": link, "status": "active"}}
    listed = {entry["name"]: entry for entry in client.api("GET", "triggers?limit=0").json}
    assert "rules" not in listed[name]


def test_rule_shape(client: Client) -> None:
    """2.4"""
    package = client.make("packages")
    trigger, action = client.make("triggers"), client.action(ECHO, f"{package}/act")
    name = rule(client, trigger, action)
    shown = client.api("GET", f"rules/{name}").json
    assert shown["status"] == "active"
    assert shown["trigger"] == {"path": client.namespace, "name": trigger}
    assert shown["action"] == {"path": f"{client.namespace}/{package}", "name": "act"}
    listed = {entry["name"]: entry for entry in client.api("GET", "rules?limit=0").json}
    assert "status" not in listed[name]
    assert listed[name]["action"] == shown["action"]


def test_fire_with_one_active_and_one_inactive_rule(client: Client) -> None:
    """12, assertion 4"""
    trigger, action = client.make("triggers"), client.action(ECHO)
    on, off = rule(client, trigger, action), rule(client, trigger, action)
    state = client.api("POST", f"rules/{off}", {"status": "inactive", "trigger": None})
    assert (state.status, state.body) == (200, b"OK")
    record = fire(client, trigger, {"e": 1})
    logs = {entry["rule"]: entry for entry in map(json.loads, record["logs"])}
    namespace = client.namespace
    ran = logs[f"{namespace}/{on}"]
    assert (ran["statusCode"], ran["success"]) == (0, True)
    assert client.record(ran["activationId"])["name"] == action
    assert logs[f"{namespace}/{off}"] == {
        "statusCode": 1,
        "success": False,
        "error": f"Rule '{namespace}/{off}' is inactive, action '{namespace}/{action}'"
        " was not activated.",
        "rule": f"{namespace}/{off}",
        "action": f"{namespace}/{action}",
    }
    client.api("POST", f"rules/{on}", {"status": "inactive"})
    silent = client.api("POST", f"triggers/{trigger}", {"e": 2})
    assert (silent.status, silent.body) == (204, b"")
    assert len(client.api("GET", f"activations?name={trigger}").json) == 1


def test_event_reaches_the_action_with_headers_and_trigger_parameters(client: Client) -> None:
    """3"""
    trigger = client.make("triggers", {"parameters": pairs({"t": "bound", "e": "bound"})})
    action = client.action(ECHO, parameters=pairs({"a": "action", "t": "action"}))
    rule(client, trigger, action)
    fire(client, trigger, {"e": "event"})
    [record] = eventually(lambda: activations_of(client, action))
    seen = record["response"]["result"]
    headers = seen.pop("__ow_headers")
    assert seen == {"a": "action", "t": "bound", "e": "event"}
    assert headers["x-mark"] == "Seen"
    assert headers["authorization"].startswith("Basic ")
    assert {"content-type", "content-length"}.isdisjoint(headers)
    assert "cause" not in record


def test_trigger_record(client: Client) -> None:
    """6"""
    trigger = client.make("triggers", {"parameters": pairs({"t": 1})})
    rule(client, trigger, client.action(ECHO))
    record = fire(client, trigger, {"e": 1})
    assert record["response"]["result"] == {"e": 1}
    assert record["annotations"] == []
    assert {"end", "duration", "cause"}.isdisjoint(record)
    [summary] = client.api("GET", f"activations?name={trigger}").json
    assert "statusCode" not in summary


def test_trigger_without_rules_records_nothing(client: Client) -> None:
    """6"""
    trigger = client.make("triggers")
    assert client.api("POST", f"triggers/{trigger}").status == 204
    assert client.api("GET", f"activations?name={trigger}").json == []


def test_unknown_trigger(client: Client) -> None:
    """6"""
    assert client.api("POST", f"triggers/{fresh()}", {}).status == 404


def test_missing_action_is_told_in_the_log_only(client: Client) -> None:
    """6"""
    trigger, action = client.make("triggers"), client.action(ECHO)
    name = rule(client, trigger, action)
    client.api("DELETE", f"actions/{action}")
    [entry] = map(json.loads, fire(client, trigger, {})["logs"])
    assert entry == {
        "statusCode": 1,
        "success": False,
        "error": "The requested resource does not exist.",
        "rule": f"{client.namespace}/{name}",
        "action": f"{client.namespace}/{action}",
    }


def test_final_action_refuses_the_event(client: Client) -> None:
    """3"""
    trigger = client.make("triggers")
    action = client.action(ECHO, parameters=pairs({"k": 1}), annotations=pairs({"final": True}))
    rule(client, trigger, action)
    [entry] = map(json.loads, fire(client, trigger, {"k": 2})["logs"])
    assert entry["error"].startswith("Request defines parameters that are not allowed")


def test_the_event_does_not_wait_for_the_action(client: Client) -> None:
    """6"""
    trigger = client.make("triggers")
    action = client.action("import time\ndef main(args):\n time.sleep(0.5)\n return args")
    rule(client, trigger, action)
    fire(client, trigger, {})
    assert activations_of(client, action) == []
    assert eventually(lambda: activations_of(client, action))


def test_rule_of_things_that_do_not_exist(client: Client) -> None:
    """6"""
    trigger, action = client.make("triggers"), client.action(ECHO)
    path = f"rules/{fresh()}"
    namespace = client.namespace
    cases = [
        ({"trigger": "/_/none", "action": f"/_/{action}"}, f"trigger /{namespace}/none does not"),
        ({"trigger": f"/_/{trigger}", "action": "/_/none"}, f"action /{namespace}/none does not"),
        ({"trigger": f"/_/{trigger}"}, "rule requires a valid trigger and a valid action"),
        ({"trigger": trigger, "action": action}, "The request content was malformed:\nThe fully"),
    ]
    for body, error in cases:
        answer = client.api("PUT", path, body)
        assert answer.status == 400
        assert answer.error.startswith(error)


def test_update_keeps_the_state_and_moves_between_triggers(client: Client) -> None:
    """6"""
    old, new, action = client.make("triggers"), client.make("triggers"), client.action(ECHO)
    name = rule(client, old, action)
    client.api("POST", f"rules/{name}", {"status": "inactive"})
    body = {"trigger": f"/_/{new}"}
    updated = client.api("PUT", f"rules/{name}?overwrite=true", body).json
    assert (updated["status"], updated["version"]) == ("inactive", "0.0.2")
    assert "rules" not in client.api("GET", f"triggers/{old}").json
    assert client.api("GET", f"triggers/{new}").json["rules"]


@pytest.mark.parametrize("state", ["on", None, 1])
def test_unknown_states(client: Client, state: Any) -> None:
    """6"""
    name = rule(client, client.make("triggers"), client.action(ECHO))
    assert client.api("POST", f"rules/{name}", {"status": state}).status == 400


def test_a_trigger_made_again_leaves_its_rules_inactive(client: Client) -> None:
    """6"""
    trigger, action = client.make("triggers"), client.action(ECHO)
    name = rule(client, trigger, action)
    client.api("DELETE", f"triggers/{trigger}")
    assert client.api("GET", f"rules/{name}").json["status"] == "inactive"
    assert client.api("POST", f"rules/{name}", {"status": "inactive"}).status == 200
    refused = client.api("POST", f"rules/{name}", {"status": "active"})
    assert refused.status == 404
    assert refused.error == "Only rules with existing triggers can be activated"
    client.api("PUT", f"triggers/{trigger}", {})
    assert client.api("POST", f"triggers/{trigger}", {}).status == 204
    client.api("POST", f"rules/{name}", {"status": "active"})
    assert client.api("POST", f"triggers/{trigger}", {}).status == 202


def test_deleting_an_active_rule(client: Client) -> None:
    """6"""
    trigger = client.make("triggers")
    name = rule(client, trigger, client.action(ECHO))
    deleted = client.api("DELETE", f"rules/{name}")
    assert (deleted.status, deleted.json["status"]) == (200, "inactive")
    assert "rules" not in client.api("GET", f"triggers/{trigger}").json


def test_updating_a_trigger_preserves_its_rules(client: Client) -> None:
    """6, 2.1"""
    trigger = client.make("triggers", {"annotations": pairs({"a": 1})})
    rule(client, trigger, client.action(ECHO))
    body = {"annotations": pairs({"b": 2})}
    updated = client.api("PUT", f"triggers/{trigger}?overwrite=true", body).json
    assert updated["annotations"] == pairs({"b": 2})
    assert updated["rules"]


def test_feed_names_are_checked(client: Client) -> None:
    """2.3"""
    client.make("triggers", {"annotations": pairs({"feed": "/whisk.system/alarms/interval"})})
    answer = client.api("PUT", f"triggers/{fresh()}", {"annotations": pairs({"feed": "a//b"})})
    assert (answer.status, answer.error) == (400, "Feed name is not valid")


def test_feed_life_cycle_of_wsk(client: Client) -> None:
    """12, assertion 7: the feed gets exactly the life-cycle arguments and the parameters."""
    package = client.make("packages", {"parameters": pairs({"bound": 1})})
    feed = client.action(ECHO, f"{package}/feed", annotations=pairs({"feed": True}))
    trigger = client.make("triggers", {"annotations": pairs({"feed": f"/_/{feed}"})})
    sent = {"b": 2, "lifecycleEvent": "CREATE", "triggerName": f"/_/{trigger}", "authKey": "u:k"}
    answer = client.invoke(feed, sent, "blocking=true&result=false")
    assert answer.json["response"]["result"] == {"bound": 1, **sent}
