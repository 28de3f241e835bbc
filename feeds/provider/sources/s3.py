"""Objects that are added to, changed in or deleted from an S3 bucket, by comparing listings.

The listing is the truth, and yet one listing may be behind, or end too early. So what it alone
would make believe is looked up, object by object: a deletion, a change that goes back in time, an
addition that is older than what was seen before. What the look-up does not confirm stays as it was
and is decided by a later poll.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import translate
from typing import TYPE_CHECKING, Any

from feeds.provider.snapshot import Change, Difference, Entry, merge, without
from feeds.provider.source import Event, Options, PausedError, SourceError, State, Step
from feeds.provider.sources.refusals import patient
from feeds.provider.sources.s3_options import CREDENTIALS, validated

if TYPE_CHECKING:
    from feeds.provider.sources.s3_bucket import Bucket

# What an entry of the snapshot is, by the names that a listing has for them.
FIELDS = ("Key", "ETag", "LastModified", "Size", "StorageClass", "Owner")
ETAG, MODIFIED, SIZE = 1, 2, 3
_SECONDS = len("2030-01-31T12:00:00")  # LastModified up to its seconds; some servers tell more
# Deletions are held until the listing is complete; the rest of very many waits for the next poll.
_MOST_HELD = 50_000
_SAMPLE = 100
_INCOMPLETE = ("ListingIncomplete", "the listing lacks objects that are there")
# A bucket so small may be emptied.
_FEW = 10


class S3:
    secrets = frozenset(CREDENTIALS)
    place = ("bucket", "s3_endpoint", "prefix")

    def __init__(self, page: int = 1000) -> None:
        self._page = page

    def validate(self, options: Options) -> dict[str, Any]:
        return validated(options)

    def poll(self, options: Options, state: State, now: float) -> Iterator[Step]:
        # The feed action validates, and does not need this: it takes half a second.
        from feeds.provider.sources.s3_bucket import Bucket

        return patient(_Poll(options, state, Bucket(options, self._page)).steps(), state, now)

    def next_poll(self, options: Options, _: Mapping[str, Any], now: float) -> float:
        minutes = options.get("interval", 1)
        return now + float(options.get("interval_seconds", minutes * 60))


class _Poll:
    """One poll.

    The cursor counts the `objects` of the snapshot and knows the `newest` time seen. Until the
    first listing is complete, `baseline` is the time from which on an object is news.
    """

    def __init__(self, options: Options, state: State, bucket: "Bucket") -> None:
        self._options, self._state, self._bucket = options, state, bucket
        self._cursor = {"objects": 0, "newest": "", **state.cursor}
        self._baseline: str | None = state.cursor.get("baseline")
        self._newest = "" if self._baseline is not None else self._cursor["newest"]
        self._held: dict[str, list[str]] = {}
        self._missing = 0
        self._objects = self._cursor["objects"]
        self._pattern = re.compile(translate(options["pattern"] or "*"))

    def steps(self) -> Iterator[Step]:
        if "newest" not in self._state.cursor:
            self._bucket.begin()
            self._baseline = self._cursor["baseline"] = self._first()
            yield Step(cursor=dict(self._cursor))
        yield from self._changes()
        if self._too_many():
            yield from self._changes()  # one listing may be wrong
        if self._too_many():
            self._sample()
            raise PausedError(
                "MassDeletion",
                f"{self._missing} of {self._objects} objects are gone: put them back, or UNPAUSE"
                f" with accept_deletions: {self._missing} for their events",
            )
        yield from self._deletions()
        self._cursor.pop("baseline", None)
        if self._cursor != self._state.cursor:
            yield Step(cursor=self._cursor)

    def _changes(self) -> Iterator[Step]:
        """Additions and modifications, range by range; deletions are held."""
        self._held, self._missing = {}, 0
        for difference in merge(self._state, self._bucket.pages(), self._bucket.page):
            present = [change for change in difference.changes if change.after]
            gone = [change.key for change in difference.changes if not change.after]
            self._missing += len(gone)
            if gone and self._missing <= _MOST_HELD:
                self._held[difference.lower] = gone
            yield from self._step(difference, self._accepted(present))

    def _deletions(self) -> Iterator[Step]:
        refuted = checked = 0
        for lower, keys in self._held.items():
            difference = without(self._state, lower, set(keys))
            gone = self._confirmed(difference.changes)
            yield from self._step(difference, gone)
            checked += len(keys)
            refuted += len(keys) - len(gone)
            if refuted > max(_FEW, checked / 2):
                raise SourceError(*_INCOMPLETE)

    def _sample(self) -> None:
        """Raises SourceError where it is not the objects that lack, but the listing of them."""
        keys = [keys[0] for keys in self._held.values()][:_SAMPLE]
        if any(etag is not None for etag in self._bucket.etags(keys)):
            raise SourceError(*_INCOMPLETE)

    def _step(self, difference: Difference, accepted: Sequence[Change]) -> Iterator[Step]:
        writing = difference.accept(accepted)
        if not (writing.put or writing.delete):
            return
        self._cursor["objects"] += writing.growth
        times = [change.after[MODIFIED] for change in accepted if change.after]
        self._cursor["newest"] = max([self._cursor["newest"], *times])
        events = [self._event(change) for change in accepted if self._tells(change)]
        yield Step(events, writing.put, writing.delete, dict(self._cursor))

    def _accepted(self, changes: Sequence[Change]) -> list[Change]:
        sure: list[Change] = []
        doubtful: list[Change] = []
        for change in changes:
            before, after = change.before, change.after or []
            known = _second(before) if before else self._newest[:_SECONDS]
            if before and _version(before) == _version(after):
                if after[MODIFIED] >= before[MODIFIED]:
                    sure.append(change)
            elif self._settled(after):
                (doubtful if _second(after) <= known else sure).append(change)
        return sure + self._confirmed(doubtful)

    def _confirmed(self, changes: Sequence[Change]) -> list[Change]:
        etags = self._bucket.etags([change.key for change in changes])
        return [
            change
            for change, etag in zip(changes, etags, strict=True)
            if _agree(change.after, etag)
        ]

    def _settled(self, entry: Entry) -> bool:
        settle = self._options["settle"]
        if not settle or self._old(entry):
            return True
        return _second(entry) < _told(self._bucket.clock - timedelta(seconds=settle))

    def _old(self, entry: Entry | None) -> bool:
        """Whether the baseline has it without an event."""
        return entry is not None and _second(entry) < (self._baseline or "")

    def _first(self) -> str:
        """From when on an object is news although the baseline is not complete."""
        if self._options["initial"] == "none":
            # A second since the object, by a Date that some servers renew once in a second.
            return _told(self._bucket.clock + timedelta(seconds=2))
        return str(self._options.get("since", ""))[:_SECONDS]

    def _too_many(self) -> bool:
        share, accepted = self._options["max_deleted_share"], self._options["accept_deletions"]
        return self._missing > int(max(_FEW, share * self._objects, accepted))

    def _tells(self, change: Change) -> bool:
        before, after = change.before, change.after
        if before and after and _version(before) == _version(after):
            return False
        if _kind(change) not in self._options["events"] or self._old(after or before):
            return False
        suffix: str = self._options["suffix"]
        return change.key.endswith(suffix) and bool(self._pattern.match(change.key))

    def _event(self, change: Change) -> Event:
        entry, kind, options = change.after or change.before or [], _kind(change), self._options
        endpoint = options["s3_endpoint"] or f"https://s3.{options['region']}.amazonaws.com"
        place = [endpoint, options["bucket"], change.key]
        identity = json.dumps(["s3", *place, entry[ETAG], entry[MODIFIED], kind])
        file = dict(zip(FIELDS, entry, strict=True))
        payload = {
            "file": {name: value for name, value in file.items() if value is not None},
            "status": kind,
            **dict(zip(("endpoint", "bucket", "key"), place, strict=True)),
        }
        return Event(hashlib.sha256(identity.encode()).hexdigest()[:32], change.key, kind, payload)


def _kind(change: Change) -> str:
    if change.before is None:
        return "added"
    return "deleted" if change.after is None else "modified"


def _second(entry: Entry) -> str:
    return str(entry[MODIFIED])[:_SECONDS]


def _version(entry: Entry) -> Any:
    # A gateway to a folder has no ETag for a file that somebody put there.
    return entry[ETAG] or entry[MODIFIED : SIZE + 1]


def _agree(entry: Entry | None, etag: str | None) -> bool:
    if entry is None or etag is None:
        return entry is None and etag is None
    return str(entry[ETAG]).strip('"') == etag.strip('"')  # some servers list it without quotes


def _told(moment: datetime) -> str:
    """As a listing tells it, up to the seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
