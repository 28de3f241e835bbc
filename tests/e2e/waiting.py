"""Waits for the suite to come to a state, and never longer than two minutes."""

import time
from collections.abc import Callable

from findme.openwhisk import OpenWhisk

# What fires an action, and the action.
RULES = {"album_search_requested": "findme/album_search", "photos_found": "findme/compare_images"}


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.1)


def records(openwhisk: OpenWhisk, name: str) -> int:
    """How many activations there are of an action or a trigger."""
    query = {"name": name, "count": "true"}
    return int(openwhisk.request("GET", "activations", query=query)["activations"])


def at_rest(openwhisk: OpenWhisk, invoked: int = 0) -> bool:
    """Whether all that was fired has run to its end, beside what was invoked of each action."""
    return all(
        records(openwhisk, fired) + invoked == records(openwhisk, run)
        for fired, run in RULES.items()
    )
