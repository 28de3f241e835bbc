"""The sample search, through the public routes, and the table of what came out."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local import sample
from local.client import Client
from local.suite import Suite

_SECONDS = 120


def run(suite: Suite, album: Path, user: str) -> bool:
    """Enrol, search, print every photo; whether each got the right answer."""
    client = Client(suite.api, f"{suite.page}/issuer", user)
    report = client.enrol(album / sample.ME)
    if not report["enrolled"]:
        print(f"the reference photo was refused: {report['photos']}")
        return False
    job = client.search("album", f"{suite.page}/album/feed.json")
    status = _finished(client, job)
    photos = client.photos(job)
    _print_table(photos)
    wrong = [photo["id"] for photo in photos if sample.EXPECTED.get(photo["id"]) != photo["state"]]
    missing = sample.EXPECTED.keys() - {photo["id"] for photo in photos}
    counts = ", ".join(f"{count} {name}" for name, count in status["counts"].items() if count)
    print(f"\n{status['state']}: {counts}")
    if wrong or missing:
        print(f"not as expected: {', '.join([*wrong, *sorted(missing)])}")
    return status["state"] == "finished" and not wrong and not missing


def _finished(client: Client, job: str) -> dict[str, Any]:
    deadline = time.monotonic() + _SECONDS
    while True:
        status = client.status(job)
        if status["state"] in ("finished", "failed") or time.monotonic() > deadline:
            return status
        time.sleep(0.3)


def _print_table(photos: Sequence[dict[str, Any]]) -> None:
    print(f"\n{'photo':<28}{'state':<10}{'distance':>9}{'ms':>7}  why")
    for photo in photos:
        distance = f"{photo['distance']:.2f}" if "distance" in photo else ""
        why = photo.get("reason") or photo.get("band", "")
        print(f"{photo['id']:<28}{photo['state']:<10}{distance:>9}{photo.get('ms', ''):>7}  {why}")
