import base64
import json
from typing import Any

import pytest
import redis

from findme.errors import RequestError
from findme.web import Request, answer, web_action


def request(body: object = None, query: str = "", **more: Any) -> Request:
    encoded = base64.b64encode(json.dumps(body).encode() if body is not None else b"").decode()
    args = {"subject": "ada", "method": "post", "path": "/j1", "query": query, "body": encoded}
    return Request({**args, "content_type": "application/json", **more}, lambda *_: None)


def test_fields_come_from_the_query_and_over_it_the_body() -> None:
    fields = request({"a": 1}, query="a=0&b=x%20y").fields
    assert fields == {"a": 1, "b": "x y"}


def test_a_caller_cannot_name_the_subject_or_a_bound_parameter() -> None:
    asked = request({"subject": "grace", "redis_url": "redis://evil", "method": "get"})
    assert asked.subject == "ada"
    assert asked.args.get("redis_url") is None
    asked.only("post")


def test_an_operator_gives_the_fields_as_plain_parameters() -> None:
    direct = Request({"subject": "ada", "job": "j1"}, lambda *_: None)
    direct.only("get")
    assert (direct.path, direct.text("job")) == ("", "j1")


@pytest.mark.parametrize("body", ["[1]", '"text"', "1", "null", "{", "\xff", "[" * 100_000])
def test_a_body_that_is_no_object_is_named(body: str) -> None:
    asked = request()
    bad = {**asked.args, "body": base64.b64encode(body.encode("latin-1")).decode()}
    with pytest.raises(RequestError) as refused:
        _ = Request(bad, lambda *_: None).fields
    assert (refused.value.status, refused.value.field) == (400, "body")


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "missing_field"), ({"source": ""}, "missing_field"), ({"source": 1}, "bad_field")],
)
def test_a_missing_or_wrong_field_is_named(body: object, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        request(body).text("source")
    assert (refused.value.status, refused.value.code, refused.value.field) == (400, code, "source")


@pytest.mark.parametrize("value", ["-1", "x", "1e3", "11", None, [1]])
def test_a_number_out_of_range_is_named(value: object) -> None:
    with pytest.raises(RequestError, match="after must be a whole number from 0 to 10"):
        request({"after": value}).number("after", 0, most=10)


def test_a_types_name_is_read_in_either_case() -> None:
    assert request(content_type="Multipart/Form-Data; boundary=X").is_multipart
    assert not request(content_type="application/json").is_multipart


def test_an_upload_that_has_gone_says_what_to_do() -> None:
    with pytest.raises(RequestError, match="send it again"):
        _ = request(upload="ticket").body


def test_the_edge_answers_whatever_happens_inside(capsys: pytest.CaptureFixture[str]) -> None:
    def failing(error: Exception) -> dict[str, Any]:
        @web_action
        def main(args: dict[str, Any]) -> dict[str, Any]:
            raise error

        wrapped: dict[str, Any] = main({"redis_url": "redis://:secret@host"})["error"]
        return wrapped

    refused = failing(RequestError(404, "unknown_job", "there is no such search", "job"))
    assert refused["statusCode"] == 404
    assert refused["body"] == {
        "error": "unknown_job", "message": "there is no such search", "field": "job",
    }  # fmt: skip
    assert failing(redis.ConnectionError("x"))["statusCode"] == 503
    assert failing(redis.ResponseError("wrong number of arguments"))["statusCode"] == 500
    assert failing(KeyError("boom"))["statusCode"] == 500
    logged = capsys.readouterr().err
    assert "boom" in logged
    assert "secret" not in logged


def test_an_answer_is_json_that_nobody_caches() -> None:
    assert answer({"a": 1}, 202) == {
        "statusCode": 202,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
        "body": {"a": 1},
    }
