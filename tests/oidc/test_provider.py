"""Signing in at a provider that knows nothing of us, through the deployed guard."""

import json
from pathlib import Path
from typing import Any

import jwt
import urllib3
from playwright.sync_api import Page, expect

from local import sample
from local.suite import Suite
from tests.web.visitor import Visitor, agree, show_face


def sign_in_there(page: Page, user: str) -> None:
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_placeholder("Enter any login").fill(user)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def session(page: Page) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(page.evaluate("sessionStorage['findme.session'] ?? 'null'"))
    return kept


def runs_out(page: Page) -> None:
    """Until the token has to be renewed: so long does it live."""
    page.wait_for_timeout(max(0, session(page)["staleAt"] - page.evaluate("Date.now()")) + 1)


def refused(issuer: str, refresh_token: str) -> str:
    form = {"grant_type": "refresh_token", "client_id": "page", "refresh_token": refresh_token}
    answer = urllib3.PoolManager().request_encode_body(
        "POST", f"{issuer}/token", form, encode_multipart=False
    )
    return str(answer.json()["error"])


def test_a_person_signs_in_there_stays_signed_in_and_signs_out(
    visitor: Visitor, running: Suite, issuer: str, tmp_path: Path
) -> None:
    page = visitor.page
    expect(page.get_by_text(f"You sign in at {issuer.partition('//')[2]}")).to_be_visible()
    visitor.look("oidc-sign-in")
    sign_in_there(page, "ada")
    expect(page.get_by_text("biometric data")).to_be_visible(timeout=30_000)
    assert page.url == f"{running.page}/"
    first = session(page)
    claims = jwt.decode(first["access"], options={"verify_signature": False})
    assert (claims["iss"], claims["sub"], claims["aud"]) == (issuer, "ada", "findme")
    assert jwt.get_unverified_header(first["access"])["alg"] == "ES256"

    agree(page)
    runs_out(page)
    show_face(page, Path(running.wskprops).parent / "album" / sample.ME)
    expect(page.get_by_text("Accepted: this is the face")).to_be_visible(timeout=60_000)
    renewed = session(page)
    assert renewed["access"] != first["access"]
    assert renewed["refresh"] != first["refresh"]

    runs_out(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save what is held about me").click()
    held = json.loads(Path(saved.value.path()).read_text())
    assert [len(held["references"]), len(held["encodings"][0]["numbers"])] == [1, 128]

    last = session(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()

    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert page.url == f"{running.page}/"
    assert session(page) is None
    assert refused(issuer, last["refresh"]) == "invalid_grant"
    # Nobody is signed in there any more: it asks again.
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_placeholder("Enter any login")).to_be_visible()


def test_who_declines_there_is_told_and_may_try_again(visitor: Visitor, running: Suite) -> None:
    page = visitor.page
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Cancel").click()
    expect(
        page.get_by_text("You were not signed in, because it was declined there.")
    ).to_be_visible()
    assert page.url == f"{running.page}/"
    sign_in_there(page, "bob")
    expect(page.get_by_role("checkbox", name="I agree")).to_be_visible()
