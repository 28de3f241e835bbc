"""Rules: sections 2.4 and 6 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import Client, fresh, pairs


def linked(client: Client) -> tuple[str, str, str]:
    """A rule, its trigger and its action."""
    trigger, action = client.make("triggers"), client.action()
    return client.rule(trigger, action), trigger, action


def state(client: Client, rule: str) -> Any:
    return client.get(f"rules/{rule}")["status"]


def set_state(client: Client, rule: str, status: Any) -> Any:
    # As `wsk` sends it.
    body = {"status": status, "trigger": None, "action": None}
    return client.api("POST", f"rules/{rule}", body)


def test_shape(client: Client) -> None:
    """2.4, 11.14, 11.25"""
    trigger, package = client.make("triggers"), client.make("packages")
    name = client.rule(trigger, client.action(name=f"{package}/act"))
    shown = client.get(f"rules/{name}")
    assert set(shown) == {
        *("namespace", "name", "version", "publish", "updated", "annotations"),
        *("status", "trigger", "action"),
    }
    assert (shown["status"], shown["version"]) == ("active", "0.0.1")
    assert shown["trigger"] == {"path": client.namespace, "name": trigger}
    assert shown["action"] == {"path": f"{client.namespace}/{package}", "name": "act"}
    [listed] = [entry for entry in client.get("rules?limit=0") if entry["name"] == name]
    assert {**listed, "status": "active"} == shown
    assert "status" not in listed


@pytest.mark.parametrize("query", ["", "?overwrite=true"])
def test_creation_answers_with_the_state(client: Client, query: str) -> None:
    """6"""
    body = {"trigger": f"/_/{client.make('triggers')}", "action": f"/_/{client.action()}"}
    name = fresh()
    made = client.api("PUT", f"rules/{name}{query}", body).json
    assert made["status"] == "active"
    client.api("DELETE", f"rules/{name}")


@pytest.mark.parametrize("form", ["strings", "objects"])
def test_forms_of_references(client: Client, form: str) -> None:
    """2.4, 11.25"""
    trigger, action = client.make("triggers"), client.action()
    links: dict[str, Any] = {"trigger": f"/{client.namespace}/{trigger}", "action": f"_/{action}"}
    if form == "objects":
        links = {
            "trigger": {"path": "_", "name": trigger},
            "action": {"path": client.namespace, "name": action},
        }
    shown = client.get(f"rules/{client.make('rules', links)}")
    assert shown["trigger"] == {"path": client.namespace, "name": trigger}
    assert shown["action"] == {"path": client.namespace, "name": action}


def test_rule_of_things_that_do_not_exist(client: Client) -> None:
    """6"""
    rule, trigger, action = linked(client)
    namespace = client.namespace
    cases = [
        ("/_/none", f"/_/{action}", f"trigger /{namespace}/none does not exist"),
        (f"/_/{trigger}", "/_/none", f"action /{namespace}/none does not exist"),
        ("/_/none", "/_/none", f"trigger /{namespace}/none does not exist"),
    ]
    for of, to, error in cases:
        body = {"trigger": of, "action": to}
        for path in (f"rules/{fresh()}", f"rules/{rule}?overwrite=true"):
            assert client.api("PUT", path, body).refusal == (400, error)
    assert client.get(f"rules/{rule}")["version"] == "0.0.1"


@pytest.mark.parametrize("given", [{}, {"trigger": "/_/t"}, {"action": "/_/a"}])
def test_new_rule_needs_both(client: Client, given: Any) -> None:
    """6"""
    client.put("triggers/t", {})
    client.action(name="a")
    answer = client.api("PUT", f"rules/{fresh()}", given)
    assert answer.refusal == (400, "rule requires a valid trigger and a valid action")


@pytest.mark.parametrize("reference", ["x", "/x", 1, {"name": "x"}, "/_/a*"])
def test_malformed_references(client: Client, reference: Any) -> None:
    """1.3, 2.4"""
    body = {"trigger": reference, "action": f"/_/{client.action()}"}
    answer = client.api("PUT", f"rules/{fresh()}", body)
    assert answer.status == 400
    assert answer.error.startswith("The request content was malformed:\n")


def test_trigger_and_action_of_other_namespaces(client: Client) -> None:
    """1.2, 6"""
    _, trigger, action = linked(client)
    for body in (
        {"trigger": "/nobody/x", "action": f"/_/{action}"},
        {"trigger": f"/_/{trigger}", "action": "/nobody/x"},
    ):
        answer = client.api("PUT", f"rules/{fresh()}", body)
        message = "The supplied authentication is not authorized to access 'nobody/x'."
        assert answer.refusal == (403, message)


def test_action_of_a_shared_package(client: Client, other: Client) -> None:
    """6"""
    shared = other.make("packages", {"publish": True})
    other.action(name=f"{shared}/act")
    trigger = client.make("triggers")
    body = {"trigger": f"/_/{trigger}", "action": f"/{other.namespace}/{shared}/act"}
    client.make("rules", body)
    assert client.api("POST", f"triggers/{trigger}", {"e": 1}).status == 202
    [record] = client.activations(f"name={shared}/act&docs=true")
    assert record["response"]["result"]["e"] == 1


# Updates


def test_an_update_moves_between_triggers_and_keeps_the_state(client: Client) -> None:
    """6, 11.18"""
    rule, old, action = linked(client)
    set_state(client, rule, "inactive")
    new = client.make("triggers")
    updated = client.put(f"rules/{rule}", {"trigger": f"/_/{new}"})
    assert (updated["status"], updated["version"]) == ("inactive", "0.0.2")
    assert updated["action"]["name"] == action
    assert client.get(f"triggers/{old}")["rules"] == {}
    links = client.get(f"triggers/{new}")["rules"]
    assert links[f"{client.namespace}/{rule}"]["status"] == "inactive"


def test_an_update_of_the_action(client: Client) -> None:
    """6, 11.18"""
    rule, trigger, _ = linked(client)
    another = client.action()
    updated = client.put(f"rules/{rule}", {"action": f"/_/{another}"})
    assert (updated["status"], updated["trigger"]["name"]) == ("active", trigger)
    [link] = client.get(f"triggers/{trigger}")["rules"].values()
    assert link == {"action": {"path": client.namespace, "name": another}, "status": "active"}


def test_an_update_replaces_annotations_only_when_given(client: Client) -> None:
    """2.1, 2.4"""
    rule, _, _ = linked(client)
    assert client.put(f"rules/{rule}", {"annotations": pairs({"a": 1})})["version"] == "0.0.2"
    kept = client.put(f"rules/{rule}", {})
    assert (kept["annotations"], kept["version"]) == (pairs({"a": 1}), "0.0.3")
    replaced = client.put(f"rules/{rule}", {"annotations": pairs({"b": 2})})
    assert replaced["annotations"] == pairs({"b": 2})


# State


@pytest.mark.parametrize("status", ["inactive", "active"])
def test_state_is_set_and_may_be_set_again(client: Client, status: str) -> None:
    """6, 11.20"""
    rule, trigger, _ = linked(client)
    for _ in range(2):
        answer = set_state(client, rule, status)
        assert (answer.status, answer.body) == (200, b"OK")
        assert answer.headers["content-type"].startswith("text/plain")
        assert state(client, rule) == status
        [link] = client.get(f"triggers/{trigger}")["rules"].values()
        assert link["status"] == status


@pytest.mark.parametrize("status", ["on", "ACTIVE!", "", None, 1, {}])
def test_unknown_states(client: Client, status: Any) -> None:
    """6"""
    rule, _, _ = linked(client)
    assert client.api("POST", f"rules/{rule}", {"status": status}).status == 400
    assert state(client, rule) == "active"


def test_no_state(client: Client) -> None:
    """6"""
    rule, _, _ = linked(client)
    assert client.api("POST", f"rules/{rule}", {}).status == 400


def test_a_trigger_made_again_leaves_its_rules_inactive(client: Client) -> None:
    """6, 11.18"""
    rule, trigger, _ = linked(client)
    client.api("DELETE", f"triggers/{trigger}")
    assert state(client, rule) == "inactive"
    assert set_state(client, rule, "inactive").status == 200
    refused = set_state(client, rule, "active")
    assert refused.refusal == (404, "Only rules with existing triggers can be activated")
    client.put(f"triggers/{trigger}", {})
    assert state(client, rule) == "inactive"
    assert client.api("POST", f"triggers/{trigger}", {}).status == 204
    assert set_state(client, rule, "active").status == 200
    assert client.api("POST", f"triggers/{trigger}", {}).status == 202


def test_deleting_an_active_rule(client: Client) -> None:
    """6"""
    rule, trigger, action = linked(client)
    deleted = client.api("DELETE", f"rules/{rule}")
    assert (deleted.status, deleted.json["status"]) == (200, "inactive")
    assert client.get(f"triggers/{trigger}")["rules"] == {}
    assert client.api("GET", f"actions/{action}").status == 200


def test_a_rule_outlives_its_trigger_and_its_action(client: Client) -> None:
    """6, 11.18"""
    rule, trigger, action = linked(client)
    client.api("DELETE", f"triggers/{trigger}")
    client.api("DELETE", f"actions/{action}")
    assert client.get(f"rules/{rule}")["trigger"]["name"] == trigger
    assert client.api("DELETE", f"rules/{rule}").status == 200
