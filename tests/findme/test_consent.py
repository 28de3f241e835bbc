import hashlib
import json

import pytest
import redis

from findme import consent
from findme.settings import Settings
from findme.subjects import Subjects
from tests.conftest import Clock

# Every text that people have agreed to. A change of the text is a new version, and a new line.
TEXTS = {
    "2026-11-20": "9b1ab6e833a68efdba7458257e49f495f0d51cbf270cab2c852654a39fd68e49",
    "2026-11-20.2": "82bf00afa62f70e2ca14eca456ee289a8b42b708da96a339fcf2719791ce20b3",
}


def test_a_changed_text_has_a_new_version() -> None:
    digest = hashlib.sha256(json.dumps(consent.TEXT).encode()).hexdigest()
    assert TEXTS[consent.VERSION] == digest


@pytest.mark.parametrize("given", [{}, {"reference_days": "30", "job_days": "0.5"}])
def test_a_person_is_told_the_operators_figures_before_they_agree(
    store: redis.Redis, clock: Clock, given: dict[str, str]
) -> None:
    settings = Settings.of({"redis_url": "redis://", **given})
    shown = consent.view(settings, Subjects(store, clock).profile("ada"))
    figures = {"reference_days": 30, "search_days": 0.5}
    assert shown == {
        "version": consent.VERSION,
        "text": list(consent.TEXT),
        "retention": figures if given else {"reference_days": 90, "search_days": 7},
        "agreed": None,
        "references": 0,
        "expires": None,
    }


def test_a_person_sees_what_they_agreed_to_and_until_when_it_is_kept(
    store: redis.Redis, clock: Clock
) -> None:
    clock.now = 1_900_000_000
    subjects, settings = Subjects(store, clock), Settings.of({"redis_url": "redis://"})
    subjects.agree("ada", "2025-01-01", keep_s=settings.reference_keep_s)
    subjects.add_references("ada", "model@1", {"r": ({"name": "me.jpg"}, b"e" * 512)})
    shown = consent.view(settings, subjects.profile("ada"))
    assert shown["agreed"] == {"version": "2025-01-01", "at": "2030-03-17T17:46:40Z"}
    assert (shown["references"], shown["expires"]) == (1, "2030-06-15T17:46:40Z")
