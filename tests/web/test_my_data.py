"""What is held about a person, as a file, and what is left after a deletion."""

import base64
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from findme.sealed import seal
from tests.web.fake_api import Answer, FakeApi, answer
from tests.web.recorded import RECEIPT
from tests.web.visitor import Visitor, sign_in

EMPTY: dict[str, Any] = {
    "consent": {"version": "2026-11-20", "at": "2026-11-20T09:30:00Z"},
    "references": [], "encodings": [], "api_keys": [], "searches": [], "photos": [],
}  # fmt: skip


def page_of(body: bytes) -> Answer:
    """Two pages, sealed with the key that was sent."""
    asked = json.loads(body)
    key = base64.urlsafe_b64decode(asked["key"] + "=")
    held: dict[str, Any]
    numbers: list[dict[str, Any]]
    if asked.get("after"):
        held, numbers = {"photos": [{"id": "p1"}], "next": None}, []
    else:
        encoding: dict[str, Any] = {"reference": "r1", "model": "dlib"}
        held = {"references": [{"id": "r1"}], "encodings": [encoding], "next": "photos.0"}
        numbers = [encoding | {"numbers": [0.5] * 128}]
    return answer(200, EMPTY | held | {"sealed_encodings": seal(key, numbers)})


def test_everything_held_is_saved_as_one_file(visitor: Visitor, api: FakeApi) -> None:
    page = visitor.page
    api.my_data = [page_of]
    sign_in(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save what is held about me").click()
    assert saved.value.suggested_filename.startswith("findme-20")
    held = json.loads(Path(saved.value.path()).read_text())
    assert held == EMPTY | {
        "references": [{"id": "r1"}],
        "encodings": [{"reference": "r1", "model": "dlib", "numbers": [0.5] * 128}],
        "photos": [{"id": "p1"}],
    }
    first_key = json.loads(api.bodies["my_data"])["key"]
    with page.expect_download():
        page.get_by_role("button", name="Save what is held about me").click()
    assert json.loads(api.bodies["my_data"])["key"] != first_key


def test_what_cannot_be_saved_now_says_so(visitor: Visitor, api: FakeApi) -> None:
    visitor.expected = ["429"]
    api.my_data = [answer(429, {"error": "too_many_requests", "message": "wait"})]
    sign_in(visitor.page)
    visitor.page.get_by_role("button", name="Save what is held about me").click()
    expect(visitor.page.get_by_text("That was a lot at once.")).to_be_visible()


def test_a_deletion_signs_out_here(visitor: Visitor, api: FakeApi) -> None:
    page = visitor.page
    api.forget_me = [answer(200, RECEIPT)]
    sign_in(page)
    page.get_by_role("button", name="Delete everything about me").click()
    with page.expect_request("**/issuer/revoke"):
        page.get_by_role("button", name="Delete everything", exact=True).click()
    for line in ("consent1", "face encodings1", "searches1", "photos found16", "machines0"):
        expect(page.locator(".receipt")).to_contain_text(line)
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    kept = page.evaluate("Object.values(sessionStorage).join()")
    assert json.loads(kept) == {"person": None, "consent": None, "references": 0, "expires": None}
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("button", name="Sign in on this machine")).to_be_visible()
