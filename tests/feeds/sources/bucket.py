"""A bucket of the S3 server, and what a test does to it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

from feeds.provider.sources.s3 import S3
from tests.feeds.s3_server import S3Server
from tests.feeds.sources.following import Following

Objects = dict[str, str]
"""The ETag of each key."""

Change = tuple[str, str, str]
"""Kind, key, ETag: of a deletion, the one that the object had."""


class Shelf:
    def __init__(self, server: S3Server, bucket: str) -> None:
        self.server = server
        self.bucket = bucket
        self.s3 = server.client()
        self.s3.create_bucket(Bucket=bucket)

    def follow(self, page: int = 1000, url: str | None = None, **options: Any) -> Following:
        given = {
            "bucket": self.bucket,
            "s3_endpoint": url or self.server.url,
            "access_key_id": self.server.access_key,
            "secret_access_key": self.server.secret_key,
        }
        return Following(S3(page=page), given | options)

    def put(self, *keys: str, text: str = "") -> None:
        self._each(lambda key: self.s3.put_object(Bucket=self.bucket, Key=key, Body=text), keys)

    def delete(self, *keys: str) -> None:
        self._each(lambda key: self.s3.delete_object(Bucket=self.bucket, Key=key), keys)

    def date(self, key: str, at: float) -> None:
        """As if it had been written then."""
        os.utime(self.server.data / self.bucket / key, (at, at))

    def now(self) -> float:
        """By the server's clock."""
        told = self.s3.list_objects_v2(Bucket=self.bucket, MaxKeys=1)["ResponseMetadata"]
        return parsedate_to_datetime(told["HTTPHeaders"]["date"]).timestamp()

    def list(self) -> Objects:
        """By the first version of the API, which the source does not use."""
        pages = self.s3.get_paginator("list_objects").paginate(Bucket=self.bucket)
        return {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", ())}

    def _each(self, call: Callable[[str], object], keys: tuple[str, ...]) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(call, keys))


def changes(following: Following) -> list[Change]:
    """What its events say, in no order, every repeat included."""
    return sorted(
        (event.kind, event.key, event.payload["file"]["ETag"]) for event in following.events
    )


def differences(before: Objects, after: Objects) -> list[Change]:
    added = [("added", key, after[key]) for key in after.keys() - before.keys()]
    deleted = [("deleted", key, before[key]) for key in before.keys() - after.keys()]
    common = before.keys() & after.keys()
    modified = [("modified", key, after[key]) for key in common if before[key] != after[key]]
    return sorted(added + deleted + modified)
