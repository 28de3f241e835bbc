"""Web actions: section 4 of the contract."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.localwhisk.client import WEB, Client, fresh, pairs

ECHO = "def main(args): return {'body': args}"
PNG = bytes(range(256))


def web_action(client: Client, code: str = ECHO, **annotations: Any) -> str:
    marks = {key.replace("_", "-"): value for key, value in annotations.items()}
    return "default/" + client.action(code, annotations=pairs({**WEB, **marks}))


def returning(client: Client, result: Any) -> str:
    return web_action(
        client, f"import json\ndef main(args): return json.loads({json.dumps(result)!r})"
    )


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


# 4.3 Results


@pytest.mark.parametrize(
    ("result", "status", "content_type", "body"),
    [
        ({}, 204, None, b""),
        ({"body": ""}, 204, None, b""),
        ({"body": None, "headers": {"content-type": "text/plain"}}, 204, None, b""),
        ({"statusCode": "201", "body": ""}, 201, None, b""),
        ({"body": "<p>"}, 200, "text/html; charset=UTF-8", b"<p>"),
        ({"body": {"a": 1}}, 200, "application/json", b'{\n  "a": 1\n}'),
        ({"body": 7}, 200, "application/json", b"7"),
        (
            {"headers": {"Content-Type": "application/json"}, "body": '{"a":1}'},
            200,
            "application/json",
            b'{"a":1}',
        ),
        (
            {"headers": {"content-type": "application/json"}, "body": "eyJhIjoxfQ=="},
            200,
            "application/json",
            b'{"a":1}',
        ),
        (
            {"headers": {"content-type": "image/png"}, "body": base64.b64encode(PNG).decode()},
            200,
            "image/png",
            PNG,
        ),
        (
            {"headers": {"content-type": "text/plain"}, "body": "ü"},
            200,
            "text/plain; charset=UTF-8",
            "ü".encode(),
        ),
        ({"statusCode": 404, "body": "no"}, 404, "text/html; charset=UTF-8", b"no"),
    ],
)
def test_http_results(
    client: Client, result: Any, status: int, content_type: str | None, body: bytes
) -> None:
    """4.3, 12 assertion 5"""
    answer = client.web("GET", f"{returning(client, result)}.http")
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers.get("content-type") == content_type


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ({"statusCode": "x"}, "Response is not valid 'message/http'."),
        ({"statusCode": 1.5}, "Response is not valid 'message/http'."),
        ({"statusCode": None}, "Response is not valid 'message/http'."),
        ({"headers": {"a": {"b": 1}}}, "Response is not valid 'message/http'."),
        ({"headers": {"a": "x\r\ny: z"}}, "Response is not valid 'message/http'."),
        (
            {"headers": {"content-type": "nonsense"}, "body": "x"},
            "Response did not specify a known content-type.",
        ),
        (
            {"headers": {"content-type": "image/png"}, "body": "not base64!"},
            "Response type in header did not match generated content type.",
        ),
        (
            {"headers": {"content-type": "text/plain"}, "body": {"a": 1}},
            "Response type in header did not match generated content type.",
        ),
    ],
)
def test_bad_http_results(client: Client, result: Any, error: str) -> None:
    """4.3"""
    answer = client.web("GET", returning(client, result))
    assert (answer.status, answer.error) == (400, error)
    assert answer.headers["x-openwhisk-activation-id"]


def test_redirect_without_body(client: Client) -> None:
    """12, assertion 5"""
    path = returning(client, {"statusCode": 302, "headers": {"location": "/x"}})
    answer = client.web("GET", path)
    assert (answer.status, answer.body, answer.headers["location"]) == (302, b"", "/x")


def test_header_values(client: Client) -> None:
    """4.3"""
    headers = {"x-text": "a", "x-yes": True, "x-number": 3, "set-cookie": ["a=1", "b=2"]}
    answer = client.web("GET", returning(client, {"headers": headers, "body": "x"}))
    seen = answer.headers
    assert (seen["x-text"], seen["x-yes"], seen["x-number"]) == ("a", "true", "3")
    assert seen.getlist("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("extension", "result", "status", "content_type", "body"),
    [
        ("json", {"a": 1}, 200, "application/json", b'{\n  "a": 1\n}'),
        ("html", {"html": "<p>"}, 200, "text/html; charset=UTF-8", b"<p>"),
        ("html", {"body": "<b>", "html": "<p>"}, 200, "text/html; charset=UTF-8", b"<b>"),
        ("svg", {"svg": "<svg/>"}, 200, "image/svg+xml", b"<svg/>"),
        ("text", {"text": "t"}, 200, "text/plain; charset=UTF-8", b"t"),
        ("text", {"body": True}, 200, "text/plain; charset=UTF-8", b"true"),
    ],
)
def test_extensions(
    client: Client, extension: str, result: Any, status: int, content_type: str, body: bytes
) -> None:
    """4.3"""
    answer = client.web("GET", f"{returning(client, result)}.{extension}")
    assert (answer.status, answer.headers["content-type"]) == (status, content_type)
    assert answer.body == body


@pytest.mark.parametrize(
    ("extension", "result", "status", "error"),
    [
        ("html", {"a": 1}, 400, "Response is not valid 'text/html'."),
        ("svg", {"body": 1}, 400, "Response is not valid 'image/svg+xml'."),
        ("text", {"a": 1}, 404, "Response does not include requested property."),
    ],
)
def test_results_that_do_not_fit(
    client: Client, extension: str, result: Any, status: int, error: str
) -> None:
    """4.3"""
    answer = client.web("GET", f"{returning(client, result)}.{extension}")
    assert (answer.status, answer.error) == (status, error)


# 4.4 Failures


@pytest.mark.parametrize(
    ("extension", "error", "status", "body"),
    [
        ("http", {"statusCode": 418, "body": "t"}, 418, b"t"),
        ("json", {"a": 1}, 200, b'{\n  "a": 1\n}'),
        ("html", "text", 200, b"text"),
        ("text", "text", 200, b"text"),
    ],
)
def test_the_error_is_what_is_transcoded(
    client: Client, extension: str, error: Any, status: int, body: bytes
) -> None:
    """4.4, 12 assertion 5"""
    answer = client.web("GET", f"{returning(client, {'error': error})}.{extension}")
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("extension", "media_type"), [("http", "message/http"), ("json", "application/json")]
)
def test_an_error_that_does_not_fit(client: Client, extension: str, media_type: str) -> None:
    """4.4, 12 assertion 5"""
    answer = client.web("GET", f"{returning(client, {'error': 't'})}.{extension}")
    assert (answer.status, answer.error) == (400, f"Response is not valid '{media_type}'.")


def test_developer_error(client: Client) -> None:
    """4.4"""
    answer = client.web("GET", web_action(client, "import os\ndef main(args): os._exit(1)"))
    assert answer.status == 400
    assert answer.error == "There was an error processing your request."
    assert answer.headers["x-openwhisk-activation-id"]


def test_array_result(client: Client) -> None:
    """4.4"""
    assert client.web("GET", returning(client, [1])).status == 500


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
