"""Credentials and namespaces: section 1.2 of the contract."""

import pytest

from tests.conformance.client import Client

CHALLENGE = 'Basic realm="OpenWhisk secure realm",charset=UTF-8'
NOT_SUPPLIED = "The resource requires authentication, which was not supplied with the request"


@pytest.mark.parametrize(
    "path", ["/api/v1/namespaces", "/api/v1/namespaces/_/actions/x", "/api/v1/no/such/path"]
)
def test_no_credentials(client: Client, path: str) -> None:
    """1.2, 11.20"""
    answer = client.send("GET", path)
    assert answer.status == 401
    assert answer.error == NOT_SUPPLIED
    assert answer.json["code"] == answer.headers["x-request-id"]
    assert answer.headers["www-authenticate"] == CHALLENGE


@pytest.mark.parametrize("header", ["Basic !", "Basic", "Bearer x", "Digest x", ""])
def test_what_is_no_basic_authorization_is_none(client: Client, header: str) -> None:
    """1.2"""
    answer = client.send("GET", "/api/v1/namespaces", headers={"authorization": header})
    assert answer.refusal == (401, NOT_SUPPLIED)


@pytest.mark.parametrize("header", ["Basic bm9ib2R5", "Basic eDp5", "Basic Og=="])
def test_bad_credentials(client: Client, header: str) -> None:
    """1.2: without a colon, unknown, and empty"""
    answer = client.send("GET", "/api/v1/namespaces", headers={"authorization": header})
    assert answer.refusal == (401, "The supplied authentication is invalid")
    assert answer.headers["www-authenticate"] == CHALLENGE


def test_a_right_uuid_with_a_wrong_key_is_refused(client: Client) -> None:
    """1.2"""
    name = client.auth.partition(":")[0]
    assert client.send("GET", "/api/v1/namespaces", auth=f"{name}:wrong").status == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("collection", ["actions", "triggers", "rules"])
def test_another_namespace_is_forbidden(client: Client, collection: str, method: str) -> None:
    """1.2: whether it exists or not"""
    answer = client.call(method, f"nobody/{collection}/a")
    message = "The supplied authentication is not authorized to access 'nobody/a'."
    assert answer.refusal == (403, message)


@pytest.mark.parametrize("collection", ["actions", "triggers", "rules", "activations"])
def test_lists_of_another_namespace_are_forbidden(client: Client, collection: str) -> None:
    """1.2"""
    answer = client.call("GET", f"nobody/{collection}")
    message = "The supplied authentication is not authorized to access 'nobody'."
    assert answer.refusal == (403, message)


def test_packages_of_a_namespace_that_does_not_exist_are_none(client: Client) -> None:
    """1.2, 2.2"""
    assert client.call("GET", "nobody/packages").json == []


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
def test_the_callers_namespace_by_name_and_by_underscore(client: Client, collection: str) -> None:
    """1.2"""
    name = client.of_each_kind()[collection]
    named = client.call("GET", f"{client.namespace}/{collection}/{name}")
    assert named.json == client.get(f"{collection}/{name}")
    assert named.json["namespace"] == client.namespace
