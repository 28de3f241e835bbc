"""A provider in this process with its clock moved by hand, a folder to watch, and a platform."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography.fernet import Fernet

from feeds.provider import scripts
from feeds.provider.firing import Platform
from feeds.provider.secrets import Cipher
from feeds.provider.service import Provider
from feeds.provider.source import Source
from feeds.provider.subscriptions import Spec, Subscriptions
from tests.conftest import Clock
from tests.feeds.provider.folder import Folder
from tests.feeds.provider.platform import Triggers

TRIGGER = "/guest/files"
KEY = Fernet.generate_key().decode()


@pytest.fixture
def triggers() -> Iterator[Triggers]:
    triggers = Triggers()
    triggers.start()
    yield triggers
    triggers.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the folder source watches."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def subscriptions(store: redis.Redis, clock: Clock) -> Subscriptions:
    return Subscriptions(store, Cipher(KEY), clock)


class Machine:
    """A provider at work, and shorthands for what is done to its one subscription."""

    def __init__(self, store: redis.Redis, clock: Clock, triggers: Triggers, folder: Path) -> None:
        self.store = store
        self.clock = clock
        self.triggers = triggers
        self.folder = folder
        self.subscriptions = Subscriptions(store, Cipher(KEY), clock)
        self.sources: dict[str, Source] = {"folder": Folder()}
        self.provider = Provider(
            store, Cipher(KEY), clock, Platform(triggers.url, connections=8),
            self.sources.__getitem__, workers=2, lease_seconds=10, attempts=12,
        )  # fmt: skip
        self._thread = threading.Thread(target=self.provider.scheduler.run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.provider.scheduler.stop()
        self._thread.join()

    def spec(self, **options: Any) -> Spec:
        wanted = Folder().validate({"folder": str(self.folder), **options})
        return Spec("folder", wanted, Folder.secrets, "uuid:key", "topic")

    def create(self, trigger: str = TRIGGER, **options: Any) -> None:
        self.subscriptions.create(trigger, self.spec(**options))

    def write(self, file: str, text: str) -> None:
        """Change a file at once, so that no poll sees half of it, and have it looked at."""
        draft = self.folder.parent / "draft"
        draft.write_text(text)
        draft.rename(self.folder / file)

    def poll(self) -> None:
        """Make the subscription due."""
        self.clock.now += 3600

    def status(self, trigger: str = TRIGGER) -> dict[str, Any]:
        return self.subscriptions.status(trigger)

    def idle(self) -> bool:
        """Whether nothing is under way or due."""
        now = self.clock()
        held = self.store.zcard(scripts.HELD_POLL) + self.store.zcard(scripts.HELD_DELIVER)
        due = [self.store.zcount(d, "-inf", now) for d in (scripts.DUE_POLL, scripts.DUE_DELIVER)]
        return held == 0 and sum(due) == 0


@pytest.fixture
def machine(
    store: redis.Redis, clock: Clock, triggers: Triggers, folder: Path
) -> Iterator[Machine]:
    machine = Machine(store, clock, triggers, folder)
    machine.start()
    yield machine
    machine.stop()
