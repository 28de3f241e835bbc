"""Names of entities and the one name space they share: sections 1.2 and 1.7."""

from urllib.parse import quote

import pytest

from tests.conformance.client import Client, code, fresh

OTHERS = [
    (made, asked)
    for made in ("actions", "packages", "triggers", "rules")
    for asked in ("actions", "packages", "triggers", "rules")
    if made != asked
]
ELSEWHERE = (409, "Resource by this name exists but is not in this collection.")


def body_of(collection: str, client: Client) -> dict[str, object]:
    if collection == "rules":
        return {"trigger": f"/_/{client.make('triggers')}", "action": f"/_/{client.action()}"}
    return {"exec": code()} if collection == "actions" else {}


@pytest.mark.parametrize(("made", "asked"), OTHERS)
def test_entities_share_one_name_space(client: Client, made: str, asked: str) -> None:
    """1.7, 11.17"""
    name = client.of_each_kind()[made]
    path = f"{asked}/{name}"
    body = body_of(asked, client)
    assert client.api("GET", path).refusal == ELSEWHERE
    assert client.api("DELETE", path).refusal == ELSEWHERE
    assert client.api("PUT", path, body).refusal == ELSEWHERE
    assert client.api("PUT", f"{path}?overwrite=true", body).refusal == ELSEWHERE
    assert client.api("GET", f"{made}/{name}").status == 200


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
def test_exists_already(client: Client, collection: str) -> None:
    """1.7"""
    name = client.of_each_kind()[collection]
    body = body_of(collection, client)
    for path in (f"{collection}/{name}", f"{collection}/{name}?overwrite=false"):
        assert client.api("PUT", path, body).refusal == (409, "resource already exists")


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
@pytest.mark.parametrize("collection", ["actions", "triggers", "rules"])
def test_missing(client: Client, collection: str, method: str) -> None:
    """1.7"""
    body = {"status": "active"} if method == "POST" else None
    answer = client.api(method, f"{collection}/{fresh()}", body)
    assert answer.refusal == (404, "The requested resource does not exist.")


def test_a_missing_package_is_named(client: Client) -> None:
    """1.7"""
    name = fresh()
    resource = f"{client.namespace}/{name}"
    answer = client.api("GET", f"packages/{name}")
    assert answer.refusal == (404, f"The requested resource '{resource}' does not exist.")
    answer = client.api("DELETE", f"packages/{name}")
    assert answer.refusal == (404, "The requested resource does not exist.")


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
def test_delete_answers_with_the_entity(client: Client, collection: str) -> None:
    """1.4, 11.20"""
    name = client.of_each_kind()[collection]
    answer = client.api("DELETE", f"{collection}/{name}")
    assert (answer.status, answer.json["name"]) == (200, name)
    assert client.api("GET", f"{collection}/{name}").status == 404


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
@pytest.mark.parametrize("name", [" a", "a ", ".a", "-a", "a*b", "a$", "ü"])
def test_illegal_names(client: Client, collection: str, name: str) -> None:
    """1.7"""
    path = f"{collection}/{quote(name)}"
    illegal = (400, "The name of the entity contains illegal characters.")
    assert client.api("PUT", path, body_of(collection, client)).refusal == illegal
    assert client.api("GET", path).refusal == illegal


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
def test_too_long_a_name_says_so(client: Client, collection: str) -> None:
    """1.7, 10: with the platform's own spelling"""
    answer = client.api("GET", f"{collection}/{'a' * 257}")
    assert answer.refusal == (400, "Name segement longer than allowed: 257 > 256.")


@pytest.mark.parametrize("name", ["a b", "a.b", "a@b", "a&b", "a-b", "_", "7", "a" * 246])
def test_legal_names(client: Client, name: str) -> None:
    """1.7"""
    # Made unique at the end, as far as the longest name that there may be.
    given = f"{name}{fresh('')[1:]}" if len(name) > 1 else f"{name}{fresh('x')}"
    path = f"triggers/{quote(given)}"
    assert client.put(path, {})["name"] == given
    assert client.get(path)["name"] == given
    assert client.api("POST", path).status == 204
