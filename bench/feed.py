"""`make bench ONLY=feed`: what the S3 feed adds to listing a bucket, and what it takes.

FEED_BENCH_OBJECTS says how large the large bucket is. It is listed by boto3 alone and by the
provider in turn; the provider's own metric says how long a poll took, diff and commits included.
"""

import os
import random
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench._feed import Rig, rig, until
from bench._report import Figures, at_most, context, publish
from bench._servers import resident_mb
from tests.feeds.faults.feeds import store_directly
from tests.feeds.s3_server import ABSENT, PROGRAM, S3Server

_OBJECTS = int(os.environ.get("FEED_BENCH_OBJECTS", "100000"))
_ROUNDS = 3
_WARM_UPS = 24  # three for each worker
_OBJECTS_OF_TWO_PAGES = 2_000
_NEVER_S = 86_400
_FEEDS = 1_000
_OBJECTS_OF_A_SMALL_BUCKET = 10
_SMALL_INTERVAL_S = 60
_INTERVAL_S = 2
_NEW_OBJECTS = 100


def main() -> None:
    if PROGRAM is None:
        print(f"left out: {ABSENT}")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = S3Server(Path(folder))
        server.start()
        try:
            publish("feed", _figures(Path(folder), server))
        finally:
            server.stop()


def _figures(folder: Path, server: S3Server) -> Figures:
    figures: Figures = {}
    for part in (_large_bucket, _new_objects, _many_feeds):
        with rig(folder / part.__name__, server) as provider:
            figures |= part(folder / "s3", server.client(), provider)
    return figures


def _large_bucket(data: Path, s3: Any, provider: Rig) -> Figures:
    s3.create_bucket(Bucket="large")
    store_directly(data / "large", (f"{n % 3}/{n:07}.jpg" for n in range(_OBJECTS)))
    _warm_up(data, s3, provider)
    provider.follow("large", "large", _NEVER_S)
    until(lambda: provider.polled()[0] > _WARM_UPS)
    listings, polls, first = [], [], resident_mb(provider.pid)
    for _ in range(_ROUNDS):
        listings.append(_listed(s3, "large"))
        polls.append(provider.poll_now("large"))
    return {
        "objects": context(_OBJECTS, ""),
        "plain_listing": context(median(listings), "s"),
        "poll_of_unchanged_bucket": at_most(1.25, median(polls) / median(listings), "× list"),
        "memory_rss": at_most(120, resident_mb(provider.pid), "MB"),
        "memory_after_polls": at_most(1.05, resident_mb(provider.pid) / first, "× first"),
    }


def _warm_up(data: Path, s3: Any, provider: Rig) -> None:
    """Every worker polls a page or two: each has a part of the heap, which grows once."""
    s3.create_bucket(Bucket="pages")
    store_directly(data / "pages", (f"{n:07}.jpg" for n in range(_OBJECTS_OF_TWO_PAGES)))
    for number in range(_WARM_UPS):
        provider.follow(f"warm-up-{number}", "pages", _NEVER_S)
    until(lambda: provider.polled()[0] == _WARM_UPS)


def _listed(s3: Any, bucket: str) -> float:
    """Seconds that boto3 takes for all pages."""
    started = time.perf_counter()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    assert sum(len(page["Contents"]) for page in pages) == _OBJECTS
    return time.perf_counter() - started


def _new_objects(_: Path, s3: Any, provider: Rig) -> Figures:
    s3.create_bucket(Bucket="new")
    provider.follow("new", "new", _INTERVAL_S)
    until(lambda: provider.polled()[0])
    chance, written = random.Random(7), {}
    for number in range(_NEW_OBJECTS):
        time.sleep(chance.uniform(0, 2 * _INTERVAL_S / 10))  # any moment of the interval
        s3.put_object(Bucket="new", Key=f"{number}.jpg", Body=b"x")
        written[f"{number}.jpg"] = time.time()
    until(lambda: len(provider.fired) == _NEW_OBJECTS)
    taken = [provider.fired[key] - moment for key, moment in written.items()]
    excess = quantiles(taken, n=20)[-1] - _INTERVAL_S
    return {
        "new_object_to_trigger_p50": context(median(taken) * 1000, "ms"),
        "new_object_to_trigger_p95": at_most(300, excess * 1000, "ms past interval"),
    }


def _many_feeds(data: Path, s3: Any, provider: Rig) -> Figures:
    for number in range(_FEEDS):
        bucket = f"small-{number}"
        s3.create_bucket(Bucket=bucket)
        store_directly(data / bucket, (f"{n}.jpg" for n in range(_OBJECTS_OF_A_SMALL_BUCKET)))
        provider.follow(bucket, bucket, _SMALL_INTERVAL_S)
    until(lambda: provider.polled()[0] >= _FEEDS)
    started, used = time.perf_counter(), provider.cpu_s()
    until(lambda: provider.polled()[0] >= 2 * _FEEDS)  # each has waited for its interval
    elapsed = time.perf_counter() - started
    return {
        "cpu_of_1000_feeds": at_most(0.5, (provider.cpu_s() - used) / elapsed, "cores"),
        "1000_polls": context(elapsed, "s"),
        "memory_rss_of_1000_feeds": at_most(120, resident_mb(provider.pid), "MB"),
    }


if __name__ == "__main__":
    main()
