"""Cuts lists so that each part, as JSON, fits an event or an answer of the platform."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

# Half of what OpenWhisk takes as an event or keeps of a result (1 MiB).
_MOST_BYTES = 512 * 1024


def batches(
    items: Iterable[dict[str, Any]], sizes: Iterator[int]
) -> Iterator[list[dict[str, Any]]]:
    """The items in order: as many in each part as `sizes` says next, or fewer for 512 KiB of JSON.

    No part is empty; an item that is larger by itself comes alone.
    """
    batch: list[dict[str, Any]] = []
    most = weight_of_batch = 0
    for item in items:
        weight = len(json.dumps(item))
        if batch and (len(batch) == most or weight_of_batch + weight > _MOST_BYTES):
            yield batch
            batch, weight_of_batch = [], 0
        if not batch:
            most = next(sizes)
        batch.append(item)
        weight_of_batch += weight
    if batch:
        yield batch
