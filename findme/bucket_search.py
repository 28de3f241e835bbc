"""Live searches of a bucket: what is there, and what its feed tells of until the deadline."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from findme import search
from findme.batches import batches
from findme.buckets import Buckets
from findme.errors import SettingError
from findme.job import Job
from findme.jobs import JobGoneError, Jobs
from findme.photos import Photo
from findme.photos.bucket import photo


@dataclass(frozen=True)
class BucketSearch:
    """`addresses`: by bucket, where its objects can be read; other buckets are not searched."""

    jobs: Jobs
    buckets: Buckets
    addresses: Mapping[str, str]
    fire: search.Fire

    def run(self, job_id: str, *, now: Callable[[], float], until: float) -> dict[str, Any]:
        """Begin a search, or go on with it; past `until` the rest is left to a further event.

        Raises JobGoneError.
        """
        job = self.jobs.get(job_id)
        bucket = job.query
        if bucket not in self.addresses:
            message = f"no bucket called {bucket} is watched here: ask who runs this service"
            self.jobs.fail(job_id, "unknown_bucket", message)
            return {"job": job_id, "found": 0}
        self.buckets.wait(bucket, job_id, job.deadline)
        try:
            return {"job": job_id, "found": self._read(job, now, until)}
        except JobGoneError:
            self.buckets.leave(bucket, job_id)
            raise

    def _read(self, job: Job, now: Callable[[], float], until: float) -> int:
        """Ledger what is there, from the job's cursor on; answers how many photos are new."""
        found = 0
        for page in self.buckets.pages(job.query, job.cursor):
            found += self._tell(job.id, page.photos)
            if page.cursor is None:
                self.jobs.follow(job.id)
                break
            self.jobs.advance(job.id, page.cursor)
            if now() >= until:
                search.tell(self.fire, search.requested(job.source), {"job": job.id})
                break
        return found

    def arrived(self, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Events of the feed, in their order: note them, and tell the searches that wait."""
        told = 0
        for bucket in sorted({str(event["bucket"]) for event in events} & self.addresses.keys()):
            of_bucket = [event for event in events if event["bucket"] == bucket]
            present, gone = _outcome(of_bucket, self.addresses[bucket])
            self.buckets.note(bucket, present, gone)
            if present:
                told += sum(self._told(bucket, list(present.values())))
        return {"events": len(events), "told": told}

    def _told(self, bucket: str, photos: Sequence[Photo]) -> Iterator[int]:
        for job_id in self.buckets.waiting(bucket):
            try:
                yield self._tell(job_id, photos)
            except JobGoneError:
                self.buckets.leave(bucket, job_id)

    def _tell(self, job_id: str, photos: Sequence[Photo]) -> int:
        new = self.jobs.discover(job_id, photos)
        for batch in batches((each.as_dict() for each in new), repeat(search.BATCH)):
            search.tell(self.fire, "photos_found", {"job": job_id, "photos": batch})
        return len(new)


def events_of(args: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events of one firing: a batch of them, or one by itself."""
    if isinstance(args.get("events"), list):
        return list(args["events"])
    return [args] if "status" in args else []


def addresses_of(text: str) -> dict[str, str]:
    """The parameter `buckets`, for example {"photos": "https://photos.example.org/"}."""
    try:
        addresses = json.loads(text or "{}")
        return {str(bucket): str(address) for bucket, address in addresses.items()}
    except (ValueError, AttributeError):
        remedy = 'the parameter buckets must be JSON: {"bucket": "address of its objects"}'
        raise SettingError(remedy) from None


def _outcome(
    events: Iterable[Mapping[str, Any]], address: str
) -> tuple[dict[str, Photo], set[str]]:
    """What is there after the events, by key, and what has gone."""
    present: dict[str, Photo] = {}
    gone: set[str] = set()
    for event in events:
        key = str(event["key"])
        picture = None if event["status"] == "deleted" else photo(event, address)
        if picture is not None:
            present[key] = picture
            gone.discard(key)
        else:
            present.pop(key, None)
            gone.add(key)
    return present, gone
