"""What a bucket holds by the word of its feed, and the searches that wait for more of it.

An event is noted before the waiting searches are looked up, and a search waits before it reads what
is noted: so a photo that arrives while a search begins is seen by one of the two, or by both.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import redis

from findme.photos import Page, Photo
from findme.store import PREFIX, text

# A feed that tells of nothing for so long is no longer anybody's source.
_KEEP_S = 90 * 24 * 3600
_PAGE = 500


@dataclass(frozen=True)
class Buckets:
    """The buckets in one Redis. Times are seconds since the epoch, from `clock`."""

    store: redis.Redis
    clock: Callable[[], float]

    def note(self, bucket: str, present: Mapping[str, Photo], gone: set[str]) -> None:
        """Photos by key that are there now, and keys that are not any more."""
        photos = _photos(bucket)
        with self.store.pipeline(transaction=True) as pipeline:
            if present:
                lines = {key: json.dumps(photo.as_dict()) for key, photo in present.items()}
                pipeline.hset(photos, mapping=cast(Any, lines))
            if gone:
                pipeline.hdel(photos, *gone)
            pipeline.expire(photos, _KEEP_S)
            pipeline.execute()

    def pages(self, bucket: str, cursor: str | None) -> Iterator[Page]:
        """All that is there, some hundred at a time; one may come twice while others arrive."""
        while True:
            following, lines = cast(
                tuple[int, dict[bytes, bytes]],
                self.store.hscan(_photos(bucket), int(cursor or 0), count=_PAGE),
            )
            cursor = str(following) if following else None
            yield Page(tuple(Photo.from_dict(json.loads(each)) for each in lines.values()), cursor)
            if cursor is None:
                return

    def wait(self, bucket: str, job: str, until: float) -> None:
        """Tell this search of what arrives, until then."""
        waiting = _waiting(bucket)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.zremrangebyscore(waiting, "-inf", self.clock())
            pipeline.zadd(waiting, {job: until})
            pipeline.expire(waiting, _KEEP_S)
            pipeline.execute()

    def waiting(self, bucket: str) -> list[str]:
        """The searches to tell."""
        jobs = self.store.zrangebyscore(_waiting(bucket), self.clock(), "+inf")
        return [text(job) for job in cast(list[bytes], jobs)]

    def leave(self, bucket: str, job: str) -> None:
        """This search has gone."""
        self.store.zrem(_waiting(bucket), job)


def _photos(bucket: str) -> str:
    return f"{PREFIX}bucket:{{{bucket}}}:photos"


def _waiting(bucket: str) -> str:
    return f"{PREFIX}bucket:{{{bucket}}}:waiting"
