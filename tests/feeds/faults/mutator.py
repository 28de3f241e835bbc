"""A process that adds, overwrites and deletes objects at random, and logs what was acknowledged.

A mutation whose answer is lost is done again until it is acknowledged: so the log tells every state
that a key was in, whether the first attempt took effect or not.
"""

import argparse
import contextlib
import json
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.services import Service
from tests.conformance.client import eventually
from tests.feeds.faults.oracle import Courses, Objects
from tests.feeds.s3_server import REGION, S3Server

# Names that need escaping somewhere on their way.
_AWKWARD = ("plain", "a b", "ü", "+%2F&", "<q>", "日本")
_LISTING_S = 300  # what it takes to list a large bucket on a busy machine
_POOL = 3  # contents that come again, so that a key returns to an ETag it had


class Bucket:
    """The bucket as its only writer knows it."""

    def __init__(self, client: Any, name: str, prefixes: list[str], chance: random.Random) -> None:
        self._client, self._name = client, name
        self._prefixes, self._chance = prefixes, chance
        self._present = sorted(listing(client, name))
        self._count = 0

    def mutate(self) -> tuple[str, str | None]:
        """One mutation: the key, and its new ETag or None."""
        kind = self._chance.choices(["add", "overwrite", "delete"], [35, 35, 30])[0]
        self._count += 1
        if kind == "add" or not self._present:
            key = f"{self._chance.choice(self._prefixes)}{self._name_of(self._count)}"
            self._present.append(key)
            return key, self._put(key)
        at = self._chance.randrange(len(self._present))
        if kind == "overwrite":
            return self._present[at], self._put(self._present[at])
        key, self._present[at] = self._present[at], self._present[-1]
        self._present.pop()
        self._insist(lambda: self._client.delete_object(Bucket=self._name, Key=key))
        return key, None

    def _name_of(self, count: int) -> str:
        return f"{self._chance.randrange(10_000):04}-{count}-{self._chance.choice(_AWKWARD)}"

    def _put(self, key: str) -> str:
        number = self._chance.choice([self._count, self._count, self._chance.randrange(_POOL)])
        body = f"content {number}".encode()
        answer = self._insist(
            lambda: self._client.put_object(Bucket=self._name, Key=key, Body=body)
        )
        return str(answer["ETag"]).strip('"')

    def _insist(self, call: Callable[[], Any]) -> Any:
        while True:
            try:
                return call()
            except (BotoCoreError, ClientError):
                time.sleep(0.05)


def listing(client: Any, bucket: str) -> Objects:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {
        each["Key"]: each["ETag"].strip('"') for page in pages for each in page.get("Contents", [])
    }


def read_courses(baseline: Objects, log: Path) -> Courses:
    courses: Courses = {key: [etag] for key, etag in baseline.items()}
    for line in log.read_text().splitlines():
        key, etag = json.loads(line)
        courses.setdefault(key, [None]).append(etag)
    return courses


def connect(url: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=10
        ),
    )


@contextlib.contextmanager
def mutating(
    server: S3Server, bucket: str, prefixes: Sequence[str], *, log: Path, seed: str, rate: float
) -> Iterator[None]:
    """The process, beside whatever is done meanwhile."""
    arguments = {
        "--url": server.url,
        "--access-key": server.access_key,
        "--secret-key": server.secret_key,
        "--bucket": bucket,
        "--log": str(log),
        "--seed": seed,
        "--rate": str(rate),
    }
    given = [text for pair in arguments.items() for text in pair]
    given += [text for prefix in prefixes for text in ("--prefix", prefix)]
    process = Service(
        name="mutator",
        argv=[sys.executable, "-m", __name__, *given],
        log=log.with_suffix(".err"),
        ready="begins",
    )
    process.start()
    try:
        eventually(lambda: log.stat().st_size, _LISTING_S)
        yield
    finally:
        process.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("url", "access-key", "secret-key", "bucket", "log", "seed"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rate", type=float, required=True, help="mutations a second")
    parser.add_argument("--prefix", action="append", required=True)
    given = parser.parse_args()
    over = False

    def stop(*_: object) -> None:
        nonlocal over
        over = True

    signal.signal(signal.SIGTERM, stop)
    client = connect(given.url, given.access_key, given.secret_key)
    with Path(given.log).open("a") as log:
        print("begins", flush=True)
        bucket = Bucket(client, given.bucket, given.prefix, random.Random(given.seed))
        due = time.monotonic()
        while not over:
            print(json.dumps(bucket.mutate()), file=log, flush=True)
            due = max(due + 1 / given.rate, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main()
