"""One feed provider between an S3 server, a Redis and a platform that only notes what is fired."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from feeds.provider.hints import hint, store_time
from tests.feeds.faults.feeds import Feeds
from tests.feeds.faults.forwarder import Answer, Forwarder, Request
from tests.feeds.s3_server import S3Server

_TICKS = os.sysconf("SC_CLK_TCK")
_DEADLINE_S = 300
_KEY = "bench:key"


class Rig:
    """Started in a moment: measure what it is with a new one, so that nothing runs beside it."""

    def __init__(self, server: S3Server, feeds: Feeds, fired: dict[str, float]) -> None:
        self._server, self._feeds = server, feeds
        self.fired = fired
        """When the event of each key arrived."""
        process = feeds.providers[0].process
        assert process is not None
        self.pid = process.pid

    def follow(self, trigger: str, bucket: str, interval_s: float) -> None:
        options = {"bucket": bucket, "interval_seconds": interval_s}
        self._feeds.follow(trigger, self._server, _KEY, **options)

    def polled(self) -> tuple[int, float]:
        """How many polls there were, and how many seconds they took together."""
        text = urllib3.request("GET", f"{self._feeds.providers[0].address}/metrics").data.decode()
        count, seconds = (
            re.search(rf'^feeds_poll_seconds_{part}{{source="s3"}} (\S+)', text, re.MULTILINE)
            for part in ("count", "sum")
        )
        return (int(float(count[1])), float(seconds[1])) if count and seconds else (0, 0.0)

    def poll_now(self, bucket: str) -> float:
        """Seconds that one poll took."""
        count, seconds = self.polled()
        store = self._feeds.store
        until(lambda: hint(store, "s3", bucket, store_time(store)))
        until(lambda: self.polled()[0] > count)
        return self.polled()[1] - seconds

    def cpu_s(self) -> float:
        """Seconds of CPU that the provider has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def rig(folder: Path, server: S3Server) -> Iterator[Rig]:
    fired: dict[str, float] = {}

    def fire(request: Request) -> Answer:
        fired[json.loads(request.body)["key"]] = time.time()
        return Answer(202, b'{"activationId": "0"}', {"Content-Type": "application/json"})

    with Forwarder(fire) as platform, Feeds(folder, platform.url, providers=1) as feeds:
        feeds.start_providers()
        yield Rig(server, feeds, fired)


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("the provider did not get that far in five minutes")
        time.sleep(0.02)
