"""What a caller may send to the public routes, and what nobody may."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from findme.openwhisk import OpenWhisk
from local.client import ApiError, Client
from local.suite import Suite

ROUTES = [("POST", "enrol"), ("POST", "search"), ("GET", "status/0"), ("POST", "forget_me")]
HANDLERS = {
    "enrol": "enrol",
    "search": "register_search",
    "status": "search_status",
    "forget_me": "forget_me",
}


def activations(openwhisk: OpenWhisk, action: str) -> int:
    query = {"name": f"findme/{action}", "count": "true"}
    return int(openwhisk.request("GET", "activations", query=query)["activations"])


@pytest.mark.parametrize(("method", "route"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer not-a-token"},
        {"Authorization": "Basic Z3Vlc3Q6Z3Vlc3Q="},
        {"X-Subject": "ada", "__ow_user": "guest"},
    ],
    ids=["none", "bad token", "basic", "spoofed"],
)
def test_without_a_valid_token_it_ends_with_401_and_the_handler_does_not_run(
    running: Suite, openwhisk: OpenWhisk, method: str, route: str, headers: dict[str, str]
) -> None:
    handler = HANDLERS[route.partition("/")[0]]
    before = activations(openwhisk, handler)
    body = json.dumps({"subject": "ada", "error": "none"}) if method == "POST" else None
    response = urllib3.request(
        method,
        f"{running.api}/{route}?subject=ada&jwks=%7B%22keys%22%3A%5B%5D%7D",
        body=body,
        headers={"Content-Type": "application/json", **headers},
        retries=False,
    )
    assert response.status == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json()) == {"error", "message"}
    assert activations(openwhisk, handler) == before


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
    ],
)  # fmt: skip
def test_a_missing_or_wrong_field_is_400_and_named(
    ada: Client, route: str, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    if body.get("consent") == "VERSION":
        body = {**body, "consent": ada.consent}
    assert refusal(lambda: ada.post(route, body)) == (status, code, field)


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


def test_a_callers_field_never_stands_in_for_a_bound_parameter(
    ada: Client, running: Suite, feed: str
) -> None:
    evil = {"redis_url": "redis://127.0.0.1:1/0", "subject": "eve", "path": "/x", "method": "get"}
    answer = ada.post(
        "search?redis_url=redis://127.0.0.1:1/0", {"source": "album", "query": feed, **evil}
    )
    assert ada.status(answer["job"])["query"] == feed


def test_a_browser_of_another_origin_may_call(running: Suite) -> None:
    response = urllib3.request(
        "OPTIONS",
        f"{running.api}/search",
        headers={"Origin": running.page, "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization,content-type"},
        retries=False,
    )  # fmt: skip
    assert response.status == 200
    assert "authorization" in response.headers["Access-Control-Allow-Headers"].lower()


def test_a_face_photo_is_measured_and_not_kept_anywhere(
    sign_in: Callable[[str], Client], running: Suite, openwhisk: OpenWhisk
) -> None:
    body = {"consent": "none", "photos": [base64.b64encode(b"x" * 200_000).decode()]}
    client = sign_in("large")
    assert refusal(lambda: client.post("enrol", body))[1] == "consent_outdated"
    [guard] = openwhisk.request(
        "GET", "activations", query={"name": "findme/check_auth", "limit": "1", "docs": "true"}
    )
    assert "upload" in guard["response"]["result"]
    assert len(json.dumps(guard["response"])) < 2000
