"""What the public routes answer a person who is signed in."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from findme.openwhisk import OpenWhisk
from local.client import ApiError, Client
from local.suite import Suite
from tests.e2e.hostile.tokens import Forge

KEY = {"name": "laptop", "sha256": "0" * 64, "scopes": ["findme:data"], "days": 1}


def refusal(call: Callable[[], Any]) -> tuple[int, str, str | None]:
    with pytest.raises(ApiError) as refused:
        call()
    return refused.value.status, refused.value.body["error"], refused.value.body.get("field")


def test_an_unknown_job_is_404(ada: Client) -> None:
    for job in ("0" * 32, "no-such-job", "..%2F..", "%7B%7D"):
        assert refusal(lambda job=job: ada.status(job)) == (404, "unknown_job", "job")  # type: ignore[misc]


def test_another_persons_job_is_as_unknown_as_none(
    ada: Client, sign_in: Callable[[str], Client], feed: str
) -> None:
    job = ada.search("album", feed)
    eve = sign_in("eve")
    assert refusal(lambda: eve.status(job)) == (404, "unknown_job", "job")
    eve.forget_me()
    assert ada.status(job)["job"] == job


@pytest.mark.parametrize(
    ("route", "body", "status", "code", "field"),
    [
        ("search", {}, 400, "missing_field", "source"),
        ("search", {"source": "album"}, 400, "missing_field", "query"),
        ("search", {"source": "myspace", "query": "x"}, 400, "bad_field", "source"),
        ("search", {"source": ["album"], "query": "x"}, 400, "bad_field", "source"),
        ("search", {"source": "album", "query": "pycon"}, 400, "bad_field", "query"),
        ("search", {"source": "album", "query": 7}, 400, "bad_field", "query"),
        ("enrol", {"photos": ["AAAA"]}, 400, "consent_missing", "consent"),
        ("enrol", {"consent": "1999", "photos": ["AAAA"]}, 400, "consent_outdated", "consent"),
        ("enrol", {"consent": True, "photos": ["AAAA"]}, 400, "consent_outdated", "consent"),
        ("enrol", {"consent": "VERSION"}, 400, "missing_field", "photos"),
        ("enrol", {"consent": "VERSION", "photos": []}, 400, "missing_field", "photos"),
        ("enrol", {"consent": "VERSION", "photos": ["?"]}, 400, "bad_field", "photos[0]"),
        ("enrol", {"consent": "VERSION", "photos": [{"data": "?"}]}, 400, "bad_field",
         "photos[0].data"),
        ("enrol", {"consent": "VERSION", "photos": [7]}, 400, "bad_field", "photos[0]"),
        ("enrol", {"consent": "VERSION", "photos": ["AAAA"] * 11}, 400, "bad_field", "photos"),
        ("api_keys", {**KEY, "name": None}, 400, "missing_field", "name"),
        ("api_keys", {**KEY, "name": "n" * 65}, 400, "bad_field", "name"),
        ("api_keys", {**KEY, "sha256": "0" * 63}, 400, "bad_field", "sha256"),
        ("api_keys", {**KEY, "sha256": "A" * 64}, 400, "bad_field", "sha256"),
        ("api_keys", {**KEY, "days": 0}, 400, "bad_field", "days"),
        ("api_keys", {**KEY, "days": 366}, 400, "bad_field", "days"),
        ("api_keys", {**KEY, "days": True}, 400, "bad_field", "days"),
        ("api_keys", {**KEY, "scopes": []}, 400, "bad_field", "scopes"),
        ("api_keys", {**KEY, "scopes": "findme:data"}, 400, "bad_field", "scopes"),
        ("api_keys", {**KEY, "scopes": ["findme:keys"]}, 400, "bad_field", "scopes"),
        ("api_keys", {**KEY, "scopes": ["findme:data", "admin"]}, 400, "bad_field", "scopes"),
        ("api_keys", {**KEY, "scopes": [["findme:data"]]}, 400, "bad_field", "scopes"),
    ],
)  # fmt: skip
def test_a_missing_or_wrong_field_is_400_and_named(
    ada: Client, route: str, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    if body.get("consent") == "VERSION":
        body = {**body, "consent": ada.consent_version}
    assert refusal(lambda: ada.post(route, body)) == (status, code, field)


def test_a_key_may_do_no_more_than_its_maker(forge: Forge, running: Suite) -> None:
    token = forge.token(claims=forge.claims(scope="findme:keys findme:data"))
    for scopes, status in ((["findme:data", "findme:search"], 400), (["findme:data"], 200)):
        answer = urllib3.request(
            "POST",
            f"{running.api}/api_keys",
            json={**KEY, "scopes": scopes},
            headers={"Authorization": f"Bearer {token}"},
            retries=False,
        )
        assert answer.status == status


@pytest.mark.parametrize("body", ["{", "[]", "7", "null"])
def test_a_body_that_is_no_json_object_is_400(ada: Client, body: str) -> None:
    answered = refusal(lambda: ada.post_raw("search", body.encode(), "application/json"))
    assert answered == (400, "bad_body", "body")


def test_an_empty_body_lacks_its_fields(ada: Client) -> None:
    answered = refusal(lambda: ada.post_raw("search", b"", "application/json"))
    assert answered == (400, "missing_field", "source")


def test_a_person_without_a_photo_is_told_to_add_one(
    sign_in: Callable[[str], Client], feed: str
) -> None:
    assert refusal(lambda: sign_in("nobody").search("album", feed)) == (409, "not_enrolled", None)


def test_a_route_has_one_method(ada: Client) -> None:
    assert refusal(lambda: ada.post("status/0", {}))[:2] == (405, "bad_method")


def test_a_callers_field_never_stands_in_for_a_bound_parameter(ada: Client, feed: str) -> None:
    evil = {"redis_url": "redis://127.0.0.1:1/0", "subject": "eve", "path": "/x", "method": "get"}
    answer = ada.post(
        "search?redis_url=redis://127.0.0.1:1/0", {"source": "album", "query": feed, **evil}
    )
    assert ada.status(answer["job"])["query"] == feed


def test_a_request_leaves_a_ticket_in_the_guards_record_and_nothing_else(
    sign_in: Callable[[str], Client], openwhisk: OpenWhisk
) -> None:
    body = {"consent": "none", "photos": [base64.b64encode(b"x" * 200_000).decode()]}
    client = sign_in("large")
    assert refusal(lambda: client.post("enrol?subject=large", body))[1] == "consent_outdated"
    [guard] = openwhisk.request(
        "GET", "activations", query={"name": "scope-enrol/check_auth", "limit": "1", "docs": "true"}
    )
    result = guard["response"]["result"]
    assert result.keys() == {"request"}
    assert re.fullmatch(r"[0-9a-f.]{30,40}", result["request"])
    assert guard["logs"] == []
