"""What goes wrong while a person waits, and how the page gets over it."""

import json

from playwright.sync_api import expect

from local.data import PHOTOS
from tests.web.fake_api import FakeApi, answer
from tests.web.recorded import COUNTS, JOB, ME, enrolled, real_matches, status
from tests.web.visitor import Visitor, agree, show_face, sign_in, start_search


def test_a_reload_goes_on_watching(visitor: Visitor, api: FakeApi, site: str) -> None:
    page, matches = visitor.page, real_matches(site)
    api.status = [status("processing", matches[:1], COUNTS | {"matched": 1, "waiting": 6})]
    start_search(page, api)
    expect(page.get_by_role("heading", name="You are in 1 photo so far")).to_be_visible()
    assert page.url == f"{site}#job={JOB}"
    page.reload()
    expect(page.get_by_role("heading", name="You are in 1 photo so far")).to_be_visible()
    api.status = [status("finished", matches, COUNTS | {"matched": 4, "no_match": 8})]
    expect(page.get_by_role("heading", name="You are in 4 photos")).to_be_visible()

    asked = api.asked("status")
    page.get_by_role("button", name="New search").click()
    expect(page.get_by_role("button", name="Look for me")).to_be_visible()
    assert page.url == site
    page.go_back()
    expect(page.get_by_role("heading", name="You are in 4 photos")).to_be_visible()
    assert api.asked("status") == asked + 1


def test_trouble_that_passes_is_waited_out(visitor: Visitor, api: FakeApi, site: str) -> None:
    page = visitor.page
    visitor.expected = ["503"]
    busy = answer(503, {"error": "busy", "message": "busy"}, Retry_After="1")
    api.status = [busy, status("finished", [], {"found": 3, "no_match": 3})]
    start_search(page, api)
    expect(page.get_by_text("Something went wrong on our side.")).to_be_visible()
    expect(page.get_by_role("heading", name="You are not in these 3 photos")).to_be_visible()
    expect(page.get_by_text("Something went wrong on our side.")).to_be_hidden()


def test_a_search_that_is_gone_or_failed_shows_the_way_out(
    visitor: Visitor, api: FakeApi, site: str
) -> None:
    page = visitor.page
    visitor.expected = ["404"]
    api.status = [answer(404, {"error": "unknown_job", "message": "there is no such search"})]
    start_search(page, api)
    expect(page.get_by_text("This search is not there any more")).to_be_visible()
    reason = {"code": "unreachable", "message": "The feed's server did not answer."}
    api.status = [status("failed", [], {}, reason=reason)]
    page.get_by_role("button", name="New search").click()
    page.get_by_role("button", name="Look for me").click()
    expect(page.get_by_role("heading", name="The search could not be finished")).to_be_visible()
    expect(page.get_by_text("The feed's server did not answer.")).to_be_visible()


def test_a_refused_search_says_so_in_place(visitor: Visitor, api: FakeApi) -> None:
    visitor.expected = ["400"]
    start_search_refused = {"error": "bad_address", "message": "This is not a feed.", "field": "q"}
    api.enrol = [enrolled(ME)]
    api.search = [answer(400, start_search_refused)]
    sign_in(visitor.page)
    agree(visitor.page)
    show_face(visitor.page, PHOTOS / "obama.jpg")
    visitor.page.get_by_role("button", name="Go on").click()
    visitor.page.get_by_label("Address of its photo feed").fill("https://example.org/none")
    visitor.page.get_by_role("button", name="Look for me").click()
    expect(visitor.page.get_by_text("This is not a feed.")).to_be_visible()
    assert json.loads(api.bodies["search"])["query"] == "https://example.org/none"


def test_a_hidden_tab_asks_nothing(visitor: Visitor, api: FakeApi) -> None:
    page = visitor.page
    # Something new each time: it is asked for every half second.
    api.status = [status("searching", [], {"found": n, "waiting": n}) for n in range(1, 100)]
    start_search(page, api)
    expect(page.get_by_text("3 photos found")).to_be_visible()
    # Chromium without a window calls every tab visible: it is told what one with a window says.
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => away, configurable: true });"
        "window.away = true"
    )
    page.wait_for_timeout(700)
    asked = api.asked("status")
    page.wait_for_timeout(1_500)
    assert api.asked("status") == asked
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text(f"{asked + 1} photos found")).to_be_visible()
