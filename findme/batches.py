"""Cuts lists so that each part, as JSON, fits an event or an answer of the platform."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

# Half of what OpenWhisk takes as an event or keeps of a result (1 MiB).
_MOST_BYTES = 512 * 1024


def batches(items: Iterable[dict[str, Any]], most: int) -> Iterator[list[dict[str, Any]]]:
    """The items in order, at most `most` of them and 512 KiB of JSON together; never none.

    One item that is larger by itself comes alone.
    """
    batch: list[dict[str, Any]] = []
    size = 0
    for item in items:
        weight = len(json.dumps(item))
        if batch and (len(batch) == most or size + weight > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield batch
