"""What becomes of a web action's result: sections 4.3 and 4.4 of the contract."""

import base64
from typing import Any

import pytest

from tests.conformance.client import Client
from tests.conformance.web_actions import encoded, returning, web_action

BYTES = bytes(range(256))
HTML, TEXT = "text/html; charset=UTF-8", "text/plain; charset=UTF-8"
PRETTY = b'{\n  "a": 1\n}'
NOT_HTTP = "Response is not valid 'message/http'."
NO_CODES: tuple[Any, ...] = ("x", "", "200.0", 1.5, None, True, [], {}, 2**40)
NO_HEADERS: tuple[Any, ...] = ("x", [], 1, None, {"a": {"b": 1}}, {"a": None}, {"a": ["b", {}]})
NOT_THE_TYPE = "Response type in header did not match generated content type."


def typed(content_type: str, body: Any) -> dict[str, Any]:
    return {"headers": {"Content-Type": content_type}, "body": body}


# 4.3 Results


@pytest.mark.parametrize(
    ("result", "status", "content_type", "body"),
    [
        ({}, 204, None, b""),
        ({"body": ""}, 204, None, b""),
        (typed("text/plain", None), 204, None, b""),
        (typed("text/plain", ""), 204, None, b""),
        ({"statusCode": "201", "body": ""}, 201, None, b""),
        ({"statusCode": 200}, 200, None, b""),
        ({"body": "<p>"}, 200, HTML, b"<p>"),
        ({"statusCode": 404, "body": "no"}, 404, HTML, b"no"),
        ({"body": {"a": 1}}, 200, "application/json", PRETTY),
        ({"body": [1]}, 200, "application/json", b"[1]"),
        ({"body": 7}, 200, "application/json", b"7"),
        ({"body": False}, 200, "application/json", b"false"),
        (typed("application/json", {"a": 1}), 200, "application/json", PRETTY),
        (typed("application/json", '{"a":1}'), 200, "application/json", b'{"a":1}'),
        (typed("application/json", encoded(b'{"a":1}')), 200, "application/json", b'{"a":1}'),
        (typed("application/json", "text"), 200, "application/json", base64.b64decode("text")),
        (typed("image/png", encoded(BYTES)), 200, "image/png", BYTES),
        (typed("image/svg+xml", encoded(b"<svg/>")), 200, "image/svg+xml", b"<svg/>"),
        (typed("application/octet-stream", "QQ=="), 200, "application/octet-stream", b"A"),
        (typed("text/plain", "ü"), 200, TEXT, "ü".encode()),
        (typed("text/plain", "QQ=="), 200, TEXT, b"QQ=="),
        (typed("text/css", "a{}"), 200, "text/css; charset=UTF-8", b"a{}"),
    ],
)
def test_http_results(
    client: Client, result: Any, status: int, content_type: str | None, body: bytes
) -> None:
    """4.3, 11.9, assertion 5"""
    answer = client.web("GET", f"{returning(client, result)}.http")
    given = answer.body.replace(b"[\n  1\n]", b"[1]")  # the same JSON, and as pretty
    assert (answer.status, given) == (status, body)
    assert answer.headers.get("content-type") == content_type


@pytest.mark.parametrize("content_type", ["application/problem+json", "application/x-own+json"])
def test_other_json_types_keep_their_name(client: Client, content_type: str) -> None:
    """4.3"""
    answer = client.web("GET", returning(client, typed(content_type, {"a": 1})))
    assert (answer.status, answer.body) == (200, PRETTY)
    assert answer.headers["content-type"].partition(";")[0] == content_type


@pytest.mark.parametrize("code", [200, 299, 302, 418, 499, 503, 599])
def test_status_codes(client: Client, code: int) -> None:
    """4.3, 4.4: any of them is a success of the action"""
    answer = client.web("GET", returning(client, {"statusCode": code, "body": "x"}))
    assert (answer.status, answer.body) == (code, b"x")
    record = client.record(answer.headers["x-openwhisk-activation-id"])
    assert record["response"]["success"] is True


@pytest.mark.parametrize(
    ("result", "error"),
    [
        *(({"statusCode": code}, NOT_HTTP) for code in NO_CODES),
        *(({"headers": given}, NOT_HTTP) for given in NO_HEADERS),
        (typed("nonsense", "x"), "Response did not specify a known content-type."),
        (typed("image/png", "not base64!"), NOT_THE_TYPE),
        (typed("image/svg+xml", "<svg/>"), NOT_THE_TYPE),
        (typed("text/plain", {"a": 1}), NOT_THE_TYPE),
        (typed("image/png", {"a": 1}), NOT_THE_TYPE),
    ],
)
def test_bad_http_results(client: Client, result: Any, error: str) -> None:
    """4.3"""
    answer = client.web("GET", returning(client, result))
    assert answer.refusal == (400, error)
    assert answer.headers["x-openwhisk-activation-id"]


def test_redirect_without_body(client: Client) -> None:
    """4.3, assertion 5"""
    path = returning(client, {"statusCode": 302, "headers": {"location": "/x"}})
    answer = client.web("GET", path)
    assert (answer.status, answer.body, answer.headers["location"]) == (302, b"", "/x")


def test_header_values(client: Client) -> None:
    """4.3"""
    headers = {
        "x-text": "a",
        "x-yes": True,
        "x-number": 3,
        "x-none": [],
        "set-cookie": ["a=1", "b=2"],
        "x-nested": ["a", ["b", 1]],
    }
    seen = client.web("GET", returning(client, {"headers": headers, "body": "x"})).headers
    assert (seen["x-text"], seen["x-yes"], seen["x-number"]) == ("a", "true", "3")
    assert seen.getlist("set-cookie") == ["a=1", "b=2"]
    assert seen.getlist("x-nested") == ["a", "b", "1"]
    assert "x-none" not in seen


def test_a_header_value_makes_no_second_header(client: Client) -> None:
    """4.3"""
    answer = client.web("GET", returning(client, {"headers": {"a": "x\r\ny: z"}, "body": "x"}))
    assert "y" not in answer.headers


@pytest.mark.parametrize(
    ("extension", "result", "content_type", "body"),
    [
        ("json", {"a": 1}, "application/json", PRETTY),
        ("json", {}, "application/json", b"{}"),
        ("json", {"statusCode": 404}, "application/json", b'{\n  "statusCode": 404\n}'),
        ("html", {"html": "<p>"}, HTML, b"<p>"),
        ("html", {"body": "<b>", "html": "<p>"}, HTML, b"<b>"),
        ("html", {"body": ""}, HTML, b""),
        ("svg", {"svg": "<svg/>"}, "image/svg+xml", b"<svg/>"),
        ("svg", {"body": "<b/>", "svg": "<svg/>"}, "image/svg+xml", b"<b/>"),
        ("text", {"text": "t"}, TEXT, b"t"),
        ("text", {"body": "b", "text": "t"}, TEXT, b"b"),
        ("text", {"body": True}, TEXT, b"true"),
        ("text", {"body": None}, TEXT, b"null"),
        ("text", {"body": 7}, TEXT, b"7"),
        ("text", {"body": {"a": 1}}, TEXT, PRETTY),
    ],
)
def test_extensions(
    client: Client, extension: str, result: Any, content_type: str, body: bytes
) -> None:
    """4.3"""
    answer = client.web("GET", f"{returning(client, result)}.{extension}")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert answer.body.replace(b"{\n\n}", b"{}") == body
    assert answer.headers["x-openwhisk-activation-id"]


@pytest.mark.parametrize(
    ("extension", "result", "status", "error"),
    [
        ("html", {"a": 1}, 400, "Response is not valid 'text/html'."),
        ("html", {"body": 1, "html": "<p>"}, 400, "Response is not valid 'text/html'."),
        ("svg", {"a": 1}, 400, "Response is not valid 'image/svg+xml'."),
        ("svg", {"body": 1}, 400, "Response is not valid 'image/svg+xml'."),
        ("text", {"a": 1}, 404, "Response does not include requested property."),
    ],
)
def test_results_that_do_not_fit(
    client: Client, extension: str, result: Any, status: int, error: str
) -> None:
    """4.3"""
    answer = client.web("GET", f"{returning(client, result)}.{extension}")
    assert answer.refusal == (status, error)


def test_the_rest_of_the_path_is_no_way_into_the_result(client: Client) -> None:
    """4.1, 11.9"""
    path = returning(client, {"a": {"b": 1}})
    assert client.web("GET", f"{path}.json/a/b").json == {"a": {"b": 1}}


# 4.4 Failures


@pytest.mark.parametrize(
    ("extension", "error", "status", "body"),
    [
        ("http", {"statusCode": 418, "body": "t"}, 418, b"t"),
        ("http", {"statusCode": 422, "body": {"a": 1}}, 422, PRETTY),
        ("http", {"body": "t"}, 200, b"t"),
        ("http", {}, 204, b""),
        ("json", {"a": 1}, 200, PRETTY),
        ("html", "text", 200, b"text"),
        ("svg", "text", 200, b"text"),
        ("text", "text", 200, b"text"),
        ("text", None, 200, b"null"),
    ],
)
def test_the_error_is_what_is_transcoded(
    client: Client, extension: str, error: Any, status: int, body: bytes
) -> None:
    """4.4, 11.9, assertion 5"""
    answer = client.web("GET", f"{returning(client, {'error': error})}.{extension}")
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize("error", ["t", None, 7])
@pytest.mark.parametrize(
    ("extension", "media_type"), [("http", "message/http"), ("json", "application/json")]
)
def test_an_error_that_does_not_fit(
    client: Client, extension: str, media_type: str, error: Any
) -> None:
    """4.4, 11.9, assertion 5"""
    answer = client.web("GET", f"{returning(client, {'error': error})}.{extension}")
    assert answer.refusal == (400, f"Response is not valid '{media_type}'.")
    assert answer.headers["content-type"] == "application/json"


def test_an_exception(client: Client) -> None:
    """4.4, 8.5: is an application error whose text is the response"""
    path = web_action(client, "def main(args): raise ValueError('boom')")
    assert client.web("GET", f"{path}.text").body == b"boom"
    assert client.web("GET", path).refusal == (400, NOT_HTTP)


@pytest.mark.parametrize("extension", ["", ".json", ".text"])
def test_developer_error(client: Client, extension: str) -> None:
    """4.4"""
    path = web_action(client, "import os\ndef main(args): os._exit(1)")
    answer = client.web("GET", path + extension)
    assert answer.refusal == (400, "There was an error processing your request.")
    assert answer.headers["x-openwhisk-activation-id"]


@pytest.mark.parametrize("extension", ["", ".json"])
def test_array_result(client: Client, extension: str) -> None:
    """4.4"""
    assert client.web("GET", returning(client, [1]) + extension).status == 500
