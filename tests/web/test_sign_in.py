"""Signing in at the local issuer, staying signed in without noticing, and signing out."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from local.data import PHOTOS
from tests.web.fake_api import EXPIRED, FakeApi, answer
from tests.web.recorded import COUNTS, JOB, ME, VERSION, consent, enrolled, real_matches, status
from tests.web.visitor import Visitor, agree, show_face, sign_in, start_search

SIGN_IN = re.compile("^Sign in")


def session(page: Page) -> dict[str, Any]:
    """What the tab keeps of who is signed in."""
    kept: dict[str, Any] = json.loads(page.evaluate("sessionStorage['findme.session'] ?? 'null'"))
    return kept


def token_sent(api: FakeApi, route: str) -> str:
    return api.headers[route]["authorization"].removeprefix("Bearer ")


def revoke(site: str, refresh_token: str) -> None:
    form = {"client_id": "findme-page", "token": refresh_token}
    client = urllib3.PoolManager()
    answered = client.request_encode_body(
        "POST", f"{site}issuer/revoke", form, encode_multipart=False
    )
    assert answered.status == 200


def test_no_code_and_no_token_stays_in_an_address(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page = visitor.page
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.goto(f"{site}#job={JOB}")
    api.status = [status("finished", real_matches(site), COUNTS)]
    expect(page.get_by_text("Sign in to go on watching your search.")).to_be_visible()
    sign_in(page)
    expect(page.get_by_role("heading", name="You are in 7 photos")).to_be_visible()
    assert page.url == f"{site}#job={JOB}"

    kept = session(page)
    secrets = [kept["access"], kept["refresh"]]
    [returned] = [r.url for r in requests if "code=" in r.url and r.is_navigation_request()]
    [code] = parse_qs(urlsplit(returned).query)["code"]
    for request in requests:
        assert not any(secret in request.url for secret in secrets)
        assert code not in request.headers.get("referer", "")
    assert page.evaluate("document.referrer") == ""
    page.go_back()
    assert code not in page.url


def test_a_token_that_runs_out_is_renewed_and_nobody_notices(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page, matches = visitor.page, real_matches(site)
    visitor.expected = ["401"]
    api.status = [
        status("processing", matches[:1], COUNTS | {"matched": 1, "waiting": 6}),
        EXPIRED,
        status("finished", matches, COUNTS | {"matched": 4, "no_match": 8}),
    ]
    start_search(page, api)
    first = token_sent(api, "enrol")
    expect(page.get_by_role("heading", name="You are in 4 photos")).to_be_visible()
    assert token_sent(api, "status") not in ("", first)
    assert session(page)["access"] == token_sent(api, "status")


def test_photos_held_up_by_a_token_that_ran_out_are_sent_after_its_renewal(
    visitor: Visitor, api: FakeApi
) -> None:
    page = visitor.page
    visitor.expected = ["401"]
    api.enrol = [EXPIRED, enrolled(ME)]
    sign_in(page)
    agree(page)
    show_face(page, PHOTOS / "obama.jpg")
    expect(page.get_by_text("Accepted: this is the face")).to_be_visible()
    assert api.asked("enrol") == 2


def test_a_sign_in_that_cannot_be_renewed_keeps_the_search(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page, matches = visitor.page, real_matches(site)
    visitor.expected = ["401", "400"]
    api.status = [status("processing", matches[:1], COUNTS | {"matched": 1, "waiting": 6})]
    start_search(page, api)
    expect(page.get_by_role("heading", name="You are in 1 photo so far")).to_be_visible()
    revoke(site, session(page)["refresh"])
    api.status = [EXPIRED]
    expect(page.get_by_text("Your sign-in has run out. Sign in again")).to_be_visible()
    visitor.look("signed-out")
    assert session(page) is None
    api.status = [status("finished", matches, COUNTS | {"matched": 4, "no_match": 8})]
    sign_in(page)
    expect(page.get_by_role("heading", name="You are in 4 photos")).to_be_visible()
    expect(page.locator(".match")).to_have_count(4)


def test_a_fresh_token_that_is_refused_is_not_asked_for_again_and_again(
    visitor: Visitor, api: FakeApi
) -> None:
    page = visitor.page
    visitor.expected = ["401"]
    body = {"error": "invalid_token", "message": "the token is for another audience"}
    api.consent = [answer(401, body)]
    sign_in(page)
    expect(
        page.get_by_text("does not accept this sign-in (the token is for another")
    ).to_be_visible()
    assert api.asked("consent") == 2


def test_a_person_is_known_on_another_device(visitor: Visitor, api: FakeApi) -> None:
    api.consent = [consent(VERSION, references=2)]
    sign_in(visitor.page)
    expect(visitor.page.get_by_role("button", name="Look for me")).to_be_visible()
    expect(visitor.page.get_by_text("Looking with 2 photos of you, until 20 Dec")).to_be_visible()


def test_a_consent_to_an_older_text_is_asked_for_anew(visitor: Visitor, api: FakeApi) -> None:
    api.consent = [consent("2020-01-01", references=2)]
    sign_in(visitor.page)
    agree(visitor.page)
    expect(visitor.page.get_by_role("button", name="Look for me")).to_be_visible()


def test_a_service_that_is_away_on_arrival_is_asked_again(visitor: Visitor, api: FakeApi) -> None:
    visitor.expected = ["503"]
    api.consent = [answer(503, {"error": "store_unavailable", "message": "busy"}), consent()]
    sign_in(visitor.page)
    expect(visitor.page.get_by_text("Something went wrong on our side.")).to_be_visible()
    visitor.page.get_by_role("button", name="Try again").click()
    expect(visitor.page.get_by_role("checkbox", name="I agree")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("code=forged&state=forged", "belongs to no sign-in that was begun in this tab"),
        ("error=access_denied&state=forged", "belongs to no sign-in that was begun in this tab"),
    ],
)
def test_an_answer_nobody_asked_for_is_not_used(
    visitor: Visitor, api: FakeApi, site: str, query: str, words: str
) -> None:
    page = visitor.page
    page.goto(f"{site}?{query}#job={JOB}")
    expect(page.get_by_text(words)).to_be_visible()
    assert page.url == f"{site}#job={JOB}"
    assert session(page) is None
    page.goto(site)
    sign_in(page)
    expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()
    # For who is signed in, it changes nothing at all.
    kept = session(page)
    page.goto(f"{site}?{query}")
    expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()
    assert (page.url, session(page)) == (site, kept)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "You were not signed in, because it was declined there."),
        ("login_required", "needs you there once more"),
        ("temporarily_unavailable", "cannot do it right now"),
        ("invalid_scope", "do not fit together (invalid_scope: some <b>words</b>)"),
    ],
)
def test_what_the_provider_refuses_is_explained(
    visitor: Visitor, api: FakeApi, site: str, error: str, words: str
) -> None:
    page = visitor.page
    # The local issuer refuses nobody: what another one answers is put in its place.
    page.route(
        "**/issuer/authorize?*",
        lambda route: route.fulfill(
            status=303,
            headers={"Location": _refusal(site, route.request.url, error)},
        ),
    )
    sign_in(page)
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()
    assert page.url == site


def _refusal(site: str, asked: str, error: str) -> str:
    [state] = parse_qs(urlsplit(asked).query)["state"]
    description = "some+%3Cb%3Ewords%3C%2Fb%3E" if error == "invalid_scope" else ""
    return f"{site}?error={error}&error_description={description}&state={state}&iss={site}issuer"


def test_a_provider_out_of_reach_is_said_and_tried_again(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page = visitor.page
    visitor.expected = ["net::ERR"]
    page.context.set_offline(True)
    sign_in(page)
    expect(page.get_by_text("does not answer. Check that you are online")).to_be_visible()
    page.context.set_offline(False)
    sign_in(page)
    expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()


def test_signing_out_ends_it_at_the_issuer_and_in_every_tab(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page = visitor.page
    visitor.expected = ["400"]
    sign_in(page)
    expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()
    old = session(page)
    with second_tab(page.context, site) as other:
        sign_in(other)
        expect(other.get_by_role("checkbox", name="I agree")).to_be_visible()
        with page.expect_request("**/issuer/end-session?*") as ended:
            page.get_by_role("button", name="Sign out").click()
        assert parse_qs(urlsplit(ended.value.url).query).keys() == {
            "client_id",
            "post_logout_redirect_uri",
        }
        expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()
        expect(other.get_by_role("button", name=SIGN_IN)).to_be_visible()
        assert [session(page), session(other), page.url] == [None, None, site]
    form = {
        "grant_type": "refresh_token",
        "client_id": "findme-page",
        "refresh_token": old["refresh"],
    }
    refused = urllib3.PoolManager().request_encode_body(
        "POST", f"{site}issuer/token", form, encode_multipart=False
    )
    assert refused.json()["error"] == "invalid_grant"
    page.go_back()
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()


@contextmanager
def second_tab(context: BrowserContext, site: str) -> Iterator[Page]:
    tab = context.new_page()
    tab.goto(site)
    yield tab
    tab.close()


def test_a_duplicated_tab_does_not_end_the_other(visitor: Visitor, api: FakeApi, site: str) -> None:
    page = visitor.page
    visitor.expected = ["401"]
    api.consent = [consent(VERSION, references=1)]
    sign_in(page)
    expect(page.get_by_role("button", name="Look for me")).to_be_visible()
    # A copy of the tab's storage, as a duplicated tab gets one.
    with page.expect_popup() as opened:
        page.evaluate("window.open(location.href) && undefined")
    twin = opened.value
    expect(twin.get_by_role("button", name="Look for me")).to_be_visible()
    assert session(twin) == session(page)
    api.search = [EXPIRED]
    twin.get_by_role("button", name="Look for me").click()
    expect(twin.get_by_text("Your sign-in has run out.")).to_be_visible()
    api.search = [EXPIRED, answer(202, {"job": JOB, "state": "searching"})]
    api.status = [status("finished", real_matches(site), COUNTS)]
    page.get_by_role("button", name="Look for me").click()
    expect(page.get_by_role("heading", name="You are in 7 photos")).to_be_visible()


def test_somebody_else_finds_nothing_of_the_one_before(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page = visitor.page
    visitor.expected = ["401", "400"]
    sign_in(page)
    agree(page)
    expect(page.get_by_role("heading", name="Show me who you are")).to_be_visible()
    revoke(site, session(page)["refresh"])
    api.enrol = [EXPIRED]
    show_face(page, PHOTOS / "obama.jpg")
    expect(page.get_by_text("Your sign-in has run out.")).to_be_visible()
    page.route(
        "**/issuer/authorize?*",
        lambda route: route.continue_(url=f"{route.request.url}&login_hint=eve"),
    )
    sign_in(page)
    expect(page.get_by_role("checkbox", name="I agree")).not_to_be_checked()
    expect(page.locator(".report-row")).to_have_count(0)


@pytest.mark.parametrize(
    ("status_code", "body", "words"),
    [
        (404, "", "config.json is missing: copy config.example.json"),
        (200, "{", "config.json is not JSON."),
        (200, '{"api": "http://a.example/"}', "signIn has to be an object"),
    ],
)
def test_a_broken_configuration_is_named(
    chromium: Browser, site: str, status_code: int, body: str, words: str
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/config.json", lambda route: route.fulfill(status=status_code, body=body))
    page.goto(site)
    expect(page.get_by_role("alert")).to_contain_text("This page could not start. config.json")
    expect(page.get_by_role("alert")).to_contain_text(words)
    context.close()
