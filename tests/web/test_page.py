"""The page in a real Chromium: the way from signing in to the receipt."""

import base64
import json
from io import BytesIO
from pathlib import Path

import jwt
import pytest
import urllib3
from PIL import Image
from playwright.sync_api import expect

from local.data import PHOTOS
from tests.web.fake_api import FakeApi, answer
from tests.web.recorded import (
    COUNTS,
    JOB,
    ME,
    NO_FACE,
    RECEIPT,
    VERSION,
    enrolled,
    real_matches,
    sample,
    status,
)
from tests.web.visitor import Visitor, agree, press, show_face, sign_in, start_search


def test_the_whole_way_from_sign_in_to_the_receipt(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page, matches = visitor.page, real_matches(site)
    api.enrol = [enrolled(ME)]
    api.search = [answer(202, {"job": JOB, "state": "searching"})]
    api.status = [
        status("searching", [], {"found": 0}),
        status("searching", matches[:1], {"found": 9, "waiting": 6, "matched": 1, "no_match": 2}),
        status("processing", matches[:2], COUNTS | {"matched": 2, "no_match": 3, "waiting": 7}),
        status("finished", matches, COUNTS, failures={"broken_picture": 1}, **sample(site)),
    ]
    api.forget_me = [answer(200, RECEIPT)]

    visitor.look("1-sign-in")
    sign_in(page)
    expect(page.get_by_text("biometric data")).to_be_visible()
    visitor.look("2-consent")
    agree(page)
    show_face(page, PHOTOS / "obama.jpg")
    expect(page.get_by_text("Accepted: this is the face")).to_be_visible()
    expect(page.get_by_text("deletes itself on 20 Dec 2026")).to_be_visible()
    visitor.look("3-photos")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Address of its photo feed")).to_have_value(f"{site}album/feed.json")
    visitor.look("4-search")
    page.get_by_role("button", name="Look for me").click()

    expect(page.get_by_role("heading", name="You are in 2 photos so far")).to_be_visible()
    visitor.look("5-watching")
    expect(page.get_by_role("heading", name="You are in 7 photos")).to_be_visible()
    expect(page.get_by_text("In Sample album, started 20 Nov 2026")).to_be_visible()
    expect(page.get_by_text("16 photos found, 12 compared with your face.")).to_be_visible()
    expect(page.get_by_text("1 × the picture is broken")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    expect(page.locator(".match")).to_have_count(4)
    expect(page.locator(".match .marker")).to_have_count(4)
    for marker in page.locator(".match .marker").all():
        expect(marker).to_be_visible()
    first = page.locator(".match").first
    expect(first).to_contain_text("Surely you")
    expect(first).to_contain_text("distance 0.00")
    expect(first).to_contain_text("Ana Lima · 2 Oct 2026")
    expect(first.get_by_role("link", name="See the post")).to_have_attribute(
        "href", "https://example.org/posts/1"
    )
    visitor.look("6-results")

    page.get_by_role("button", name="Delete everything about me").click()
    visitor.look("7-ask")
    page.get_by_role("button", name="Delete everything", exact=True).click()
    expect(page.get_by_role("heading", name="Everything about you is deleted")).to_be_visible()
    expect(page.locator(".receipt")).to_contain_text("photos found16")
    assert "#" not in page.url
    visitor.look("8-receipt")
    page.reload()
    expect(page.get_by_role("button", name="Sign in on this machine")).to_be_visible()


def test_what_is_sent_is_small_upright_signed_and_agreed_to(
    visitor: Visitor, api: FakeApi, site: str, album: Path
) -> None:
    api.enrol = [enrolled(ME, ME, ME)]
    sign_in(visitor.page)
    agree(visitor.page)
    show_face(visitor.page, PHOTOS / "astronaut.png", PHOTOS / "obama3.jpg", album / "sideways.jpg")
    expect(visitor.page.get_by_text("Accepted")).to_have_count(3)

    body = api.bodies["enrol"]
    assert len(body) < 640 * 1024
    sent = json.loads(body)
    assert sent["consent"] == VERSION
    assert [photo["name"] for photo in sent["photos"]] == [
        "astronaut.png", "obama3.jpg", "sideways.jpg"
    ]  # fmt: skip
    pictures = [Image.open(BytesIO(_decoded(photo["data"]))) for photo in sent["photos"]]
    assert [picture.format for picture in pictures] == ["JPEG", "JPEG", "JPEG"]
    assert pictures[0].size == (512, 512)
    assert max(pictures[1].size) <= 1600
    assert pictures[2].size == (900, 600)
    assert 0x0112 not in pictures[2].getexif()

    token = api.headers["enrol"]["authorization"].removeprefix("Bearer ")
    keys = jwt.PyJWKSet.from_dict(urllib3.request("GET", f"{site}issuer/jwks.json").json())
    claims = jwt.decode(token, keys.keys[0], algorithms=["EdDSA"], audience="findme")
    assert (claims["sub"], claims["iss"]) == ("me", f"{site}issuer")


def test_a_refused_photo_says_why_and_keeps_one_here(visitor: Visitor, api: FakeApi) -> None:
    page = visitor.page
    api.enrol = [enrolled(NO_FACE)]
    sign_in(page)
    agree(page)
    show_face(page, PHOTOS / "coffee.png")
    expect(page.locator(".is-refused")).to_contain_text("There is no face in this photo.")
    expect(page.get_by_role("button", name="Go on")).to_be_hidden()
    show_face(page, Path(__file__))
    expect(page.locator(".is-refused").last).to_contain_text("could not be opened as a picture")
    assert api.asked("enrol") == 1
    visitor.look("refused")


def test_consent_is_needed_before_anything_else(visitor: Visitor, api: FakeApi) -> None:
    page = visitor.page
    sign_in(page)
    page.get_by_role("button", name="Agree and go on").click()
    expect(page.get_by_role("heading", name="Before you show your face")).to_be_visible()
    expect(page.get_by_text("90 days after you last added a photo")).to_be_visible()
    assert api.requests == [("GET", "consent")]


def test_the_way_to_the_results_needs_no_mouse(visitor: Visitor, api: FakeApi, site: str) -> None:
    page = visitor.page
    api.enrol = [enrolled(ME)]
    api.search = [answer(202, {"job": JOB, "state": "searching"})]
    api.status = [status("finished", real_matches(site), COUNTS)]
    expect(page.get_by_role("button", name="Sign in on this machine")).to_be_visible()
    press(page, "Tab", "Enter")
    expect(page.get_by_role("heading", name="Before you show your face")).to_be_focused()
    press(page, "Tab", "Space", "Tab", "Enter")
    expect(page.get_by_role("heading", name="Show me who you are")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Choose photos of yourself")).to_be_focused()
    show_face(page, PHOTOS / "obama.jpg")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    press(page, "Tab", "Enter")
    expect(page.get_by_role("heading", name="Where shall I look?")).to_be_focused()
    press(page, "Tab", "Tab", "Enter")
    visitor.look("5-watching")
    expect(page.get_by_role("heading", name="You are in 7 photos")).to_be_focused()
    press(page, "Tab", "Tab", "Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("dark", 1280, "dark"), ("phone", 390, "light")]
)
def test_it_fits_every_screen(
    visitor: Visitor, api: FakeApi, site: str, name: str, width: int, scheme: str
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visitor.look(f"{name}-sign-in")
    failures = {"broken_picture": 1}
    api.status = [status("finished", real_matches(site), COUNTS, failures=failures, **sample(site))]
    start_search(page, api)
    expect(page.locator(".match .marker").last).to_be_visible()
    visitor.look(f"{name}-results")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="See the whole photo").nth(2).click()
    expect(page.locator("dialog .marker")).to_be_visible()
    visitor.look(f"{name}-viewer")


def _decoded(data: str) -> bytes:
    return base64.b64decode(data)
