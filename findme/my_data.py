"""Everything held about a person, page by page, as one list of each kind.

OpenWhisk records what an action answers: face encodings are described here, and given only sealed.
"""

import hashlib
import struct
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any
from urllib.parse import parse_qsl

from findme import consent
from findme.batches import batches
from findme.errors import RequestError
from findme.jobs import JobGoneError, Jobs
from findme.progress import entry, progress
from findme.sealed import KEY_BYTES, seal
from findme.subjects import Profile, Subjects
from findme.web import Request, iso

LISTS = ("references", "encodings", "api_keys", "searches", "photos")

_PAGE = 500
_READ_AT_ONCE = 100

# The list that an item belongs to, and the item.
Listed = tuple[str, dict[str, Any]]

# The items of a section from a position on.
Section = Callable[[int], Iterator[Listed]]


def page(
    sections: Mapping[str, Section], profile: Profile | None, after: str, key: bytes | None
) -> dict[str, Any]:
    """One page, from the cursor `after` ("" for the first) on; `next` is None on the last.

    With a `key` of 32 bytes, the encodings of the page come sealed with it too (findme.sealed).
    """
    start = _position(sections, after)
    parts = batches(_from(sections, *start), chain([_PAGE], repeat(1)))
    items, following = next(parts, []), next(parts, None)
    lists: dict[str, list[Any]] = {name: [] for name in LISTS}
    for item in items:
        lists[item["list"]].append(item["item"])
    numbers = [
        {"reference": e["reference"], "model": e["model"], "numbers": e.pop("numbers")}
        for e in lists["encodings"]
    ]
    sealed = {"sealed_encodings": seal(key, numbers)} if key else {}
    return {
        "consent": _consent(profile),
        **lists,
        **sealed,
        "next": following[0]["at"] if following else None,
    }


def sections(
    subject: str, subjects: Subjects, jobs: Jobs, api_keys: list[dict[str, Any]], now: float
) -> dict[str, Section]:
    """What is held, in the order in which it is listed."""

    def references(start: int) -> Iterator[Listed]:
        for report in list(subjects.references(subject).values())[start:]:
            yield "references", report

    def encodings(start: int) -> Iterator[Listed]:
        for held in subjects.all_encodings(subject)[start:]:
            yield "encodings", _encoding(*held)

    def keys(start: int) -> Iterator[Listed]:
        for each in api_keys[start:]:
            yield "api_keys", each

    def search(job: str) -> Section:
        return lambda start: _search(jobs, job, start, now)

    held = {"references": references, "encodings": encodings, "api_keys": keys}
    return held | {job: search(job) for job in jobs.of(subject)}


def key_of(request: Request) -> bytes | None:
    """The key in a POST's body, base64url of 32 bytes; None for a GET. Raises RequestError."""
    if "key" in dict(parse_qsl(request.verified.query)):
        message = "send key in the body of a POST: an address is written down in many places"
        raise RequestError(400, "bad_field", message, "key")
    if request.method == "get":
        return None
    text = request.text("key")
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = f"key must be base64url of {KEY_BYTES} random bytes"
        raise RequestError(400, "bad_field", message, "key")
    return key


def _from(sections: Mapping[str, Section], first: str, position: int) -> Iterator[dict[str, Any]]:
    names = list(sections)
    for name in names[names.index(first) :]:
        for at, (listed, item) in enumerate(sections[name](position), position):
            yield {"list": listed, "item": item, "at": f"{name}.{at}"}
        position = 0


def _position(sections: Mapping[str, Section], after: str) -> tuple[str, int]:
    name, _, position = (after or "references.0").partition(".")
    if name in sections and position.isascii() and position.isdigit() and len(position) < 10:
        return name, int(position)
    message = "after is no `next` of a page before, or what it stood at has gone: start without it"
    raise RequestError(400, "bad_field", message, "after")


def _consent(profile: Profile | None) -> dict[str, Any] | None:
    agreed = consent.agreed(profile)
    return {**agreed, "expires": iso(profile.expires)} if agreed and profile else None


def _encoding(model: str, reference: str, encoding: bytes) -> dict[str, Any]:
    count = len(encoding) // 4
    # Nine digits are what a float32 needs to be read back as itself.
    numbers = [float(f"{number:.9g}") for number in struct.unpack(f"<{count}f", encoding)]
    return {
        "reference": reference,
        "model": model,
        "count": count,
        "bytes": len(encoding),
        "sha256": hashlib.sha256(encoding).hexdigest(),
        "numbers": numbers,
    }


def _search(jobs: Jobs, job: str, start: int, now: float) -> Iterator[Listed]:
    """The search itself at position 0, then its photos."""
    if start == 0:
        try:
            yield "searches", progress(jobs.get(job), now)
        except JobGoneError:
            return
    at = max(start - 1, 0)
    while photos := jobs.page(job, "found", at, _READ_AT_ONCE):
        for photo, result in photos:
            yield "photos", {"job": job, **entry(photo, result)}
        at += len(photos)
