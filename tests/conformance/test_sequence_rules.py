"""What a sequence may consist of: section 5 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import Client, code, components, fresh, pairs, unpaired

EMPTY = (400, "No component specified for the sequence.")
UNKNOWN = (400, "Sequence component does not exist.")
TOO_MANY = (400, "Too many actions in the sequence.")
CYCLE = (400, "Sequence may not refer to itself.")


def refused(client: Client, name: str, *parts: str) -> tuple[int, str]:
    body = {"exec": components(*(f"/_/{part}" for part in parts))}
    return client.api("PUT", f"actions/{name}?overwrite=true", body).refusal


@pytest.fixture(params=["new", "existing"])
def name(request: pytest.FixtureRequest, client: Client) -> str:
    return fresh() if request.param == "new" else client.action()


def test_without_components(client: Client, name: str) -> None:
    """5"""
    assert refused(client, name) == EMPTY


def test_missing_components(client: Client, name: str) -> None:
    """5: the action, or its package"""
    assert refused(client, name, fresh()) == UNKNOWN
    assert refused(client, name, f"{client.make('packages')}/{fresh()}") == UNKNOWN
    assert refused(client, name, f"{fresh()}/{fresh()}")[0] == 404


def test_components_of_other_namespaces_are_forbidden(client: Client, name: str) -> None:
    """1.2, 5"""
    body = {"exec": components("/nobody/a")}
    answer = client.api("PUT", f"actions/{name}?overwrite=true", body)
    message = "The supplied authentication is not authorized to access 'nobody/a'."
    assert answer.refusal == (403, message)


def test_as_many_components_as_are_allowed(client: Client, name: str) -> None:
    """5, 10"""
    part = f"/_/{client.action()}"
    client.put(f"actions/{name}", {"exec": components(*[part] * 50)})
    assert refused(client, name, *[part.removeprefix("/_/")] * 51) == TOO_MANY


def test_nested_actions_count(client: Client, name: str) -> None:
    """5, 10"""
    inner = client.sequence(*[client.action()] * 25)
    client.put(f"actions/{name}", {"exec": components(f"/_/{inner}", f"/_/{inner}")})
    assert refused(client, name, inner, inner, client.action()) == TOO_MANY


def test_itself(client: Client, name: str) -> None:
    """5: directly, among others, and around a corner"""
    assert refused(client, name, name) == CYCLE
    part = client.action()
    assert refused(client, name, part, name, part) == CYCLE


def test_itself_through_other_sequences(client: Client) -> None:
    """5"""
    inner = client.sequence(client.action())
    outer = client.sequence(client.sequence(inner))
    assert refused(client, inner, outer) == CYCLE


def test_itself_through_a_binding(client: Client) -> None:
    """5"""
    package = client.make("packages")
    binding = client.binding(package)
    client.action(name=f"{package}/s")
    assert refused(client, f"{package}/s", f"{binding}/s") == CYCLE


def test_components_of_packages_and_bindings_keep_their_path(client: Client) -> None:
    """5, 11.25"""
    package = client.make("packages")
    client.action(name=f"{package}/a")
    paths = [f"{package}/a", f"{client.binding(package)}/a"]
    shown = client.get(f"actions/{client.sequence(*paths)}")["exec"]
    assert shown == components(*(f"/{client.namespace}/{path}" for path in paths))


def test_limits_are_the_defaults(client: Client) -> None:
    """2.1"""
    name = client.sequence(client.action(limits={"memory": 512, "timeout": 1000}))
    limits = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}
    assert client.get(f"actions/{name}")["limits"] == limits
    annotations = unpaired(client.get(f"actions/{name}")["annotations"])
    assert annotations["exec"] == "sequence"


def test_an_update_without_exec_checks_no_components(client: Client) -> None:
    """2.1"""
    gone = client.action()
    name = client.sequence(gone)
    client.api("DELETE", f"actions/{gone}")
    updated = client.put(f"actions/{name}", {"parameters": pairs({"lost": 1})})
    assert updated["parameters"][0]["key"] == "_actions"


@pytest.mark.parametrize("exec_given", [True, False])
def test_annotations_are_not_dropped_by_name(client: Client, exec_given: bool) -> None:
    """2.1: where components come along"""
    part = client.action()
    name = client.sequence(part, annotations=pairs({"a": 1}))
    body: dict[str, Any] = {"delAnnotations": ["a"]}
    if exec_given:
        body["exec"] = components(f"/_/{part}")
    updated = client.put(f"actions/{name}", body)
    assert ("a" in unpaired(updated["annotations"])) is exec_given


def test_an_action_becomes_a_sequence(client: Client) -> None:
    """2.1"""
    name = client.action(parameters=pairs({"k": 1}))
    part = client.action("def main(args): return {'part': 1}")
    updated = client.put(f"actions/{name}", {"exec": components(f"/_/{part}")})
    assert updated["parameters"][0]["key"] == "_actions"
    assert unpaired(updated["annotations"])["exec"] == "sequence"
    assert client.result(name) == {"part": 1}
    assert client.put(f"actions/{name}", {"exec": code()})["parameters"] == []
