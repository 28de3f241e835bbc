"""The page in a real browser, against the running suite."""

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from local import sample
from local.client import Client
from local.suite import Suite
from tests.web.visitor import Visitor, agree, show_face, sign_in

MATCHES = sum(state == "matched" for state in sample.EXPECTED.values())


def test_a_person_finds_themselves_and_leaves_nothing_behind(
    chromium: Browser, running: Suite, state: Path
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(60_000)
    visitor = Visitor(context, f"{running.page}/")
    page = visitor.page
    sign_in(page)
    agree(page)
    show_face(page, state / "album" / sample.ME)
    expect(page.get_by_text("Accepted")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Look for me").click()
    found = page.get_by_role("heading", name=f"You are in {MATCHES} photos", exact=True)
    expect(found).to_be_visible(timeout=60_000)
    expect(page.locator(".match")).to_have_count(MATCHES)
    for card in page.locator(".match").all():
        card.scroll_into_view_if_needed()
        expect(card.locator(".marker")).to_be_visible()
    expect(page.get_by_text("Could not be read")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    visitor.look("page")

    with page.expect_download() as saved:
        page.get_by_role("button", name="Save what is held about me").click()
    held = json.loads(Path(saved.value.path()).read_text())
    [numbers] = [encoding.pop("numbers") for encoding in held["encodings"]]
    assert len(numbers) == 128
    assert held == Client(running.api, running.issuer, "me").my_data()

    elsewhere = chromium.new_page()
    elsewhere.goto(f"{running.page}/")
    sign_in(elsewhere)
    expect(elsewhere.get_by_text("Looking with 1 photo of you")).to_be_visible(timeout=30_000)
    elsewhere.close()

    page.get_by_role("button", name="Delete everything about me").click()
    page.get_by_role("button", name="Delete everything", exact=True).click()
    expect(page.locator(".receipt")).to_contain_text(f"photos found{len(sample.EXPECTED)}")
    visitor.look("receipt")
    context.close()
    assert visitor.surprises() == []
