"""Web actions: section 4 of the contract."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.localwhisk.client import WEB, Client, fresh, pairs
from tests.localwhisk.web_actions import ECHO, returning, web_action

PNG = bytes(range(256))


def arguments(client: Client, path: str, method: str = "GET", body: Any = None, **h: str) -> Any:
    answer = client.web(method, path, body, **h)
    assert answer.status == 200, answer.body
    return answer.json


# 4.1 URL and availability


def test_only_exported_actions_are_served(client: Client) -> None:
    """4.1"""
    hidden = client.action(ECHO)
    truthy = client.action(ECHO, annotations=pairs({"web-export": "true"}))
    for path in (f"default/{hidden}", f"default/{truthy}", "default/none", "no-package/none"):
        answer = client.web("GET", path)
        assert answer.status == 404
        assert answer.error == "The requested resource does not exist."


def test_unknown_namespace(client: Client) -> None:
    """4.1"""
    assert client.send("GET", "/api/v1/web/nobody/default/x").status == 404


def test_unknown_extension_is_part_of_the_name(client: Client) -> None:
    """4.1"""
    path = web_action(client)
    assert client.web("GET", f"{path}.http").status == 200
    assert client.web("GET", f"{path}.xml").status == 404


def test_rest_of_the_path(client: Client) -> None:
    """4.1, 4.2"""
    path = web_action(client)
    assert arguments(client, path)["__ow_path"] == ""
    assert arguments(client, f"{path}.http/a/b%20c/")["__ow_path"] == "/a/b%20c/"


def test_bad_credentials_are_anonymous_and_good_ones_known(client: Client) -> None:
    """4.1, 4.2"""
    path = web_action(client)
    bad = client.web("GET", path, authorization="Basic bm9ib2R5Om5v")
    assert "__ow_user" not in bad.json
    full = f"/api/v1/web/{client.namespace}/{path}"
    assert client.send("GET", full, auth=client.auth).json["__ow_user"] == client.namespace


def test_packaged_and_bound_actions(client: Client) -> None:
    """4.1"""
    package = client.make("packages", {"parameters": pairs({"p": 1})})
    client.action(ECHO, f"{package}/act", annotations=pairs(WEB))
    binding = {"binding": {"namespace": "_", "name": package}, "parameters": pairs({"b": 2})}
    bound = client.make("packages", binding)
    seen = arguments(client, f"{bound}/act")
    assert (seen["p"], seen["b"]) == (1, 2)
    assert client.web("GET", f"{bound}/act?b=3").status == 400


# 4.2 Arguments


def test_context(client: Client) -> None:
    """4.2"""
    path = web_action(client)
    seen = arguments(client, path, "POST", {"x": 1}, x_mark="Seen")
    assert seen["__ow_method"] == "post"
    assert seen["__ow_headers"]["x-mark"] == "Seen"
    assert seen["__ow_headers"]["content-type"] == "application/json"
    assert "content-length" not in seen["__ow_headers"]
    assert seen["x"] == 1
    assert {"__ow_body", "__ow_query", "__ow_user"}.isdisjoint(seen)


def test_query_below_body_and_above_bound_parameters(client: Client) -> None:
    """3, 4.2"""
    marks = pairs({"web-export": True})
    bound = pairs({"a": "bound", "b": "bound", "c": "bound"})
    path = "default/" + client.action(ECHO, parameters=bound, annotations=marks)
    seen = arguments(client, f"{path}?b=query&c=first&c=query", "POST", {"c": "body"})
    assert (seen["a"], seen["b"], seen["c"]) == ("bound", "query", "body")


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"[1, 2]", [1, 2]),
        ("application/json", b'"text"', "text"),
        ("application/problem+json", b"7", 7),
        ("text/plain", "grüße".encode(), "grüße"),
        ("application/xml", b"<a/>", "<a/>"),
        ("application/octet-stream", PNG, base64.b64encode(PNG).decode()),
        ("image/svg+xml", b"<svg/>", base64.b64encode(b"<svg/>").decode()),
        ("multipart/form-data; boundary=b", b"--b--", base64.b64encode(b"--b--").decode()),
        ("application/x-own", b"abc", base64.b64encode(b"abc").decode()),
        ("application/x-own; charset=utf-8", b"abc", "abc"),
    ],
)
def test_bodies(client: Client, content_type: str, body: bytes, expected: Any) -> None:
    """4.2"""
    path = web_action(client)
    seen = arguments(client, path, "POST", body, content_type=content_type)
    assert seen["__ow_body"] == expected


def test_form_fields_are_arguments(client: Client) -> None:
    """4.2"""
    body = urlencode({"a": "1", "b": "x y"}).encode()
    seen = arguments(
        client,
        web_action(client),
        "POST",
        body,
        content_type="application/x-www-form-urlencoded",
    )
    assert (seen["a"], seen["b"]) == ("1", "x y")


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b'{"a":1}', base64.b64encode(b'{"a":1}').decode()),
        ("application/x-www-form-urlencoded", b"a=1", "a=1"),
        ("text/plain", b"abc", "abc"),
        ("image/png", PNG, base64.b64encode(PNG).decode()),
    ],
)
def test_raw_bodies(client: Client, content_type: str, body: bytes, expected: str) -> None:
    """4.2"""
    path = web_action(client, raw_http=True)
    seen = arguments(client, f"{path}?q=1&__ow_x=%20", "POST", body, content_type=content_type)
    assert seen["__ow_body"] == expected
    assert seen["__ow_query"] == "q=1&__ow_x=%20"
    assert "q" not in seen


def test_raw_without_body_or_query(client: Client) -> None:
    """4.2"""
    seen = arguments(client, web_action(client, raw_http=True))
    assert (seen["__ow_body"], seen["__ow_query"]) == ("", "")


def test_final_and_reserved_names_are_refused(client: Client) -> None:
    """12, assertion 6"""
    path = "default/" + client.action(ECHO, parameters=pairs({"k": 1}), annotations=pairs(WEB))
    refused = [
        client.web("GET", f"{path}?k=2"),
        client.web("GET", f"{path}?__ow_path=x"),
        client.web("POST", path, {"__ow_user": "me"}),
        client.web("POST", path, {"__ow_body": "x"}),
    ]
    for answer in refused:
        assert answer.status == 400
        assert answer.error.startswith("Request defines parameters that are not allowed")


def test_malformed_and_oversized_bodies(client: Client) -> None:
    """4.2"""
    path = web_action(client)
    assert client.web("POST", path, b"{", content_type="application/json").status == 400
    assert client.web("POST", path, b"x" * 1_048_577, content_type="text/plain").status == 413


# 4.5 CORS, HEAD, OPTIONS


def test_cors(client: Client) -> None:
    """4.5"""
    path = returning(client, {"headers": {"Access-Control-Allow-Origin": "me"}, "body": "x"})
    answer = client.web("GET", path)
    assert sorted(answer.headers.getlist("access-control-allow-origin")) == ["*", "me"]
    assert answer.headers["access-control-allow-methods"] == (
        "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH"
    )
    asked = client.web("OPTIONS", path, access_control_request_headers="X-One, X-Two")
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["access-control-allow-headers"] == "X-One, X-Two"
    name = path.partition("/")[2]
    assert len(client.api("GET", f"activations?name={name}").json) == 1


def test_custom_options_are_the_actions_own(client: Client) -> None:
    """4.5"""
    path = web_action(client, web_custom_options=True)
    answer = client.web("OPTIONS", path)
    assert answer.json["__ow_method"] == "options"
    assert "access-control-allow-origin" not in answer.headers


def test_head_runs_the_action_and_drops_the_body(client: Client) -> None:
    """4.5"""
    path = returning(client, {"headers": {"x-ran": "yes"}, "body": "text"})
    answer = client.web("HEAD", path)
    assert (answer.status, answer.body, answer.headers["x-ran"]) == (200, b"", "yes")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_methods(client: Client, method: str) -> None:
    """4.1"""
    assert arguments(client, web_action(client), method)["__ow_method"] == method.lower()


# 4.6 require-whisk-auth


@pytest.mark.parametrize("secret", ["s3cret", 1234])
def test_secret_of_the_action(client: Client, secret: Any) -> None:
    """4.6"""
    path = web_action(client, require_whisk_auth=secret)
    refused = client.web("GET", path)
    assert refused.status == 401
    assert refused.error == "Authentication is possible but has failed or not yet been provided."
    assert client.web("GET", path, x_require_whisk_auth=f"{secret}0").status == 401
    assert client.web("GET", path, x_require_whisk_auth=str(secret)).status == 200
    assert client.web("OPTIONS", path).status == 200


def test_credentials_of_the_platform(client: Client) -> None:
    """4.6"""
    path = web_action(client, require_whisk_auth=True)
    assert client.web("GET", path).status == 401
    full = f"/api/v1/web/{client.namespace}/{path}"
    assert client.send("GET", full, auth=client.auth).status == 200


def test_open_when_false(client: Client) -> None:
    """4.6"""
    assert client.web("GET", web_action(client, require_whisk_auth=False)).status == 200


def test_activation_belongs_to_the_owner(client: Client, other: Client) -> None:
    """4.1"""
    name = fresh()
    client.action(ECHO, name, annotations=pairs(WEB))
    full = f"/api/v1/web/{client.namespace}/default/{name}"
    answer = other.send("GET", full, auth=other.auth)
    assert answer.json["__ow_user"] == other.namespace
    record = client.record(answer.headers["x-openwhisk-activation-id"])
    assert record["namespace"] == client.namespace
