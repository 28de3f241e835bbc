"""A job and its ledger: every photo found has one entry, and a final state stays final.

Whatever must change together changes in one script, and every script does nothing for a job that
has gone: a late result resurrects neither an expired job nor a deleted one. Running a script twice
changes nothing the second time, so deliveries may repeat, in any order, from any number of workers.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import redis

from findme import epochs
from findme import ledger_scripts as scripts
from findme.job import Job
from findme.photos import Photo
from findme.store import person_key, text

# A list names its jobs so much longer than they live, as the clocks of machines differ: what is
# deleted is found through it.
_LISTED_LONGER_S = 3600

# A photo (or a search) that nobody answered for is offered again this often before it is given up.
MAX_OFFERS = 3


class JobGoneError(Exception):
    """The job never was, has expired, or was deleted."""


@dataclass(frozen=True)
class Result:
    """How a photo ended: `state` is one of `findme.job.FINAL_STATES`.

    `details` holds what explains it: `distance` (Euclidean, 0 to about 1.5), `band`, `box`
    (left, top, right, bottom in pixels of the upright original), `ms`, or `code` and `message`.
    """

    state: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def failed(cls, code: str, message: str) -> "Result":
        return cls("failed", {"code": code, "message": message})


@dataclass(frozen=True)
class Offer:
    """A photo whose lease ran out; `offers` counts how often it has been offered again."""

    photo: Photo
    offers: int


class Jobs:
    """The ledgers in one Redis. Times are seconds since the epoch, from `clock`."""

    def __init__(self, store: redis.Redis, clock: Callable[[], float], *, lease_s: float) -> None:
        self._store = store
        self._clock = clock
        self._lease_s = lease_s

    def create(
        self,
        subject: str,
        source: str,
        query: str,
        *,
        deadline_s: float,
        keep_s: float,
        epoch: str | None = None,
    ) -> str:
        """Write a new job and answer its id, 128 bits that cannot be guessed.

        Raises ForgottenError where the person was forgotten since `epoch`.
        """
        job, now = secrets.token_hex(16), self._clock()
        expires = now + keep_s
        fields: dict[str, str | float] = {
            "subject": subject, "source": source, "query": query, "created": now,
            "deadline": now + deadline_s, "expires": expires,
            "search_lease": now + self._lease_s,
        }  # fmt: skip
        # Listed first: what is deleted in between is found, and its mark refuses the rest.
        listed = (job, expires + _LISTED_LONGER_S, now)
        epochs.write(self._store, subject, epoch, scripts.LIST, [list_key(subject)], *listed)
        pairs = [part for pair in fields.items() for part in pair]
        keys = [scripts.keys(job)["job"], scripts.gone_key(job)]
        if not self._store.eval(scripts.CREATE, len(keys), *keys, int(expires), *pairs):
            raise epochs.ForgottenError
        return job

    def get(self, job: str) -> Job:
        """Raises JobGoneError."""
        raw = self._store.hgetall(scripts.keys(job)["job"])
        if not raw:
            raise JobGoneError(job)
        return Job.read(job, {text(name): text(value) for name, value in raw.items()})

    def discover(self, job: str, photos: Sequence[Photo]) -> list[Photo]:
        """Ledger photos as queued, leased to the event about to be fired; answers the new ones."""
        lines = [part for photo in photos for part in (photo.id, json.dumps(photo.as_dict()))]
        new = self._run(scripts.DISCOVER, job, self._clock() + self._lease_s, *lines)
        by_id = {photo.id: photo for photo in photos}
        return [by_id[name.decode()] for name in new]

    def claim(self, job: str, ids: Iterable[str], until: float) -> set[str]:
        """Lease photos to a worker until a time; answers those that still wait for a result."""
        return {name.decode() for name in self._run(scripts.CLAIM, job, until, *ids)}

    def claim_content(self, job: str, photo: str, digest: str) -> str:
        """The id that this content belongs to: the first photo of the job that came with it."""
        owner: bytes = self._run(scripts.CLAIM_CONTENT, job, digest, photo)
        return owner.decode()

    def settle(self, job: str, results: Mapping[str, Result]) -> list[str]:
        """Write final states, in one step; answers the ids that this call settled."""
        lines = []
        for photo, result in results.items():
            details = dict(result.details)
            lines += [photo, result.state, json.dumps(details), str(details.get("code", ""))]
        return [name.decode() for name in self._run(scripts.SETTLE, job, *lines)]

    def overdue(self, job: str) -> list[Offer]:
        """Photos to offer again, freshly leased; those offered too often are settled as lost."""
        now = self._clock()
        lost = ("lost", f"no worker answered for it in {MAX_OFFERS + 1} attempts")
        return self._expire(job, now, now + self._lease_s, MAX_OFFERS, lost)

    def abandon(self, job: str) -> None:
        """After the deadline: settle all that still waits, so that the counts add up."""
        reason = ("deadline", "the search ended before this photo's turn came")
        self._expire(job, float("inf"), 0, 0, reason)

    def search_overdue(self, job: str) -> bool:
        """Whether the search itself must be fired again; fails the job after too many times."""
        now = self._clock()
        message = f"the search was started {MAX_OFFERS + 1} times and never reported back"
        answer = self._run(
            scripts.SEARCH_OVERDUE, job, now, now + self._lease_s, MAX_OFFERS, "lost", message
        )
        return bool(answer)

    def advance(self, job: str, cursor: str | None) -> None:
        """A page is ledgered: go on from `cursor`, or the source is exhausted."""
        self._run(scripts.ADVANCE, job, cursor or "", self._clock() + self._lease_s)

    def follow(self, job: str) -> None:
        """What was there is ledgered; the search now waits for more until its deadline."""
        self._run(scripts.FOLLOW, job)

    def fail(self, job: str, code: str, message: str) -> None:
        """End the job with a reason a person can act on; the first reason stays."""
        self._run(scripts.FAIL, job, code, message)

    def page(self, job: str, listing: str, after: int, limit: int) -> list[tuple[Photo, Result]]:
        """Entries of a listing (`found` or `matched`) in their order, from position `after`.

        An entry without a result yet has the state `queued`.
        """
        keys = scripts.keys(job)
        ids = self._store.lrange(keys[listing], after, after + limit - 1)
        if not ids:
            return []
        photos = self._store.hmget(keys["photos"], ids)
        results = self._store.hmget(keys["results"], ids)
        return [
            (Photo.from_dict(json.loads(photo)), _result(result))
            for photo, result in zip(photos, results, strict=True)
            if photo is not None
        ]

    def of(self, subject: str) -> list[str]:
        """The ids of a person's jobs, those that expire first first; some may have gone by now."""
        listed = cast(list[bytes], self._store.zrange(list_key(subject), 0, -1))
        return [text(name) for name in listed]

    def _expire(
        self, job: str, before: float, lease: float, max_offers: int, reason: tuple[str, str]
    ) -> list[Offer]:
        code, message = reason
        details = json.dumps({"code": code, "message": message})
        offers = self._run(scripts.OVERDUE, job, before, lease, max_offers, code, details)
        return [
            Offer(Photo.from_dict(json.loads(photo)), int(count))
            for photo, count in zip(offers[::2], offers[1::2], strict=True)
        ]

    def _run(self, script: str, job: str, *arguments: Any) -> Any:
        keys = list(scripts.keys(job).values())
        answer = self._store.eval(script, len(keys), *keys, *arguments)
        if answer is None:
            raise JobGoneError(job)
        return answer


def _result(raw: bytes | str | None) -> Result:
    if raw is None:
        return Result("queued")
    state, _, details = text(raw).partition(" ")
    return Result(state, json.loads(details))


def list_key(subject: str) -> str:
    """Where a person's jobs are listed: sorted set, id by expiry."""
    return person_key(subject, "jobs")
