"""Providers share the work, and go on with that of one that dies."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from feeds.provider.secrets import Cipher
from feeds.provider.subscriptions import Spec, Subscriptions
from local import redis_server
from local.services import Service
from tests.feeds.provider.conftest import KEY, TRIGGER
from tests.feeds.provider.folder import Folder
from tests.feeds.provider.platform import Triggers
from tests.feeds.provider.process import kill, provider, told
from tests.feeds.provider.waiting import until

FILES = 40


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Service, str]]:
    """A Redis that may be killed, and its address."""
    service, url = redis_server.embedded(tmp_path)
    service.start()
    yield service, url
    service.stop()


@pytest.fixture
def start(
    server: tuple[Service, str], triggers: Triggers, tmp_path: Path
) -> Iterator[Callable[..., Service]]:
    """Starts a provider."""
    started = []

    def start(*options: str) -> Service:
        service = provider(server[1], triggers, tmp_path, *options)
        service.start()
        started.append(service)
        return service

    yield start
    for service in started:
        service.stop()


@pytest.fixture
def create(server: tuple[Service, str], folder: Path) -> Callable[..., None]:
    """Makes a subscription to the folder, which has files already."""
    for number in range(FILES):
        (folder / f"{number:02}").write_text("1")
    store = redis.Redis.from_url(server[1])
    subscriptions = Subscriptions(store, Cipher(KEY))

    def create(trigger: str = TRIGGER, **options: float) -> None:
        wanted = Folder().validate({"folder": str(folder), **options})
        subscriptions.create(trigger, Spec("folder", wanted, Folder.secrets, "uuid:key"))

    return create


def complete(triggers: Triggers, expected: int = FILES) -> None:
    """Every event was delivered, and what was repeated has the id that it had."""
    until(lambda: len({event["file"] for event in triggers.events}) == expected, 20)
    assert len({event["id"] for event in triggers.events}) == expected


def slowly(_: object) -> int:
    time.sleep(0.2)
    return 202


def test_two_providers_share_the_work(
    start: Callable[..., Service], create: Callable[..., None], triggers: Triggers
) -> None:
    providers = [start("--workers", "2"), start("--workers", "2")]
    for number in range(20):
        create(f"/guest/t{number}", linger=0.02, step=20)
    until(lambda: len(triggers.events) == 20 * FILES, 20)
    for one in providers:
        assert 'feeds_polls_total{outcome="complete",source="folder"}' in told(one, "/metrics")
        assert "feeds_subscriptions 20.0" in told(one, "/metrics")
        assert told(one, "/health") == "well\n"


@pytest.mark.parametrize(
    ("seconds", "options"), [(10, {"linger": 0.1}), (3, {"step": FILES})], ids=["poll", "delivery"]
)
def test_another_provider_takes_over_from_one_that_is_killed(
    start: Callable[..., Service],
    create: Callable[..., None],
    triggers: Triggers,
    seconds: int,
    options: dict[str, float],
) -> None:
    triggers.answer = slowly
    first = start("--lease-seconds", str(seconds))
    create(**options)
    until(lambda: len(triggers.events) > 8)
    kill(first)
    killed, before = time.monotonic(), len(triggers.events)
    assert before < FILES
    start("--lease-seconds", str(seconds))
    until(lambda: len(triggers.events) > before + 8, 20)
    assert time.monotonic() - killed < seconds + 5
    complete(triggers)


def test_a_provider_that_is_told_to_stop_hands_over_at_once(
    start: Callable[..., Service], create: Callable[..., None], triggers: Triggers
) -> None:
    first = start()
    create(linger=0.1)
    until(lambda: len(triggers.events) > 5)
    start()
    told_at = time.monotonic()
    first.stop()
    before = len(triggers.events)
    until(lambda: len(triggers.events) > before)
    assert time.monotonic() - told_at < 3
    complete(triggers)
    assert len(triggers.events) == FILES


def test_a_provider_outlives_its_store(
    server: tuple[Service, str],
    start: Callable[..., Service],
    create: Callable[..., None],
    triggers: Triggers,
) -> None:
    only = start()
    create(linger=0.05)
    until(lambda: len(triggers.events) > 5)
    kill(server[0])
    until(lambda: "503" in health(only))
    server[0].start()
    complete(triggers)
    until(lambda: health(only) == "well\n")
    assert only.alive


def health(service: Service) -> str:
    try:
        return told(service, "/health")
    except OSError as error:
        return str(error)


def test_nothing_secret_is_logged(
    start: Callable[..., Service], create: Callable[..., None], triggers: Triggers
) -> None:
    only = start()
    create(password="geheim")
    complete(triggers)
    triggers.answer = lambda _: 401
    create(password="geheim")
    until(lambda: "is paused: key_refused" in only.log.read_text())
    assert "geheim" not in only.log.read_text()
    assert "uuid:key" not in only.log.read_text()
