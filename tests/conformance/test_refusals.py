"""What a request is told that cannot be understood, in the platform's own words: 1.3 and 1.7."""

from typing import Any

import pytest

from tests.conformance.client import JSON, Client, code, components, fresh

MALFORMED = "The request content was malformed:\n"
UNTYPED = (
    "The request's Content-Type [application/octet-stream] is not supported."
    " Expected:\napplication/json"
)
ENTITIES = ("actions", "packages", "triggers", "rules")


@pytest.mark.parametrize("collection", ENTITIES)
def test_a_put_needs_a_body(client: Client, collection: str) -> None:
    """1.3"""
    for headers in ({}, JSON):
        answer = client.api("PUT", f"{collection}/{fresh()}", **headers)
        assert answer.status == 400
        assert answer.error.startswith(MALFORMED)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_body_needs_a_type(client: Client, method: str) -> None:
    """1.3"""
    answer = client.api(method, f"triggers/{client.make('triggers')}?overwrite=true", b"{}")
    assert answer.refusal == (415, UNTYPED)


@pytest.mark.parametrize("body", ["text", 1, [], None])
@pytest.mark.parametrize("collection", ENTITIES)
def test_a_put_needs_an_object(client: Client, collection: str, body: Any) -> None:
    """1.3"""
    sent = b"null" if body is None else body
    answer = client.api("PUT", f"{collection}/{fresh()}", sent, **JSON)
    assert answer.status == 400
    assert answer.error.startswith(MALFORMED)


@pytest.mark.parametrize("collection", ["actions", "triggers"])
@pytest.mark.parametrize("body", ["text", 1, []])
def test_a_payload_needs_to_be_an_object(client: Client, collection: str, body: Any) -> None:
    """1.3"""
    name = client.action() if collection == "actions" else client.make("triggers")
    answer = client.api("POST", f"{collection}/{name}", body)
    assert answer.refusal == (400, f"{MALFORMED}JSON object expected")


@pytest.mark.parametrize("collection", ENTITIES)
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"annotations": {"a": 1}}, "parameters malformed!"),
        ({"annotations": [{"key": "a"}]}, "parameters malformed!"),
        ({"annotations": [{"value": 1}]}, "parameters malformed!"),
        ({"annotations": "a"}, "parameters malformed!"),
        ({"version": "0.0.0"}, "semantic version malformed"),
        ({"version": "x"}, "semantic version malformed"),
        ({"version": 1}, "semantic version malformed"),
        ({"publish": "yes"}, 'Expected JsBoolean, but got "yes"'),
        ({"publish": 1}, "Expected JsBoolean, but got 1"),
    ],
)
def test_common_fields(
    client: Client, collection: str, fields: dict[str, Any], message: str
) -> None:
    """1.3, 2.1: are read before anything is looked up"""
    answer = client.api("PUT", f"{collection}/{fresh()}", fields)
    assert answer.refusal == (400, MALFORMED + message)


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers"])
@pytest.mark.parametrize(
    "parameters", [{"a": 1}, [{"key": "a"}], [{"key": "a", "value": 1, "init": "x"}], ["a"], 1]
)
def test_parameters(client: Client, collection: str, parameters: Any) -> None:
    """1.3, 2.1"""
    answer = client.api("PUT", f"{collection}/{fresh()}", {"parameters": parameters})
    assert answer.refusal == (400, f"{MALFORMED}parameters malformed!")


@pytest.mark.parametrize(
    ("exec_", "message"),
    [
        ({}, "'kind' must be a string defined in 'exec'"),
        ({"kind": "python:default"}, "'code' must be a string or attachment object defined in "
         "'exec' for 'python:default' actions"),
        (code("x", main=1), "if defined, 'main' be a string in 'exec' for 'python:default' "
         "actions"),
        ({"kind": "blackbox"}, "'image' must be a string defined in 'exec' for 'blackbox' actions"),
        ({"kind": "blackbox", "image": "a b"}, "could not parse image name"),
        ({"kind": "sequence"}, "'components' must be defined for sequence kind"),
        ({"kind": "sequence", "components": 1}, "'components' must be an array"),
        (components("a"), "requirement failed: The fully qualified name of the entity must contain"
         " at least the namespace and the name of the entity."),
    ],
)  # fmt: skip
def test_exec(client: Client, exec_: Any, message: str) -> None:
    """1.7, 2.1"""
    answer = client.api("PUT", f"actions/{fresh()}", {"exec": exec_})
    assert answer.refusal == (400, MALFORMED + message)


@pytest.mark.parametrize(
    ("method", "path", "flag"),
    [
        *(("PUT", collection, "overwrite") for collection in ENTITIES),
        ("GET", "actions", "code"),
        ("DELETE", "packages", "force"),
        ("POST", "actions", "result"),
    ],
)
def test_flags(client: Client, method: str, path: str, flag: str) -> None:
    """1.4"""
    name = client.of_each_kind()[path]
    answer = client.api(method, f"{path}/{name}?{flag}=x", {})
    detail = "'x' is not a valid Boolean value"
    assert answer.refusal == (400, f"The query parameter '{flag}' was malformed:\n{detail}")


def test_a_wait_is_checked_though_nobody_waits(client: Client) -> None:
    """1.6"""
    answer = client.invoke(client.action(), {}, "timeout=x")
    assert answer.status == 400
    assert answer.error.endswith("Timeout must be number of milliseconds up to 60000.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "key not found: status"),
        ({"status": "x"}, "requirement failed: x is not a recognized rule state"),
    ],
)
def test_rule_states(client: Client, body: Any, message: str) -> None:
    """6"""
    rule = client.of_each_kind()["rules"]
    assert client.api("POST", f"rules/{rule}", body).refusal == (400, MALFORMED + message)


def test_illegal_namespaces(client: Client) -> None:
    """1.2"""
    answer = client.call("GET", "-bad/actions")
    assert answer.refusal == (400, "The namespace contains illegal characters.")


@pytest.mark.parametrize("path", ["", "/actions", "/packages", "/activations"])
def test_head_is_not_offered(client: Client, path: str) -> None:
    """1.4"""
    full = f"/api/v1/namespaces{'/_' if path else ''}{path}"
    assert client.send("HEAD", full, auth=client.auth).status == 404


@pytest.mark.parametrize("query", ["since=-1", "name=/a-name", "name=a-name/", "name="])
def test_queries_that_are_accepted(client: Client, query: str) -> None:
    """1.5"""
    assert client.api("GET", f"activations?{query}").status == 200


def test_a_rule_to_an_action_in_a_missing_package(client: Client) -> None:
    """1.7, 6"""
    body = {"trigger": f"/_/{client.make('triggers')}", "action": "/_/not-there/act"}
    answer = client.api("PUT", f"rules/{fresh()}", body)
    assert answer.refusal == (404, "The requested resource does not exist.")


@pytest.mark.parametrize("path", ["packages", "actions"])
def test_a_binding_without_its_base_is_what_is_missing(client: Client, path: str) -> None:
    """1.7, 2.2"""
    package = client.make("packages")
    binding = client.binding(package)
    client.api("DELETE", f"packages/{package}")
    answer = client.api("GET", f"{path}/{binding}{'/act' if path == 'actions' else ''}")
    named = f"'{client.namespace}/{binding}' " if path == "packages" else ""
    assert answer.refusal == (404, f"The requested resource {named}does not exist.")
