import json
import re
from dataclasses import replace
from typing import Any

import pytest
import redis

from findme.errors import RequestError
from findme.handover import Handover, VerifiedRequest
from findme.web import Request, answer, decode_base64, web_action


def request(body: object = None, query: str = "", **more: Any) -> Request:
    content = json.dumps(body).encode() if body is not None else b""
    verified = VerifiedRequest("ada", (), "post", "/j1", query, "application/json", content)
    return Request(replace(verified, **more))


def test_fields_come_from_the_query_and_over_it_the_body() -> None:
    fields = request({"a": 1}, query="a=0&b=x%20y").fields
    assert fields == {"a": 1, "b": "x y"}


def test_a_caller_cannot_name_the_subject() -> None:
    asked = request({"subject": "grace", "method": "get", "scopes": ["all"]}, query="subject=grace")
    assert (asked.subject, asked.scopes, asked.method) == ("ada", (), "post")


def test_a_request_is_taken_with_its_ticket_once(store: redis.Redis) -> None:
    ticket = Handover(store).park(request({"a": 1}, path="/j1/").verified)
    taken = Request.of({"request": ticket, "redis_url": "bound"}, store)
    assert (taken.subject, taken.path, taken.fields) == ("ada", "j1", {"a": 1})
    with pytest.raises(RequestError, match="send it again") as gone:
        Request.of({"request": ticket}, store)
    assert (gone.value.status, gone.value.code) == (409, "request_gone")


def test_an_operator_gives_the_request_as_an_object(store: redis.Redis) -> None:
    given = {"subject": "ada", "query": "job=j1", "body": "e30="}
    direct = Request.of({"request": given}, store)
    direct.only("get")
    assert (direct.subject, direct.path, direct.text("job")) == ("ada", "", "j1")


@pytest.mark.parametrize(
    "given",
    [None, 7, [], {}, {"subject": ""}, {"subject": 7}, {"subject": "ada", "body": "ä"},
     {"subject": "ada", "scopes": 7}],
)  # fmt: skip
def test_a_request_that_is_none_is_named(store: redis.Redis, given: object) -> None:
    with pytest.raises(RequestError) as refused:
        Request.of({"request": given}, store)
    assert (refused.value.status, refused.value.field) == (400, "request")


@pytest.mark.parametrize("body", ["[1]", '"text"', "1", "null", "{", "\xff", "[" * 100_000])
def test_a_body_that_is_no_object_is_named(body: str) -> None:
    asked = request(body=None)
    bad = replace(asked.verified, body=body.encode("latin-1"))
    with pytest.raises(RequestError) as refused:
        _ = Request(bad).fields
    assert (refused.value.status, refused.value.field) == (400, "body")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_field"),
        ({"source": ""}, "missing_field"),
        ({"source": 1}, "bad_field"),
        ({"source": "half \ud800"}, "bad_field"),
    ],
)
def test_a_missing_or_wrong_field_is_named(body: object, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        request(body).text("source")
    assert (refused.value.status, refused.value.code, refused.value.field) == (400, code, "source")


@pytest.mark.parametrize(
    "value", ["-1", "x", "1e3", "11", None, [1], float("inf"), float("nan"), "9" * 5000]
)
def test_a_number_out_of_range_is_named(value: object) -> None:
    with pytest.raises(RequestError, match="after must be a whole number from 0 to 10"):
        request({"after": value}).number("after", 0, most=10)


def test_a_types_name_is_read_in_either_case() -> None:
    assert request(content_type="Multipart/Form-Data; boundary=X").is_multipart
    assert not request(content_type="application/json").is_multipart


def test_another_method_is_told_which_ones_there_are() -> None:
    request().only("get", "post")
    with pytest.raises(RequestError) as refused:
        request().only("get", "delete")
    assert refused.value.status == 405
    assert refused.value.headers == {"Allow": "GET, DELETE"}


@pytest.mark.parametrize("text", ["ä", "A", "data:image/png;base64,!", "\ud800"])
def test_base64_that_is_none_is_named(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        decode_base64(text, "photos[0]")
    assert (refused.value.code, refused.value.field) == ("bad_field", "photos[0]")


def failing(error: Exception, **args: Any) -> dict[str, Any]:
    @web_action
    def main(args: dict[str, Any]) -> dict[str, Any]:
        secret = "hunter2"
        try:
            raise KeyError(secret)
        except KeyError as cause:
            raise error from cause

    wrapped: dict[str, Any] = main({"redis_url": "redis://:hunter2@host", **args})["error"]
    return wrapped


def test_a_refusal_has_one_shape() -> None:
    refused = failing(RequestError(404, "unknown_job", "there is no such search", "job"))
    assert refused["statusCode"] == 404
    assert refused["body"] == {
        "error": "unknown_job", "message": "there is no such search", "field": "job",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (redis.ConnectionError("Error 111 connecting to hunter2"), 503),
        (redis.TimeoutError("hunter2"), 503),
        (redis.OutOfMemoryError("hunter2"), 503),
        (redis.ReadOnlyError("hunter2"), 503),
        (redis.ResponseError("wrong number of arguments: hunter2"), 500),
        (ValueError("hunter2"), 500),
        (type("OddError", (Exception,), {"__str__": None})(), 500),
    ],
)
def test_a_fault_is_logged_without_what_it_says(
    error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = failing(error)
    assert refused["statusCode"] == status
    assert ("Retry-After" in refused["headers"]) == (status == 503)
    logged = "".join(capsys.readouterr())
    assert type(error).__name__ in logged
    assert "KeyError" in logged, "the cause"
    assert re.search(r"test_web\.py:\d+ in main", logged)
    assert "hunter2" not in logged + json.dumps(refused)


def test_a_full_store_is_out_of_reach_and_not_our_fault(store: redis.Redis) -> None:
    @web_action
    def main(args: dict[str, Any]) -> dict[str, Any]:
        return answer({"kept": store.set("name", "value")})

    store.config_set("maxmemory", "1")
    try:
        assert main({})["error"]["statusCode"] == 503
    finally:
        store.config_set("maxmemory", "0")


def test_the_page_that_calls_may_read_every_answer() -> None:
    page = "https://page.example"

    @web_action
    def main(args: dict[str, Any]) -> dict[str, Any]:
        return answer({})

    for headers in (
        main({"origin": page})["headers"],
        failing(RequestError(404, "unknown_job", "none"), origin=page)["headers"],
        failing(ValueError(), origin=page)["headers"],
    ):
        assert headers["Access-Control-Allow-Origin"] == page
        assert headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in main({})["headers"]


def test_an_answer_is_json_that_nobody_caches() -> None:
    assert answer({"a": 1}, 202) == {
        "statusCode": 202,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
        "body": {"a": 1},
    }
