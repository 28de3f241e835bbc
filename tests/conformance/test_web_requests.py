"""What a web action is given: sections 4.1 and 4.2 of the contract."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conformance.client import JSON, WEB, Client, fresh, pairs
from tests.conformance.web_actions import ECHO, encoded, web_action

BYTES = bytes(range(256))
NO_SUCH_ACTION = (404, "The requested resource does not exist.")


def arguments(client: Client, path: str, method: str = "GET", body: Any = None, **h: str) -> Any:
    answer = client.web(method, path, body, **h)
    assert answer.status == 200, answer.body
    return answer.json


# 4.1 URL and availability


@pytest.mark.parametrize("mark", [None, False, "true", 1])
def test_only_exported_actions_are_served(client: Client, mark: Any) -> None:
    """2.1, 4.1"""
    name = client.action(ECHO, annotations=pairs({} if mark is None else {"web-export": mark}))
    assert client.web("GET", f"default/{name}").refusal == NO_SUCH_ACTION


@pytest.mark.parametrize("path", ["default/none", "no-package/none", "default/none.json"])
def test_missing_actions_and_packages(client: Client, path: str) -> None:
    """4.1"""
    assert client.web("GET", path).refusal == NO_SUCH_ACTION


def test_unknown_namespace(client: Client) -> None:
    """4.1"""
    assert client.send("GET", "/api/v1/web/nobody/default/x").refusal == NO_SUCH_ACTION


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_methods(client: Client, method: str) -> None:
    """4.1, 4.2"""
    assert arguments(client, web_action(client), method)["__ow_method"] == method.lower()


@pytest.mark.parametrize("extension", [".xml", ".HTTP", ".css", ".http.xml"])
def test_unknown_extension_is_part_of_the_name(client: Client, extension: str) -> None:
    """4.1"""
    assert client.web("GET", web_action(client) + extension).refusal == NO_SUCH_ACTION


@pytest.mark.parametrize("path", ["", "/a/b%20c/", "/", "//a", "/a.json", "/%C3%BC"])
def test_rest_of_the_path(client: Client, path: str) -> None:
    """4.1, 4.2: handed over as it was sent"""
    assert arguments(client, f"{web_action(client)}.http{path}")["__ow_path"] == path


@pytest.mark.parametrize("credentials", ["Basic bm9ib2R5Om5v", "Basic !", "Bearer x"])
def test_bad_credentials_are_anonymous(client: Client, credentials: str) -> None:
    """4.1, 11.10"""
    seen = arguments(client, web_action(client), authorization=credentials)
    assert "__ow_user" not in seen
    assert seen["__ow_headers"]["authorization"] == credentials


def test_good_credentials_name_the_caller(client: Client) -> None:
    """4.2, 11.10"""
    full = f"/api/v1/web/{client.namespace}/{web_action(client)}"
    seen = client.send("GET", full, auth=client.auth).json
    assert seen["__ow_user"] == client.namespace
    assert seen["__ow_headers"]["authorization"].startswith("Basic ")


def test_activation_belongs_to_the_owner(client: Client, other: Client) -> None:
    """4.1"""
    name = fresh()
    client.action(ECHO, name, annotations=pairs(WEB))
    full = f"/api/v1/web/{client.namespace}/default/{name}"
    answer = other.send("GET", full, auth=other.auth)
    assert answer.json["__ow_user"] == other.namespace
    record = client.record(answer.headers["x-openwhisk-activation-id"])
    assert record["namespace"] == client.namespace


def test_packaged_and_bound_actions(client: Client) -> None:
    """4.1"""
    package = client.make("packages", {"parameters": pairs({"p": 1, "q": 1})})
    client.action(ECHO, f"{package}/act", annotations=pairs(WEB))
    bound = client.binding(package, parameters=pairs({"q": 2}))
    assert arguments(client, f"{package}/act")["q"] == 1
    seen = arguments(client, f"{bound}/act")
    assert (seen["p"], seen["q"]) == (1, 2)
    assert client.web("GET", f"{bound}/act?q=3").status == 400
    assert client.web("GET", f"{bound}/none").refusal == NO_SUCH_ACTION


def test_annotations_of_a_binding_are_not_the_actions(client: Client) -> None:
    """4.1"""
    package = client.make("packages")
    client.action(ECHO, f"{package}/act")
    bound = client.binding(package, annotations=pairs({"web-export": True}))
    assert client.web("GET", f"{bound}/act").refusal == NO_SUCH_ACTION


# 4.2 Arguments


def test_context(client: Client) -> None:
    """4.2"""
    seen = arguments(client, web_action(client), "POST", {"x": 1}, x_mark="Seen")
    assert seen["__ow_method"] == "post"
    assert seen["__ow_headers"]["x-mark"] == "Seen"
    assert seen["__ow_headers"]["content-type"] == "application/json"
    assert "content-length" not in seen["__ow_headers"]
    assert seen["x"] == 1
    assert {"__ow_body", "__ow_query", "__ow_user"}.isdisjoint(seen)


def test_query_below_body_and_above_bound_parameters(client: Client) -> None:
    """3, 4.2"""
    bound = pairs({"a": "bound", "b": "bound", "c": "bound"})
    path = "default/" + client.action(
        ECHO, parameters=bound, annotations=pairs({"web-export": True})
    )
    seen = arguments(client, f"{path}?b=query&c=first&c=query", "POST", {"c": "body"})
    assert (seen["a"], seen["b"], seen["c"]) == ("bound", "query", "body")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=1", "1"),
        ("q=a&q=b", "b"),
        ("q=a%20b+c", "a b c"),
        ("q=", ""),
        ("q", ""),
        ("q=%C3%BC", "ü"),
        ("q=a=b", "a=b"),
    ],
)
def test_queries_are_strings(client: Client, query: str, expected: str) -> None:
    """4.2: the last of a name wins"""
    assert arguments(client, f"{web_action(client)}?{query}")["q"] == expected


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"[1, 2]", [1, 2]),
        ("application/json", b'"text"', "text"),
        ("application/json", b"null", None),
        ("application/problem+json", b"7", 7),
        ("text/plain", "grüße".encode(), "grüße"),
        ("application/xml", b"<a/>", "<a/>"),
        ("application/javascript", b"x", "x"),
        ("application/octet-stream", BYTES, encoded(BYTES)),
        ("application/zip", b"PK", encoded(b"PK")),
        ("image/svg+xml", b"<svg/>", encoded(b"<svg/>")),
        ("multipart/form-data; boundary=b", b"--b--", encoded(b"--b--")),
        ("application/x-own", b"abc", encoded(b"abc")),
        ("application/x-own; charset=utf-8", b"abc", "abc"),
    ],
)
def test_bodies(client: Client, content_type: str, body: bytes, expected: Any) -> None:
    """4.2"""
    path = web_action(client)
    seen = arguments(client, path, "POST", body, content_type=content_type)
    assert seen["__ow_body"] == expected


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.api+json"])
def test_fields_of_json_objects_are_arguments(client: Client, content_type: str) -> None:
    """4.2"""
    path = web_action(client)
    seen = arguments(client, path, "POST", b'{"a":{"b":1}}', content_type=content_type)
    assert seen["a"] == {"b": 1}
    assert "__ow_body" not in seen


def test_form_fields_are_arguments(client: Client) -> None:
    """4.2"""
    body = urlencode([("a", "1"), ("b", "x y"), ("a", "2")]).encode()
    form = "application/x-www-form-urlencoded"
    seen = arguments(client, web_action(client), "POST", body, content_type=form)
    assert (seen["a"], seen["b"]) == ("2", "x y")
    assert "__ow_body" not in seen


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b'{"a":1}', encoded(b'{"a":1}')),
        ("application/json", b"{", encoded(b"{")),
        ("application/x-www-form-urlencoded", b"a=1", "a=1"),
        ("text/plain", b"abc", "abc"),
        ("image/png", BYTES, encoded(BYTES)),
    ],
)
def test_raw_bodies(client: Client, content_type: str, body: bytes, expected: str) -> None:
    """4.2"""
    path = web_action(client, raw_http=True)
    seen = arguments(client, f"{path}?q=1&__ow_x=%20", "POST", body, content_type=content_type)
    assert seen["__ow_body"] == expected
    # Read and written again on the way.
    assert seen["__ow_query"] == "q=1&__ow_x=+"
    assert {"q", "a"}.isdisjoint(seen)


def test_raw_without_body_or_query(client: Client) -> None:
    """4.2"""
    seen = arguments(client, web_action(client, raw_http=True))
    assert (seen["__ow_body"], seen["__ow_query"]) == ("", "")


@pytest.mark.parametrize("name", ["method", "headers", "path", "user", "query", "body"])
def test_reserved_names_are_refused(client: Client, name: str) -> None:
    """4.2, 11.8, assertion 6: in the query, and in the body"""
    path, reserved = web_action(client), f"__ow_{name}"
    form = {"content_type": "application/x-www-form-urlencoded"}
    for answer in (
        client.web("GET", f"{path}?{reserved}=x"),
        client.web("POST", path, {reserved: "x"}),
        client.web("POST", path, f"{reserved}=x".encode(), **form),
    ):
        assert answer.status == 400
        assert answer.error.startswith("Request defines parameters that are not allowed")


def test_final_parameters_are_refused(client: Client) -> None:
    """4.2, 11.8, assertion 6: but not to raw actions, which are not given them"""
    bound = pairs({"k": 1, "open": None})
    path = "default/" + client.action(ECHO, parameters=bound, annotations=pairs(WEB))
    assert client.web("GET", f"{path}?k=2").status == 400
    assert client.web("POST", path, {"k": 2}).status == 400
    assert arguments(client, f"{path}?open=2")["open"] == "2"
    marks = pairs({**WEB, "raw-http": True})
    raw = "default/" + client.action(ECHO, parameters=bound, annotations=marks)
    assert arguments(client, f"{raw}?k=2")["k"] == 1


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a":NaN}', b"{}}"])
def test_malformed_json(client: Client, body: bytes) -> None:
    """4.2"""
    answer = client.web("POST", web_action(client), body, content_type=JSON["content-type"])
    assert answer.status == 400
    assert answer.error.startswith("The request content was malformed:\n")
