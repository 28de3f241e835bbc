"""The photos shown: the mark lies on the face, and what strangers wrote stays text."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.web.conftest import FACE
from tests.web.fake_api import FakeApi, answer
from tests.web.recorded import COUNTS, match, status
from tests.web.visitor import Visitor, start_search

DRAWN_BOX = [600, 120, 800, 370]

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "{{7*7}}${7*7}",
    "&lt;b&gt;",
]


def test_hostile_strings_stay_text(visitor: Visitor, api: FakeApi, site: str) -> None:
    page = visitor.page
    hostile = [
        match(f"h{number}", f"{site}album/chelsea.png", [10, 10, 90, 90], title=text, author=text,
              alt=text, time=text, band=text, page="javascript:alert(1)")
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    hostile.append(match("h9", "javascript:alert(1)", None, page="data:text/html,<b>"))
    failures = {HOSTILE[0]: 1}
    api.status = [status("finished", hostile, COUNTS, failures=failures, query=HOSTILE[1])]
    api.forget_me = [answer(200, {"receipt": {"deleted": {HOSTILE[0]: 1}, "at": HOSTILE[1]}})]
    start_search(page, api)

    expect(page.locator(".match")).to_have_count(len(hostile))
    for card, text in zip(page.locator(".match").all(), HOSTILE, strict=False):
        expect(card.locator("[data-part=title]")).to_have_text(text)
        expect(card.locator("[data-part=credit]")).to_have_text(text)
        expect(card.locator("img")).to_have_attribute("alt", text)
        expect(card.get_by_role("link")).to_have_count(0)
    expect(page.get_by_text(f"1 × {HOSTILE[0]}")).to_be_visible()
    expect(page.get_by_text(f"In {HOSTILE[1]}")).to_be_visible()
    expect(page.locator(".match").last).to_contain_text("cannot be shown here")
    page.get_by_role("button", name="Delete everything about me").click()
    page.get_by_role("button", name="Delete everything", exact=True).click()
    expect(page.locator(".receipt")).to_contain_text(HOSTILE[0])


@pytest.mark.parametrize("name", ["drawn.png", "sideways.jpg"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_mark_lies_on_the_face(
    visitor: Visitor, api: FakeApi, site: str, name: str, width: int
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    found = [match("p1", f"{site}album/{name}", DRAWN_BOX)]
    api.status = [status("finished", found, {"found": 1, "matched": 1})]
    start_search(page, api)
    expect_mark_on_face(page.locator(".match .frame"))
    page.get_by_role("button", name="See the whole photo").click()
    expect_mark_on_face(page.locator("dialog .frame"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog .frame")).to_be_hidden()


def expect_mark_on_face(frame: Locator) -> None:
    """The mark's corners are those of the coloured rectangle in what Chromium painted."""
    marker = frame.locator(".marker")
    expect(marker).to_be_visible()
    around, mark = frame.bounding_box(), marker.bounding_box()
    assert around is not None
    assert mark is not None
    marker.evaluate("element => { element.style.visibility = 'hidden' }")
    painted = np.asarray(Image.open(BytesIO(frame.screenshot())).convert("RGB")).astype(int)
    marker.evaluate("element => { element.style.visibility = '' }")
    rows, columns = np.nonzero(np.abs(painted - FACE).sum(axis=2) < 60)
    left, top = mark["x"] - around["x"], mark["y"] - around["y"]
    corners = (left, top, left + mark["width"], top + mark["height"])
    face = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert corners == pytest.approx(face, abs=2)
