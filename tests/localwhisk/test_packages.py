"""Packages, bindings and sharing: sections 1.2, 1.5, 2.2 and 3 of the contract."""

from tests.localwhisk.client import Client, fresh, pairs, unpaired

ECHO = "def main(args): return args"


def test_package_shows_its_contents(client: Client) -> None:
    """2.2"""
    package = client.make("packages", {"parameters": pairs({"p": 1})})
    client.action(ECHO, f"{package}/plain")
    client.action(ECHO, f"{package}/source", annotations=pairs({"feed": True}))
    shown = client.api("GET", f"packages/{package}").json
    assert shown["binding"] == {}
    assert [action["name"] for action in shown["actions"]] == ["plain"]
    assert [feed["name"] for feed in shown["feeds"]] == ["source"]
    assert set(shown["actions"][0]) == {"name", "version", "annotations"}
    listed = client.api("GET", "packages").json
    assert {entry["name"]: entry["binding"] for entry in listed}[package] is False


def test_packaged_actions_are_listed_with_and_without_their_package(client: Client) -> None:
    """1.4, 1.5"""
    package = client.make("packages")
    client.action(ECHO, f"{package}/a")
    inside = client.api("GET", f"actions/{package}/").json
    assert [(entry["namespace"], entry["name"]) for entry in inside] == [
        (f"{client.namespace}/{package}", "a")
    ]
    assert inside[0] in client.api("GET", "actions?limit=0").json


def test_action_in_a_missing_package(client: Client) -> None:
    """1.7"""
    answer = client.api("GET", "actions/no-such-package/a")
    assert answer.status == 404
    resource = f"{client.namespace}/no-such-package"
    assert answer.error == f"The requested resource '{resource}' does not exist."


def test_reserved_name(client: Client) -> None:
    """2.2"""
    answer = client.api("PUT", "packages/default", {})
    assert (answer.status, answer.error) == (400, "Package name 'default' is reserved.")


def test_package_with_contents_is_deleted_by_force_only(client: Client) -> None:
    """1.7"""
    package = client.make("packages")
    client.action(ECHO, f"{package}/a")
    answer = client.api("DELETE", f"packages/{package}")
    assert answer.status == 409
    assert answer.error == (
        "Package not empty (contains 1 entity). Set force param or delete package contents."
    )
    assert client.api("DELETE", f"packages/{package}?force=true").status == 200
    assert client.api("GET", f"actions/{package}/a").status == 404


def test_parameters_merge_from_package_over_binding_to_action_and_payload(client: Client) -> None:
    """3"""
    levels = {"a": "package", "b": "package", "c": "package", "d": "package"}
    package = client.make("packages", {"parameters": pairs(levels)})
    binding = client.make(
        "packages",
        {
            "binding": {"namespace": "_", "name": package},
            "parameters": pairs({"b": "binding", "c": "binding", "d": "binding"}),
        },
    )
    client.action(ECHO, f"{package}/act", parameters=pairs({"c": "action", "d": "action"}))
    result = client.invoke(f"{binding}/act", {"d": "payload"}, "blocking=true&result=true").json
    assert result == {"a": "package", "b": "binding", "c": "action", "d": "payload"}
    merged = unpaired(client.api("GET", f"actions/{binding}/act").json["parameters"])
    assert merged == {"a": "package", "b": "binding", "c": "action", "d": "action"}


def test_binding_shows_its_base_and_refuses_writes(client: Client) -> None:
    """2.2, 1.7"""
    package = client.make("packages", {"parameters": pairs({"p": 1})})
    client.action(ECHO, f"{package}/act")
    binding = client.make("packages", {"binding": {"namespace": "_", "name": package}})
    base = {"namespace": client.namespace, "name": package}
    shown = client.api("GET", f"packages/{binding}").json
    assert shown["binding"] == base == unpaired(shown["annotations"])["binding"]
    assert [action["name"] for action in shown["actions"]] == ["act"]
    assert unpaired(shown["parameters"]) == {"p": 1}
    body = {"exec": {"kind": "python:default", "code": ECHO}}
    for answer in (
        client.api("PUT", f"actions/{binding}/new", body),
        client.api("DELETE", f"actions/{binding}/act"),
    ):
        assert answer.status == 400
        assert answer.error == "Operation not permitted on package binding."


def test_activations_through_a_binding_are_found_by_its_name(client: Client) -> None:
    """1.5, 2.5"""
    package = client.make("packages")
    client.action(ECHO, f"{package}/act")
    binding = client.make("packages", {"binding": {"namespace": "_", "name": package}})
    record = client.invoke(f"{binding}/act").json
    annotations = unpaired(record["annotations"])
    assert annotations["binding"] == f"{client.namespace}/{binding}"
    assert annotations["path"] == f"{client.namespace}/{package}/act"
    found = client.api("GET", f"activations?name={binding}/act").json
    assert [entry["activationId"] for entry in found] == [record["activationId"]]
    assert client.api("GET", f"activations?name={package}/act").json == []


def test_bad_bindings(client: Client) -> None:
    """1.7"""
    package, trigger = client.make("packages"), client.make("triggers")
    binding = client.make("packages", {"binding": {"namespace": "_", "name": package}})
    cases = {
        "nothing-there": (400, "Binding references a package that does not exist."),
        trigger: (409, "Cannot bind to a resource that is not a package."),
        binding: (400, "Cannot bind to another package binding."),
    }
    for base, expected in cases.items():
        body = {"binding": {"namespace": "_", "name": base}}
        answer = client.api("PUT", f"packages/{fresh()}", body)
        assert (answer.status, answer.error) == expected
    body = {"binding": {"namespace": "_", "name": package}}
    answer = client.api("PUT", f"packages/{package}?overwrite=true", body)
    assert answer.status == 409
    assert answer.error == "Resource is a package and cannot be converted into a binding."


def test_public_packages_are_open_to_other_namespaces(client: Client, other: Client) -> None:
    """1.2, 2.2"""
    shared = other.make("packages", {"publish": True, "parameters": pairs({"p": 1})})
    private = other.make("packages")
    other.action(ECHO, f"{shared}/act")
    root = f"/api/v1/namespaces/{other.namespace}"
    listed = client.send("GET", f"{root}/packages", auth=client.auth).json
    names = [package["name"] for package in listed]
    assert shared in names
    assert private not in names
    path = f"{root}/actions/{shared}/act?blocking=true"
    record = client.send("POST", path, {}, auth=client.auth).json
    assert record["response"]["result"] == {"p": 1}
    assert record["namespace"] == client.namespace
    refused = client.send("GET", f"{root}/packages/{private}", auth=client.auth)
    missing = client.send("GET", f"{root}/packages/missing", auth=client.auth)
    assert (refused.status, missing.status) == (403, 403)
    write = client.send("DELETE", f"{root}/actions/{shared}/act", auth=client.auth)
    assert write.status == 403


def test_binding_to_another_namespace(client: Client, other: Client) -> None:
    """2.2, 12: as `wsk package bind` sends it"""
    shared = other.make("packages", {"publish": True})
    other.action(ECHO, f"{shared}/act")
    base = {"namespace": other.namespace, "name": shared}
    binding = client.make("packages", {"binding": base, "parameters": pairs({"k": 2})})
    assert client.invoke(f"{binding}/act", {}, "blocking=true&result=true").json == {"k": 2}
    other.api("PUT", f"packages/{shared}?overwrite=true", {"publish": False})
    assert client.invoke(f"{binding}/act").status == 403


def test_a_shared_action_runs_in_the_callers_namespace(client: Client, other: Client) -> None:
    """2.5, 8.1: also in the worker that another namespace has warmed."""
    shared = other.make("packages", {"publish": True})
    code = "import os\ndef main(args): return {'namespace': os.environ['__OW_NAMESPACE']}"
    other.action(code, f"{shared}/act")
    path = f"/api/v1/namespaces/{other.namespace}/actions/{shared}/act?blocking=true&result=true"
    for caller in (other, client):
        seen = caller.send("POST", path, {}, auth=caller.auth).json
        assert seen == {"namespace": caller.namespace}
