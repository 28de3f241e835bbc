"""Providers as processes of their own."""

import sys
import urllib.request
from itertools import count
from pathlib import Path

from local.data import ROOT
from local.services import Service
from tests.feeds.provider.conftest import KEY
from tests.feeds.provider.platform import Triggers

_numbers = count(1)


def provider(redis_url: str, triggers: Triggers, folder: Path, *options: str) -> Service:
    """A provider that has the folder source; not started yet."""
    number = next(_numbers)
    argv = [
        sys.executable, "-m", "feeds.provider", "--listen", "127.0.0.1:0",
        "--source", "folder=tests.feeds.provider.folder:Folder", *options,
    ]  # fmt: skip
    return Service(
        name=f"provider {number}",
        argv=argv,
        log=folder / f"provider-{number}.log",
        ready=r"answers on (http://\S+)",
        environment={
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": redis_url,
            "FEEDS_API_HOST": triggers.url,
            "FEEDS_KEY": KEY,
        },
    )


def kill(service: Service) -> None:
    """As an operating system does that is out of memory."""
    assert service.process
    service.process.kill()
    service.process.wait()


def told(service: Service, path: str) -> str:
    """What it answers on /health or /metrics."""
    with urllib.request.urlopen(f"{service.address}{path}", timeout=5) as answer:
        content: bytes = answer.read()
        return content.decode()
