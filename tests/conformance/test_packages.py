"""Packages and what is in them: sections 1.4, 1.7 and 2.2 of the contract."""

import pytest

from tests.conformance.client import Client, code, fresh, pairs, unpaired

MISSING = (404, "The requested resource does not exist.")


def filled(client: Client, *names: str) -> str:
    package = client.make("packages")
    for name in names:
        client.action(name=f"{package}/{name}")
    return package


def test_package_shows_its_contents(client: Client) -> None:
    """2.2, 11.16"""
    package = client.make("packages", {"parameters": pairs({"p": 1})})
    client.action(name=f"{package}/plain")
    client.action(name=f"{package}/source", annotations=pairs({"feed": True}))
    shown = client.get(f"packages/{package}")
    assert set(shown) == {
        *("namespace", "name", "version", "publish", "updated", "annotations", "parameters"),
        *("binding", "actions", "feeds"),
    }
    assert shown["binding"] == {}
    assert (shown["version"], shown["publish"]) == ("0.0.1", False)
    assert [action["name"] for action in shown["actions"]] == ["plain"]
    assert [feed["name"] for feed in shown["feeds"]] == ["source"]
    assert set(shown["actions"][0]) == {"name", "version", "annotations"}


def test_an_update_replaces_annotations_and_keeps_what_it_leaves_out(client: Client) -> None:
    """2.1, 2.2"""
    package = client.make(
        "packages", {"parameters": pairs({"p": 1}), "annotations": pairs({"a": 1, "b": 2})}
    )
    updated = client.put(f"packages/{package}", {"annotations": pairs({"c": 3}), "publish": True})
    assert updated["annotations"] == pairs({"c": 3})
    assert (updated["version"], updated["publish"]) == ("0.0.2", True)
    assert updated["parameters"] == pairs({"p": 1})
    assert client.put(f"packages/{package}", {"parameters": []})["parameters"] == []


def test_packaged_actions_are_listed_with_and_without_their_package(client: Client) -> None:
    """1.4, 1.5, 11.16"""
    package = filled(client, "a")
    client.action(name=package + "x")
    inside = client.get(f"actions/{package}/")
    assert [(entry["namespace"], entry["name"]) for entry in inside] == [
        (f"{client.namespace}/{package}", "a")
    ]
    assert inside[0] in client.get("actions?limit=0")


def test_pages_and_counts_of_a_package(client: Client) -> None:
    """1.4, 1.5"""
    path = f"actions/{filled(client, 'a', 'b', 'c')}/"
    whole = client.get(path)
    assert len(whole) == 3
    assert client.get(f"{path}?limit=1&skip=1") == whole[1:2]
    assert client.get(f"{path}?count=true") == {"actions": 3}
    assert client.api("GET", f"{path}?limit=201").status == 400


def test_without_the_slash_a_package_is_no_action(client: Client) -> None:
    """1.4, 11.16"""
    answer = client.api("GET", f"actions/{filled(client, 'a')}")
    message = "Resource by this name exists but is not in this collection."
    assert answer.refusal == (409, message)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_action_in_a_missing_package(client: Client, method: str) -> None:
    """1.7"""
    body = {"exec": code()} if method in ("PUT", "POST") else None
    assert client.api(method, f"actions/{fresh()}/a", body).refusal == MISSING


def test_list_of_a_missing_package(client: Client) -> None:
    """1.7"""
    assert client.api("GET", f"actions/{fresh()}/").refusal == MISSING


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_missing_action_in_a_package(client: Client, method: str) -> None:
    """1.7"""
    assert client.api(method, f"actions/{filled(client)}/a").refusal == MISSING


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_action_in_what_is_no_package(client: Client, method: str) -> None:
    """1.7, 11.17"""
    body = {"exec": code()} if method in ("PUT", "POST") else None
    answer = client.api(method, f"actions/{client.make('triggers')}/a", body)
    message = "Resource by this name exists but is not in this collection."
    assert answer.refusal == (409, message)


@pytest.mark.parametrize("query", ["", "?overwrite=true"])
def test_reserved_name(client: Client, query: str) -> None:
    """1.7, 2.2"""
    answer = client.api("PUT", f"packages/default{query}", {})
    assert answer.refusal == (400, "Package name 'default' is reserved.")


@pytest.mark.parametrize(("contents", "counted"), [(["a"], "1 entity"), (["a", "b"], "2 entities")])
def test_package_with_contents_is_deleted_by_force_only(
    client: Client, contents: list[str], counted: str
) -> None:
    """1.4, 1.7"""
    package = filled(client, *contents)
    answer = client.api("DELETE", f"packages/{package}?force=false")
    message = f"Package not empty (contains {counted}). Set force param or delete package contents."
    assert answer.refusal == (409, message)
    assert client.api("GET", f"actions/{package}/a").status == 200
    assert client.api("DELETE", f"packages/{package}?force=true").status == 200
    client.put(f"packages/{package}", {})
    assert client.get(f"actions/{package}/") == []


def test_an_emptied_package_is_deleted(client: Client) -> None:
    """1.4"""
    package = filled(client, "a")
    assert client.api("DELETE", f"actions/{package}/a").status == 200
    assert client.api("DELETE", f"packages/{package}").status == 200


def test_parameters_merge_from_package_to_payload(client: Client) -> None:
    """3"""
    package = client.make("packages", {"parameters": pairs({"a": 0, "b": 0, "c": 0})})
    client.action(name=f"{package}/act", parameters=pairs({"b": 1, "c": 1}))
    assert client.result(f"{package}/act", {"c": 2}) == {"a": 0, "b": 1, "c": 2}


def test_an_action_is_read_with_its_packages_parameters_and_answered_without(
    client: Client,
) -> None:
    """1.4"""
    package = client.make("packages", {"parameters": pairs({"p": 1})})
    made = client.put(f"actions/{package}/act", {"exec": code(), "parameters": pairs({"a": 2})})
    assert made["parameters"] == pairs({"a": 2})
    assert unpaired(client.get(f"actions/{package}/act")["parameters"]) == {"p": 1, "a": 2}
    shown = client.get(f"actions/{package}/act?code=false")
    assert unpaired(shown["parameters"]) == {"p": 1, "a": 2}


def test_final_covers_the_packages_parameters(client: Client) -> None:
    """3"""
    package = client.make("packages", {"parameters": pairs({"p": 1})})
    client.action(name=f"{package}/act", annotations=pairs({"final": True}))
    answer = client.invoke(f"{package}/act", {"p": 2})
    assert answer.status == 400
    assert answer.error.startswith("Request defines parameters that are not allowed")
