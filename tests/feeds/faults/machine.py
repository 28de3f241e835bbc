"""All that a feed consists of, each part a process that can be killed and started again."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from local.services import Service, ServiceError, free_port
from tests.conformance.client import Client, eventually
from tests.conformance.host import BOUNDLESS
from tests.feeds.faults.feeds import Feeds, store_directly
from tests.feeds.faults.forwarder import Forwarder
from tests.feeds.faults.lies import Liar
from tests.feeds.faults.oracle import Delivered
from tests.feeds.faults.recorder import Recorder
from tests.feeds.faults.storefront import Storefront, Watched
from tests.feeds.s3_server import S3Server

BUCKET = "photos"
PREFIXES = ("a/", "b/", "c/")
PROVIDERS = 2
_STARTS = 5


class Machine:
    """S3 server and platform behind recording proxies, Redis, and two providers."""

    def __init__(self, folder: Path, *, lease_s: float) -> None:
        self._folder = folder
        self._open = contextlib.ExitStack()
        self.liar = Liar()
        self.watched = {prefix: Watched() for prefix in PREFIXES}
        self.s3 = S3Server(folder)
        self._shop = Forwarder(Storefront(self.s3.url, BUCKET, self.watched, self.liar))
        port = free_port()
        self._platform = _platform(folder / "platform", port)
        self._recorder = Recorder(f"http://127.0.0.1:{port}", self.liar)
        self._gate = Forwarder(self._recorder)
        self.feeds = Feeds(folder, self._gate.url, providers=PROVIDERS, lease_s=lease_s)

    def __enter__(self) -> Self:
        for server in (self.s3, self._platform):
            server.start()
            self._open.callback(server.stop)
        for part in (self._shop, self._gate, self.feeds):
            self._open.enter_context(part)
        self._auth = (self._folder / "platform" / "auth").read_text().strip()
        self.s3.client().create_bucket(Bucket=BUCKET)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def seed(self, count: int) -> None:
        keys = (f"{PREFIXES[number % len(PREFIXES)]}{number:06}" for number in range(count))
        store_directly(self._folder / "s3" / BUCKET, keys)

    def follow(self, prefix: str, **options: Any) -> None:
        """The trigger has the prefix's name. Somebody listens: a new feed waits for that."""
        trigger = prefix.strip("/")
        platform = Client(self._platform.address, self._auth)
        platform.put(f"triggers/{trigger}", {})
        platform.rule(trigger, platform.action())
        options |= {"bucket": BUCKET, "prefix": prefix, "s3_endpoint": self._shop.url}
        self.feeds.follow(trigger, self.s3, self._auth, **options)

    def status(self, prefix: str) -> dict[str, Any]:
        return self.feeds.status(prefix.strip("/"))

    def delivered(self, prefix: str) -> Delivered:
        return Delivered(self._recorder.accepted(prefix.strip("/")))

    def rest(self, seconds: float) -> None:
        """Wait until nothing that happened before can still become an event."""
        # The first of three listings may have begun before; once the third is complete, what the
        # second showed is committed.
        awaited = {prefix: watched.polls + 3 for prefix, watched in self.watched.items()}

        def at_rest() -> bool:
            return all(
                self.watched[prefix].polls >= polls and self._waiting(prefix) == 0
                for prefix, polls in awaited.items()
            )

        eventually(at_rest, seconds)
        self.feeds.stop_providers()

    def _waiting(self, prefix: str) -> int:
        status = self.status(prefix)
        assert status["active"], f"{prefix} is paused: {status['reason']}"
        waiting: int = status["waiting"]
        return waiting

    @property
    def parts(self) -> list[str]:
        """What can be killed."""
        return list(self._parts)

    def kill(self, name: str) -> None:
        self._send(name, signal.SIGKILL).wait()

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process that stands still and goes on as if nothing had happened."""
        process = self._send(name, signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)  # if it was not killed meanwhile

    def _send(self, name: str, number: signal.Signals) -> subprocess.Popen[bytes]:
        process = self._parts[name][0].process
        assert process is not None
        process.send_signal(number)
        return process

    def restart(self, name: str) -> None:
        # A client that asks for the port of a server that is down may get it as its own.
        for _ in range(_STARTS):
            with contextlib.suppress(ServiceError):
                return self._parts[name][1]()
        raise AssertionError(f"{name} does not start again")

    @property
    def _parts(self) -> dict[str, tuple[Service, Callable[[], None]]]:
        """Each process, and how it is started."""
        services = {"platform": self._platform, "redis": self.feeds.redis}
        services |= {each.name: each for each in self.feeds.providers}
        parts = {name: (service, service.start) for name, service in services.items()}
        return parts | {"s3": (self.s3.service, self.s3.start)}


def _platform(data: Path, port: int) -> Service:
    return Service(
        name="platform",
        argv=[sys.executable, "-m", "localwhisk", "--port", str(port), "--data", str(data)],
        log=data.with_suffix(".log"),
        ready=r"localwhisk listens on (http://\S+)",
        environment={"LOCALWHISK_LIMITS": BOUNDLESS},
    )
