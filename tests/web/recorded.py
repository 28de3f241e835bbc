"""Answers as the suite gives them, for an album of photos with known faces."""

from typing import Any

from tests.web.fake_api import Answer, answer

VERSION = "2026-11-20"
JOB = "b1946ac92492d2347c6235b4d2611184"
ME = {"name": "me.jpg", "accepted": True, "id": "9f86d081884c7d65", "box": [349, 142, 617, 409]}
NO_FACE = {
    "name": "coffee.png",
    "accepted": False,
    "reason": "no_face",
    "message": "There is no face in this photo. Choose one that shows your face from the front.",
}
COUNTS = {
    "found": 16,
    "waiting": 0,
    "matched": 7,
    "no_match": 5,
    "no_face": 2,
    "failed": 1,
    "skipped": 1,
}
RECEIPT = {
    "receipt": {
        "deleted": {
            "consents": 1,
            "references": 1,
            "encodings": 1,
            "searches": 1,
            "photos": 16,
            "api_keys": 0,
        },
        "at": "2026-11-20T09:30:00Z",
    }
}


def consent(agreed: str | None = None, references: int = 0) -> Answer:
    """What GET consent answers to somebody who agreed to the version `agreed`."""
    body = {
        "version": VERSION,
        "text": [
            "FindMe measures your face: that is biometric data.",
            "Nobody else is looked for.",
        ],
        "retention": {"reference_days": 90, "search_days": 7},
        "agreed": {"version": agreed, "at": "2026-11-20T09:30:00Z"} if agreed else None,
        "references": references,
        "expires": "2026-12-20T09:30:00Z" if references else None,
    }
    return answer(200, body)


def enrolled(*photos: dict[str, Any]) -> Answer:
    references = sum(photo["accepted"] for photo in photos)
    body = {"enrolled": references > 0, "references": references, "photos": list(photos)}
    return answer(200, body | {"expires": "2026-12-20T09:30:00Z" if references else None})


def status(
    state: str, matches: list[dict[str, Any]], counts: dict[str, int], **more: Any
) -> Answer:
    body = {
        "job": JOB,
        "state": state,
        "reason": None,
        "source": "album",
        "query": "http://127.0.0.1:1/feed.json",
        "created": "2026-11-20T09:30:00Z",
        "deadline": "2026-11-20T09:40:00Z",
        "expires": "2026-11-27T09:30:00Z",
        "counts": dict.fromkeys(COUNTS, 0) | counts,
        "failures": {},
        "matches": matches,
        "next": None,
    }
    return answer(200, body | more)


def match(name: str, image: str, box: list[int] | None, **more: Any) -> dict[str, Any]:
    entry = {
        "id": name,
        "image": image,
        "page": "https://example.org/posts/1",
        "title": "Opening keynote",
        "author": "Ana Lima",
        "time": "2026-10-02T09:12:00Z",
        "alt": "A speaker at a lectern",
        "state": "matched",
        "distance": 0.41,
        "band": "likely",
        "box": box,
        "ms": 93,
    }
    return entry | more


def sample(site: str) -> dict[str, str]:
    return {"query": f"{site}album/feed.json"}


def real_matches(site: str) -> list[dict[str, Any]]:
    photos = [
        ("obama.jpg", [349, 142, 617, 409], "Ana Lima", "Official portrait", 0.0, "sure"),
        ("obama2.jpg", [171, 290, 438, 558], "Ben Okafor", "At the lectern, day one", 0.34, "sure"),
        (
            "obama3.jpg",
            [633, 277, 954, 598],
            "Chen Wei",
            "Questions from the floor",
            0.42,
            "likely",
        ),
        ("obama_partial_face2.jpg", [349, 142, 551, 409], "Dora Novak", "Backstage", 0.53, "check"),
    ]
    return [
        match(f"p{number}", f"{site}album/{name}", box, author=author, title=title, alt=title,
              distance=distance, band=band)
        for number, (name, box, author, title, distance, band) in enumerate(photos)
    ]  # fmt: skip
