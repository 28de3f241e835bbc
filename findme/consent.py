"""What a person agrees to before their first photo is read, and what of it they are shown.

The version is recorded with the consent: change it whenever the text changes. The figures stand
beside the text, as the operator has set them.
"""

from typing import Any

from findme.settings import DAY_S, Settings
from findme.subjects import Profile
from findme.web import iso

VERSION = "2026-11-20.2"

TEXT = (
    "FindMe looks for you in photos that others posted. To do that it measures your face in the "
    "photos you give it here: 128 numbers for each photo, called a face encoding. That is "
    "biometric data, and it is used for nothing but the searches that you start yourself.",
    "Your photos are measured and not kept. The encodings and your consent are kept for the time "
    "shown beside this text, counted from when you last gave a photo; a search and its results "
    "for the time shown for searches, counted from its start. Then they delete themselves.",
    "Faces of other people in the photos found are compared in memory and never stored.",
    "You can read everything that is held about you, and you can withdraw your consent and delete "
    "all of it, at any time, with one button on this page. You get a receipt that lists what was "
    "deleted.",
)


def view(settings: Settings, profile: Profile | None) -> dict[str, Any]:
    """The text, for how long things are kept, and what the person has agreed to."""
    return {
        "version": VERSION,
        "text": list(TEXT),
        "retention": {
            "reference_days": _days(settings.reference_keep_s),
            "search_days": _days(settings.job_keep_s),
        },
        "agreed": agreed(profile),
        "references": profile.references if profile else 0,
        "expires": iso(profile.expires) if profile else None,
    }


def agreed(profile: Profile | None) -> dict[str, Any] | None:
    """The version a person agreed to, and when they first did."""
    return {"version": profile.consent, "at": iso(profile.consented)} if profile else None


def _days(seconds: float) -> float:
    days = round(seconds / DAY_S, 2)
    return int(days) if days == int(days) else days
