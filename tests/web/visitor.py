"""A person at the page: their browser, and the moves that most tests begin with."""

import os
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, expect

from local.data import PHOTOS
from tests.web.fake_api import FakeApi, answer
from tests.web.recorded import JOB, ME, VERSION, consent, enrolled


class Visitor:
    """A person with a browser; whatever it complains about is collected."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.expected: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("dialog", self._close)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _close(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def surprises(self) -> list[str]:
        """Complaints that no test asked for (a refused request is one to the browser)."""
        return [
            text for text in self.complaints if not any(known in text for known in self.expected)
        ]

    def look(self, name: str) -> None:
        """Keep a screenshot, for those who want to see."""
        folder = os.environ.get("FINDME_SCREENSHOTS")
        if folder:
            self.page.wait_for_timeout(700)  # the marks have come to rest
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in on this machine").click()


def agree(page: Page) -> None:
    box = page.get_by_role("checkbox", name="I agree")
    # The first call of a route starts its action.
    expect(box).not_to_be_checked(timeout=30_000)
    box.check()
    page.get_by_role("button", name="Agree and go on").click()


def show_face(page: Page, *photos: Path) -> None:
    page.get_by_label("Choose photos of yourself").set_input_files(list(photos))


def start_search(page: Page, api: FakeApi) -> None:
    """All the way to a running search."""
    api.consent = [consent(), consent(VERSION, references=1)]
    api.enrol = [enrolled(ME)]
    api.search = [answer(202, {"job": JOB, "state": "searching"})]
    sign_in(page)
    agree(page)
    show_face(page, PHOTOS / "obama.jpg")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Look for me").click()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
