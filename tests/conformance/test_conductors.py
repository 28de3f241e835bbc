"""Conductors: the other half of section 5 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import Client, pairs, unpaired
from tests.conformance.conductors import ADD, STEPS, conductor, steps_of

# Without a next action


@pytest.mark.parametrize(
    ("payload", "result"),
    [
        ({"x": 1}, {"x": 1}),
        ({"params": {"x": 1}, "more": 2}, {"x": 1}),
        ({"params": 7}, {"value": 7}),
        ({"params": [1], "state": {"s": 1}}, {"value": [1]}),
        ({"x": 1, "state": 2}, {"x": 1, "state": 2}),
    ],
)
def test_without_an_action_it_ends(client: Client, payload: Any, result: Any) -> None:
    """5"""
    answer = client.invoke(conductor(client), payload)
    assert (answer.status, answer.json["response"]["result"]) == (200, result)
    assert len(steps_of(client, answer.json)) == 1


def test_its_own_error_ends_it(client: Client) -> None:
    """5"""
    name = conductor(client)
    answer = client.invoke(name, {"error": "no", "action": "x", "params": {"a": 1}})
    assert answer.status == 502
    assert answer.json["response"]["status"] == "application error"
    assert answer.json["response"]["result"] == {"error": "no"}
    assert len(steps_of(client, answer.json)) == 1


def test_its_own_crash_ends_it(client: Client) -> None:
    """5"""
    answer = client.invoke(conductor(client, "import os\ndef main(args): os._exit(1)"))
    assert answer.status == 502
    assert answer.json["response"]["status"] == "action developer error"


@pytest.mark.parametrize(("mark", "conducts"), [(1, True), ("yes", True), ({}, True), ("", False)])
def test_any_true_mark_makes_a_conductor(client: Client, mark: Any, conducts: bool) -> None:
    """2.1, 5"""
    name = conductor(client, mark=mark)
    payload = {"params": {"x": 1}}
    assert client.result(name, payload) == ({"x": 1} if conducts else payload)


def test_the_mark_is_ignored_on_a_sequence(client: Client) -> None:
    """5"""
    name = client.sequence(client.action(), annotations=pairs({"conductor": True}))
    record = client.invoke(name, {"params": {"x": 1}}).json
    assert record["response"]["result"] == {"params": {"x": 1}}
    assert "conductor" not in unpaired(record["annotations"])


# Steps


@pytest.mark.parametrize("form", ["{name}", "/_/{name}", "/{namespace}/{name}", "_/{name}"])
def test_names_of_steps(client: Client, form: str) -> None:
    """5: simple, or with the namespace"""
    step = client.action(ADD)
    if form == "_/{name}":
        package = client.make("packages")
        client.action(ADD, f"{package}/{step}")
        form = f"{package}/{{name}}"
    reference = form.format(name=step, namespace=client.namespace)
    payload = {"action": reference, "params": {"n": 1}}
    assert client.result(conductor(client), payload) == {"n": 2}


def test_record(client: Client) -> None:
    """2.5, 5"""
    name = conductor(client, STEPS)
    step = client.action(ADD, limits={"memory": 512})
    record = client.invoke(name, {"n": 1, "steps": [step, step]}).json
    assert record["response"]["result"] == {"n": 3}
    assert record == client.record(record["activationId"])
    steps = steps_of(client, record)
    assert [each["name"] for each in steps] == [name, step, name, step, name]
    assert record["duration"] == sum(each["duration"] for each in steps)
    annotations = unpaired(record["annotations"])
    assert (annotations["kind"], annotations["conductor"]) == ("sequence", True)
    assert annotations["topmost"] is True
    assert annotations["path"] == f"{client.namespace}/{name}"
    assert annotations["limits"]["memory"] == 512
    assert annotations["waitTime"] >= 0
    assert "cause" not in record
    for each in steps:
        assert each["cause"] == record["activationId"]
        assert unpaired(each["annotations"])["causedBy"] == "sequence"


@pytest.mark.parametrize(
    ("state", "seen"),
    [({"s": 1, "n": 9}, {"s": 1, "n": 9}), (7, {"state": 7, "n": 2}), ({}, {"n": 2})],
)
def test_state_lies_over_the_next_payload(client: Client, state: Any, seen: Any) -> None:
    """5"""
    text = "def main(args): return args"
    payload = {"action": client.action(ADD), "params": {"n": 1}, "state": state}
    assert client.result(conductor(client, text), payload) == seen


def test_state_is_not_given_to_the_step(client: Client) -> None:
    """5"""
    sees = client.action("def main(args): return {'seen': sorted(args)}")
    payload = {"action": sees, "params": {"n": 1}, "state": {"s": 1}}
    assert client.result(conductor(client), payload) == {"seen": ["n"], "s": 1}


def test_without_params_the_step_gets_only_its_own(client: Client) -> None:
    """5"""
    step = client.action(parameters=pairs({"own": 1}))
    assert client.result(conductor(client), {"action": step, "n": 1}) == {"own": 1}


def test_params_that_are_no_object_are_boxed(client: Client) -> None:
    """5"""
    step = client.action("def main(args): return {'got': args}")
    assert client.result(conductor(client), {"action": step, "params": [1]}) == {
        "got": {"value": [1]}
    }


def test_errors_of_steps_are_given_back(client: Client) -> None:
    """5: for the conductor to end with, or to go on"""
    step = client.action(ADD)
    answer = client.invoke(conductor(client), {"action": step})
    assert answer.status == 502
    assert answer.json["response"]["result"] == {"error": "no n"}
    assert len(steps_of(client, answer.json)) == 3
    catches = "def main(args): return {'caught': args['error']} if 'error' in args else args"
    assert client.result(conductor(client, catches), {"action": step}) == {"caught": "no n"}


def test_crashes_of_steps_are_given_back(client: Client) -> None:
    """5"""
    step = client.action("import os\ndef main(args): os._exit(1)")
    catches = "def main(args): return {'caught': args['error']} if 'error' in args else args"
    assert client.result(conductor(client, catches), {"action": step}) == {
        "caught": "command exited"
    }


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (7, "Failed to parse action name from json value 7 during composition."),
        ("a*", 'Failed to parse action name from json value "a*" during composition.'),
        ("/a", 'Failed to parse action name from json value "/a" during composition.'),
        ("missing/act", "Failed entitlement check for action with name '{}/missing/act' during "
         "composition."),
        ("missing", "Failed to resolve action with name '{}/missing' during composition."),
        ("/nobody/a", "Failed entitlement check for action with name 'nobody/a' during "
         "composition."),
    ],
)  # fmt: skip
def test_unusable_steps(client: Client, action: Any, message: str) -> None:
    """5"""
    answer = client.invoke(conductor(client), {"action": action})
    assert answer.status == 502
    assert answer.json["response"]["status"] == "application error"
    expected = {"error": message.format(client.namespace)}
    assert answer.json["response"]["result"] == expected
    assert len(steps_of(client, answer.json)) == 2


def test_an_array_is_no_answer_of_a_conductor(client: Client) -> None:
    """5"""
    answer = client.invoke(conductor(client, "def main(args): return [1]"))
    assert answer.refusal == (500, "There was an internal server error.")


def test_a_sequence_fails_with_a_component_that_has_no_record(client: Client) -> None:
    """5"""
    answer = client.invoke(client.sequence(conductor(client, "def main(args): return [1]")))
    response = answer.json["response"]
    assert (answer.status, response["status"]) == (500, "whisk internal error")
    assert response["result"] == {"error": "Sequence failed."}
