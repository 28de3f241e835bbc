"""The way from a source to the ledger: read pages, ledger every photo, fire in batches."""

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from findme import photos
from findme.batches import batches
from findme.errors import SourceError
from findme.jobs import Jobs, Offer
from findme.openwhisk import OpenWhiskError

# Photos in one event: a thousand photos take 43 of the 60 fires of a minute. The first events of a
# search are smaller, so that its first matches are there at once.
BATCH = 25
_FIRST_BATCHES = (5, 5, 10)

# A photo that took its worker down with it comes back in smaller company, and at last alone.
_BATCH_BY_OFFERS = {0: BATCH, 1: 5}

Fire = Callable[[str, Mapping[str, Any]], object]


def run(
    job_id: str,
    jobs: Jobs,
    fire: Fire,
    fetch: Callable[[str], bytes],
    *,
    now: Callable[[], float],
    until: float,
) -> dict[str, Any]:
    """Search a job's source from its cursor; past `until` the rest is left to a further event.

    Raises JobGoneError. A source that cannot be read ends the job as failed, with its reason.
    """
    job = jobs.get(job_id)
    found = 0
    sizes = repeat(BATCH) if job.counts["found"] else chain(_FIRST_BATCHES, repeat(BATCH))
    if job.exhausted or job.state(now()) in ("finished", "failed"):
        return {"job": job_id, "found": found}
    try:
        for page in photos.paged(job.source).pages(job.query, job.cursor, fetch):
            new = jobs.discover(job_id, page.photos)
            found += len(new)
            for batch in batches((photo.as_dict() for photo in new), sizes):
                tell(fire, "photos_found", {"job": job_id, "photos": batch})
            jobs.advance(job_id, page.cursor)
            if page.cursor and now() >= until:
                tell(fire, requested(job.source), {"job": job_id})
                break
    except SourceError as error:
        jobs.fail(job_id, error.code, error.message)
    return {"job": job_id, "found": found}


def requested(source: str) -> str:
    """The trigger that starts a search of `source`."""
    return f"{source}_search_requested"


def offer(job_id: str, offers: Sequence[Offer], fire: Fire) -> None:
    """Fire photos for comparison again; what cannot be fired now waits for its next lease."""
    for count in sorted({offer.offers for offer in offers}):
        photos = [offer.photo.as_dict() for offer in offers if offer.offers == count]
        for batch in batches(photos, repeat(_BATCH_BY_OFFERS.get(count, 1))):
            tell(fire, "photos_found", {"job": job_id, "photos": batch})


def tell(fire: Fire, trigger: str, event: Mapping[str, Any]) -> None:
    """Fire a trigger; a platform that refuses is logged, and the ledger makes up for it."""
    try:
        fire(trigger, event)
    except OpenWhiskError as error:
        print(f"could not fire {trigger} (status {error.status})", file=sys.stderr)
