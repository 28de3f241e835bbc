"""Web actions: sections 4.3 and 4.4 of the contract: results and failures."""

import base64
from typing import Any

import pytest

from tests.localwhisk.client import Client
from tests.localwhisk.web_actions import returning, web_action

PNG = bytes(range(256))


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
