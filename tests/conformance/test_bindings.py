"""Package bindings and packages of other namespaces: sections 1.2, 2.2 and 3."""

from typing import Any

import pytest

from tests.conformance.client import Client, code, fresh, pairs, unpaired

NOT_ON_BINDINGS = (400, "Operation not permitted on package binding.")


def base_and_binding(client: Client, **fields: Any) -> tuple[str, str]:
    """A package with an action `act`, and a binding of it."""
    package = client.make("packages", fields)
    client.action(name=f"{package}/act")
    return package, client.binding(package)


def forbidden(resource: str) -> tuple[int, str]:
    return 403, f"The supplied authentication is not authorized to access '{resource}'."


# In one namespace


def test_parameters_merge_from_package_over_binding_to_action_and_payload(client: Client) -> None:
    """3"""
    levels = {"a": "package", "b": "package", "c": "package", "d": "package"}
    package = client.make("packages", {"parameters": pairs(levels)})
    own = pairs({"b": "binding", "c": "binding", "d": "binding"})
    binding = client.binding(package, parameters=own)
    client.action(name=f"{package}/act", parameters=pairs({"c": "action", "d": "action"}))
    result = client.result(f"{binding}/act", {"d": "payload"})
    assert result == {"a": "package", "b": "binding", "c": "action", "d": "payload"}
    merged = unpaired(client.get(f"actions/{binding}/act")["parameters"])
    assert merged == {"a": "package", "b": "binding", "c": "action", "d": "action"}


def test_binding_shows_its_base(client: Client) -> None:
    """2.2, 11.16, 11.25"""
    package, _ = base_and_binding(client, parameters=pairs({"p": 1, "q": 1}))
    given = pairs({"binding": "made up", "own": 1})
    binding = client.binding(package, parameters=pairs({"q": 2}), annotations=given)
    base = {"namespace": client.namespace, "name": package}
    shown = client.get(f"packages/{binding}")
    assert (shown["name"], shown["binding"]) == (binding, base)
    assert unpaired(shown["annotations"]) == {"own": 1, "binding": base}
    assert [action["name"] for action in shown["actions"]] == ["act"]
    assert unpaired(shown["parameters"]) == {"p": 1, "q": 2}
    [entry] = [entry for entry in client.get("packages?limit=0") if entry["name"] == binding]
    assert entry["binding"] == base


def test_list_through_a_binding_shows_the_base(client: Client) -> None:
    """1.4"""
    package, binding = base_and_binding(client)
    listed = client.get(f"actions/{binding}/")
    assert listed == client.get(f"actions/{package}/")
    assert listed[0]["namespace"] == f"{client.namespace}/{package}"


@pytest.mark.parametrize(("method", "name"), [("PUT", "new"), ("PUT", "act"), ("DELETE", "act")])
def test_no_writes_through_a_binding(client: Client, method: str, name: str) -> None:
    """1.4, 1.7"""
    _, binding = base_and_binding(client)
    body = {"exec": code()} if method == "PUT" else None
    answer = client.api(method, f"actions/{binding}/{name}?overwrite=true", body)
    assert answer.refusal == NOT_ON_BINDINGS


def test_activations_through_a_binding_name_both(client: Client) -> None:
    """2.5"""
    package, binding = base_and_binding(client)
    annotations = unpaired(client.invoke(f"{binding}/act").json["annotations"])
    assert annotations["binding"] == f"{client.namespace}/{binding}"
    assert annotations["path"] == f"{client.namespace}/{package}/act"


@pytest.mark.usefixtures("local_host")
def test_activations_through_a_binding_are_found_by_its_name(client: Client) -> None:
    """1.5: as a view of CouchDB has it, which a host in memory may not"""
    package, binding = base_and_binding(client)
    record = client.invoke(f"{binding}/act").json
    found = client.activations(f"name={binding}/act")
    assert [entry["activationId"] for entry in found] == [record["activationId"]]
    assert client.get(f"activations?name={package}/act") == []


def test_bad_bindings(client: Client) -> None:
    """1.7, 2.2: of what is missing, no package, or a binding itself"""
    trigger = client.make("triggers")
    _, binding = base_and_binding(client)
    cases = {
        fresh(): (400, "Binding references a package that does not exist."),
        trigger: (409, "Cannot bind to a resource that is not a package."),
        binding: (400, "Cannot bind to another package binding."),
    }
    for base, expected in cases.items():
        body = {"binding": {"namespace": "_", "name": base}}
        assert client.api("PUT", f"packages/{fresh()}", body).refusal == expected
        assert client.api("PUT", f"packages/{binding}?overwrite=true", body).refusal == expected


def test_a_package_cannot_become_a_binding(client: Client) -> None:
    """1.7"""
    package, _ = base_and_binding(client)
    body = {"binding": {"namespace": "_", "name": package}}
    answer = client.api("PUT", f"packages/{client.make('packages')}?overwrite=true", body)
    message = "Resource is a package and cannot be converted into a binding."
    assert answer.refusal == (409, message)


@pytest.mark.parametrize(
    "binding", [{"namespace": "_"}, {"name": "x"}, "x", {"namespace": 1, "name": "x"}]
)
def test_malformed_bindings(client: Client, binding: Any) -> None:
    """1.3, 2.2"""
    answer = client.api("PUT", f"packages/{fresh()}", {"binding": binding})
    assert answer.status == 400
    assert answer.error.startswith("The request content was malformed:\n")


def test_an_update_moves_a_binding(client: Client) -> None:
    """2.2"""
    _, binding = base_and_binding(client)
    base = {"namespace": client.namespace, "name": client.make("packages")}
    updated = client.put(f"packages/{binding}", {"binding": {**base, "namespace": "_"}})
    assert updated["binding"] == base == unpaired(updated["annotations"])["binding"]
    assert client.get(f"packages/{binding}")["actions"] == []
    kept = client.put(f"packages/{binding}", {"parameters": pairs({"k": 1})})
    assert kept["binding"] == base


def test_a_binding_outlives_its_base(client: Client) -> None:
    """2.2"""
    package, binding = base_and_binding(client)
    client.api("DELETE", f"packages/{package}?force=true")
    assert client.api("GET", f"packages/{binding}").status == 404
    assert client.api("GET", f"actions/{binding}/act").status == 404
    assert client.invoke(f"{binding}/act").status == 404
    assert binding in [entry["name"] for entry in client.get("packages?limit=0")]
    assert client.api("DELETE", f"packages/{binding}").status == 200


def test_deleting_a_binding_leaves_its_base(client: Client) -> None:
    """2.2"""
    package, binding = base_and_binding(client)
    assert client.api("DELETE", f"packages/{binding}").status == 200
    assert client.get(f"actions/{package}/act")["name"] == "act"


# Between namespaces


def test_only_public_packages_are_listed_for_others(client: Client, other: Client) -> None:
    """1.2, 2.2"""
    private, shared = other.make("packages"), other.make("packages", {"publish": True})
    listed = client.call("GET", f"{other.namespace}/packages?limit=0").json
    names = [package["name"] for package in listed]
    assert shared in names
    assert private not in names
    counted = client.call("GET", f"{other.namespace}/packages?count=true").json
    assert counted == {"packages": len(names)}


def test_public_packages_are_open_to_others(client: Client, other: Client) -> None:
    """1.2: to be read, listed and invoked"""
    shared = other.make("packages", {"publish": True, "parameters": pairs({"p": 1})})
    other.action(name=f"{shared}/act")
    root = other.namespace
    assert client.call("GET", f"{root}/packages/{shared}").json["actions"][0]["name"] == "act"
    assert len(client.call("GET", f"{root}/actions/{shared}/").json) == 1
    shown = client.call("GET", f"{root}/actions/{shared}/act").json
    assert shown["parameters"] == pairs({"p": 1})
    record = client.call("POST", f"{root}/actions/{shared}/act?blocking=true", {}).json
    assert record["response"]["result"] == {"p": 1}
    assert record["namespace"] == client.namespace
    assert unpaired(record["annotations"])["path"] == f"{root}/{shared}/act"


def test_public_packages_are_not_open_for_writing(client: Client, other: Client) -> None:
    """1.2"""
    shared = other.make("packages", {"publish": True})
    other.action(name=f"{shared}/act")
    package = f"{other.namespace}/packages/{shared}"
    action = f"{other.namespace}/actions/{shared}/act"
    name = f"{other.namespace}/{shared}"
    assert client.call("DELETE", action).refusal == forbidden(f"{name}/act")
    written = client.call("PUT", f"{action}?overwrite=true", {"exec": code()})
    assert written.refusal == forbidden(f"{name}/act")
    assert client.call("DELETE", package).refusal == forbidden(name)
    assert client.call("PUT", f"{package}?overwrite=true", {}).refusal == forbidden(name)


def test_private_and_missing_packages_of_others_look_the_same(
    client: Client, other: Client
) -> None:
    """1.2"""
    private = other.make("packages")
    other.action(name=f"{private}/act")
    for package in (private, fresh()):
        name = f"{other.namespace}/{package}"
        shown = client.call("GET", f"{other.namespace}/packages/{package}")
        assert shown.refusal == forbidden(name)
        action = f"{other.namespace}/actions/{package}"
        assert client.call("GET", f"{action}/").refusal == forbidden(name)
        assert client.call("GET", f"{action}/act").refusal == forbidden(name)
        assert client.call("POST", f"{action}/act", {}).refusal == forbidden(name)


def test_binding_to_another_namespace(client: Client, other: Client) -> None:
    """2.2"""
    shared = other.make("packages", {"publish": True})
    other.action(name=f"{shared}/act")
    base = {"namespace": other.namespace, "name": shared}
    binding = client.make("packages", {"binding": base, "parameters": pairs({"k": 2})})
    assert client.result(f"{binding}/act") == {"k": 2}
    other.put(f"packages/{shared}", {"publish": False})
    assert client.invoke(f"{binding}/act").status == 403
    assert client.api("GET", f"packages/{binding}").status == 403
    assert client.api("PUT", f"packages/{fresh()}", {"binding": base}).status == 403


def test_a_shared_action_runs_in_the_callers_namespace(client: Client, other: Client) -> None:
    """2.5, 8.1: also in the worker that another namespace has warmed."""
    shared = other.make("packages", {"publish": True})
    text = "import os\ndef main(args): return {'namespace': os.environ['__OW_NAMESPACE']}"
    other.action(text, f"{shared}/act")
    path = f"{other.namespace}/actions/{shared}/act?blocking=true&result=true"
    for caller in (other, client):
        assert caller.call("POST", path, {}).json == {"namespace": caller.namespace}
