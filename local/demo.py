"""The sample search, through the public routes, and the table of what came out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import sample
from local.client import ApiError, Client
from local.suite import Suite

_SECONDS = 120


@dataclass(frozen=True)
class Outcome:
    """The sample's job, and whether every photo got the right answer."""

    job: str
    right: bool


def run(suite: Suite, album: Path, user: str) -> Outcome:
    """Enrol, search, and print every photo. Raises ApiError."""
    client = Client(suite.api, suite.issuer, user)
    client.enrol(album / sample.ME)
    job = client.search("album", f"{suite.page}/album/feed.json")
    status = _finished(client, job)
    photos = client.photos(job)
    _print_table(photos)
    counts = ", ".join(f"{count} {name}" for name, count in status["counts"].items() if count)
    print(f"\n{status['state']}: {counts}")
    states = {photo["id"]: photo["state"] for photo in photos}
    for name, right in sample.EXPECTED.items():
        if states.get(name) != right:
            print(f"{name} should be {right}, and is {states.get(name, 'not there')}")
    return Outcome(job, status["state"] == "finished" and states == sample.EXPECTED)


def _finished(client: Client, job: str) -> dict[str, Any]:
    deadline = time.monotonic() + _SECONDS
    while True:
        late = time.monotonic() > deadline
        try:
            status = client.status(job)
            if late or status["state"] in ("finished", "failed"):
                return status
            time.sleep(0.3)
        except ApiError as error:
            # The platform's limit of invocations a minute: the next one is soon.
            if late or error.status != 429:
                raise
            time.sleep(2)


def _print_table(photos: Sequence[dict[str, Any]]) -> None:
    print(f"\n{'photo':<28}{'state':<10}{'distance':>9}{'ms':>7}  why")
    for photo in photos:
        distance = f"{photo['distance']:.2f}" if "distance" in photo else ""
        why = photo.get("reason") or photo.get("band", "")
        print(f"{photo['id']:<28}{photo['state']:<10}{distance:>9}{photo.get('ms', ''):>7}  {why}")
