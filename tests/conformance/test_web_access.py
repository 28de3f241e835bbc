"""Who may call a web action, and from where: sections 4.5 and 4.6 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import Client
from tests.conformance.web_actions import returning, web_action

METHODS = "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH"
HEADERS = "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent"
UNAUTHORIZED = (401, "Authentication is possible but has failed or not yet been provided.")


def count_of(client: Client, path: str) -> int:
    return len(client.get(f"activations?name={path.partition('/')[2]}"))


# 4.5 CORS, HEAD, OPTIONS


def test_cors(client: Client) -> None:
    """4.5"""
    answer = client.web("GET", web_action(client))
    assert answer.headers.getlist("access-control-allow-origin") == ["*"]
    assert answer.headers["access-control-allow-methods"] == METHODS
    assert answer.headers["access-control-allow-headers"] == HEADERS


def test_cors_on_failures(client: Client) -> None:
    """4.5"""
    for path in (returning(client, {"error": "t"}), web_action(client, require_whisk_auth="s")):
        answer = client.web("GET", path)
        assert answer.status in (400, 401)
        assert answer.headers["access-control-allow-origin"] == "*"


def test_an_actions_own_cors_headers_are_added(client: Client) -> None:
    """4.5, 11.9"""
    path = returning(client, {"headers": {"Access-Control-Allow-Origin": "me"}, "body": "x"})
    origins = client.web("GET", path).headers.getlist("access-control-allow-origin")
    assert sorted(origins) == ["*", "me"]


def test_options_are_answered_without_a_run(client: Client) -> None:
    """4.5, 11.9"""
    path = web_action(client)
    answer = client.web("OPTIONS", path)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-headers"] == HEADERS
    asked = client.web("OPTIONS", path, access_control_request_headers="X-One, X-Two")
    assert asked.headers["access-control-allow-headers"] == "X-One, X-Two"
    assert asked.headers["access-control-allow-methods"] == METHODS
    client.web("GET", path)
    assert client.activations(f"name={path.partition('/')[2]}")
    assert count_of(client, path) == 1


def test_options_of_a_missing_action(client: Client) -> None:
    """4.1, 4.5"""
    assert client.web("OPTIONS", "default/none").status == 404


def test_custom_options_are_the_actions_own(client: Client) -> None:
    """4.5"""
    path = web_action(client, web_custom_options=True)
    answer = client.web("OPTIONS", path)
    assert answer.json["__ow_method"] == "options"
    for each in (answer, client.web("GET", path)):
        assert "access-control-allow-origin" not in each.headers


@pytest.mark.parametrize("mark", ["true", 1, False])
def test_custom_options_take_no_less_than_true(client: Client, mark: Any) -> None:
    """2.1, 4.5"""
    answer = client.web("OPTIONS", web_action(client, web_custom_options=mark))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_head_runs_the_action_and_drops_the_body(client: Client) -> None:
    """4.5, 11.9"""
    path = returning(client, {"headers": {"x-ran": "yes"}, "statusCode": 203, "body": "text"})
    answer = client.web("HEAD", path)
    assert (answer.status, answer.body, answer.headers["x-ran"]) == (203, b"", "yes")
    assert client.record(answer.headers["x-openwhisk-activation-id"])


# 4.6 require-whisk-auth


@pytest.mark.parametrize("secret", ["s3cret", 1234])
def test_secret_of_the_action(client: Client, secret: Any) -> None:
    """4.6"""
    path = web_action(client, require_whisk_auth=secret)
    assert client.web("GET", path).refusal == UNAUTHORIZED
    assert client.web("GET", path, x_require_whisk_auth=f"{secret}0").refusal == UNAUTHORIZED
    assert client.web("GET", path, x_require_whisk_auth=str(secret)).status == 200
    assert count_of(client, path) <= 1


def test_credentials_do_not_stand_in_for_the_secret(client: Client) -> None:
    """4.6"""
    full = f"/api/v1/web/{client.namespace}/{web_action(client, require_whisk_auth='s')}"
    assert client.send("GET", full, auth=client.auth).refusal == UNAUTHORIZED


def test_credentials_of_the_platform(client: Client) -> None:
    """4.6"""
    path = web_action(client, require_whisk_auth=True)
    assert client.web("GET", path).refusal == UNAUTHORIZED
    bad = client.web("GET", path, authorization="Basic bm9ib2R5Om5v")
    assert bad.refusal == UNAUTHORIZED
    assert client.web("GET", path, x_require_whisk_auth="true").refusal == UNAUTHORIZED
    full = f"/api/v1/web/{client.namespace}/{path}"
    assert client.send("GET", full, auth=client.auth).status == 200


def test_open_when_false(client: Client) -> None:
    """4.6"""
    assert client.web("GET", web_action(client, require_whisk_auth=False)).status == 200


@pytest.mark.parametrize("value", [None, [], {"a": 1}])
def test_closed_when_it_is_nothing_that_is_known(client: Client, value: Any) -> None:
    """4.6"""
    assert client.web("GET", web_action(client, require_whisk_auth=value)).refusal == UNAUTHORIZED


@pytest.mark.parametrize("custom", [False, True])
def test_options_need_no_secret(client: Client, custom: bool) -> None:
    """4.6: whoever answers them"""
    path = web_action(client, require_whisk_auth="s", web_custom_options=custom)
    answer = client.web("OPTIONS", path)
    assert answer.status == 200
    assert bool(answer.body) is custom
    assert client.web("GET", path).refusal == UNAUTHORIZED
