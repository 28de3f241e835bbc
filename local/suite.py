"""FindMe on one machine: Redis, localwhisk, the page with its issuer, and the deployed manifest."""

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import bundle, data, feeds, redis_server, sample
from local.data import ROOT
from local.deploy import deploy, deploy_with_wskdeploy
from local.issuer import AUDIENCE
from local.services import Service, ServiceError, free_port
from local.sign_in import SignIn

# What was deleted stays in the store's file until it is rewritten.
_COMPACT_SECONDS = 3600

ML_IMAGE = "findme/python-ml"


@dataclass(frozen=True)
class Suite:
    """A running suite: its addresses, the file that `wsk` reads, and its processes."""

    api_host: str
    page: str
    issuer: str
    redis_url: str
    wskprops: Path
    services: tuple[Service, ...]

    @property
    def api(self) -> str:
        """Where the public routes are."""
        return f"{self.api_host}/api/v1/web/guest/findme-api"

    def watch(self) -> None:
        """Start again whatever has died; never returns."""
        compacted = time.monotonic()
        while True:
            if not redis_server.given() and time.monotonic() - compacted > _COMPACT_SECONDS:
                redis_server.compact(self.redis_url)
                compacted = time.monotonic()
            for service in self.services:
                if not service.alive:
                    print(f"{service.name} died and is started again; see {service.log}")
                    service.start()
            time.sleep(0.5)


@contextmanager
def running(
    state: Path,
    *,
    port: int,
    page_port: int,
    sign_in: Path | None = None,
    with_feeds: bool = False,
) -> Iterator[Suite]:
    """Start everything with its state under `state`, deploy, and stop everything at the end.

    A port of 0 is any free one; `sign_in` names another OpenID provider than the local issuer
    (docs/sign-in.md). With feeds, their provider runs too, and follows the bucket `photos` under
    `state`. Raises ServiceError.
    """
    data.ensure()
    bundle.ensure("local")
    state.mkdir(parents=True, exist_ok=True)
    with _alone(state):
        yield from _Assembly(state, port, page_port, sign_in, with_feeds).run()


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Two stores in one folder would write into each other's files."""
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"another suite keeps its state in {state}: stop it, or set STATE to a folder"
            raise ServiceError(message) from error
        yield


@dataclass(frozen=True)
class _Assembly:
    state: Path
    port: int
    page_port: int
    sign_in: Path | None
    with_feeds: bool

    def run(self) -> Iterator[Suite]:
        page = f"http://127.0.0.1:{self.page_port or free_port()}"
        issuer = _issuer(page, self.sign_in)
        sample.build(self.state / "album", f"{page}/album")
        services: list[Service] = []
        try:
            redis_url = redis_server.given()
            if not redis_url:
                store, redis_url = redis_server.embedded(self.state)
                _start(store, services)
            host = _start(self._localwhisk(), services)
            _start(self._site(page, host.address), services)
            if self.with_feeds:
                _start(feeds.provider(self.state, redis_url, host.address), services)
            properties = self.state / "wskprops"
            suite = Suite(host.address, page, issuer, redis_url, properties, tuple(services))
            self._deploy(suite)
            yield suite
        finally:
            for service in reversed(services):
                service.stop()

    def _localwhisk(self) -> Service:
        return Service(
            name="localwhisk",
            argv=[sys.executable, "-m", "localwhisk", "--port", str(self.port or free_port())]
            + ["--data", str(self.state / "localwhisk"), "--runtime"]
            + [f"python:3.11={stock_python()}", "--image", f"{ML_IMAGE}={sys.executable}"],
            log=self.state / "logs" / "localwhisk.log",
            ready=r"localwhisk listens on (http://\S+)",
        )

    def _site(self, page: str, api_host: str) -> Service:
        more = ["--sign-in", str(self.sign_in)] if self.sign_in else []
        more += ["--bucket", str(feeds.folder(self.state))] if self.with_feeds else []
        return Service(
            name="page",
            argv=[sys.executable, "-m", "local.site", "--port", page.rpartition(":")[2]]
            + ["--api", api_host, "--album", str(self.state / "album")]
            + ["--key", str(self.state / "issuer.key"), *more],
            log=self.state / "logs" / "page.log",
            ready=r"page at (http://\S+)",
        )

    def _deploy(self, suite: Suite) -> None:
        auth = (self.state / "localwhisk" / "auth").read_text().strip()
        suite.wskprops.touch(mode=0o600)
        suite.wskprops.write_text(f"APIHOST={suite.api_host}\nAUTH={auth}\nNAMESPACE=_\n")
        deployer = deploy_with_wskdeploy if shutil.which("wskdeploy") else deploy
        environment = {**os.environ, **_manifest_variables(suite)}
        bucket = feeds.watched(suite.page) if self.with_feeds else feeds.unwatched()
        if self.with_feeds:
            secrets = feeds.variables(self.state)
            deployer(ROOT / "feeds.yaml", suite.api_host, auth, environment | secrets)
        deployer(ROOT / "manifest.yaml", suite.api_host, auth, environment | bucket)


def _issuer(page: str, sign_in: Path | None) -> str:
    if sign_in is None:
        return SignIn.local(page).issuer
    try:
        return SignIn.read(sign_in).issuer
    except ValueError as error:
        raise ServiceError(str(error)) from error


def _start(service: Service, services: list[Service]) -> Service:
    service.start()
    services.append(service)
    return service


def stock_python() -> str:
    """The interpreter outside the virtual environment: it stands in for OpenWhisk's python:3.11."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def _manifest_variables(suite: Suite) -> Mapping[str, str]:
    return {
        "REDIS_URL": suite.redis_url,
        "FINDME_ISSUER": suite.issuer,
        "FINDME_AUDIENCE": AUDIENCE,
        "FINDME_ALLOW_ORIGINS": suite.page,
        "FINDME_ALLOW_HOSTS": suite.page.partition("://")[2],
    }
