"""A Redis and providers of its own, and subscriptions to what lies in an S3 server."""

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from hashlib import md5
from pathlib import Path
from typing import Any, Self

import redis
from cryptography.fernet import Fernet

from feeds.provider.secrets import Cipher
from feeds.provider.sources.s3 import S3
from feeds.provider.subscriptions import Spec, Subscriptions
from local import redis_server
from local.services import Service
from tests.feeds.s3_server import REGION, S3Server


class Feeds:
    """Every event is fired at `api_host`, whoever that is. The providers are started apart."""

    def __init__(self, folder: Path, api_host: str, *, providers: int, lease_s: float = 10) -> None:
        self._open = ExitStack()
        self.redis, url = redis_server.embedded(folder)
        seal = Fernet.generate_key().decode()
        self.store = self._open.enter_context(redis.Redis.from_url(url))
        self.subscriptions = Subscriptions(self.store, Cipher(seal))
        environment = {"REDIS_URL": url, "FEEDS_KEY": seal}
        self.providers = [
            _provider(folder / f"provider-{number}.log", api_host, lease_s, environment)
            for number in range(1, providers + 1)
        ]

    def __enter__(self) -> Self:
        self.redis.start()
        self._open.callback(self.redis.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def start_providers(self) -> None:
        for provider in self.providers:
            self._open.callback(provider.stop)
            provider.start()

    def stop_providers(self) -> None:
        for provider in self.providers:
            provider.stop()

    def follow(self, trigger: str, server: S3Server, auth_key: str, **options: Any) -> None:
        """`options` may name an endpoint that stands before the server."""
        source = S3()
        given = {
            "s3_endpoint": server.url,
            "region": REGION,
            "access_key_id": server.access_key,
            "secret_access_key": server.secret_key,
            **options,
        }
        validated = source.validate(given)
        spec = Spec("s3", validated, source.secrets, auth_key, topic=validated["bucket"])
        self.subscriptions.create(f"/guest/{trigger}", spec)

    def status(self, trigger: str) -> dict[str, Any]:
        return self.subscriptions.status(f"/guest/{trigger}")


def store_directly(bucket: Path, keys: Iterable[str]) -> None:
    """Objects as versitygw stores them, at the speed of the disk."""
    for key in keys:
        content = f"first content of {key}".encode()
        file = bucket / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.setxattr(file, "user.etag", f'"{md5(content).hexdigest()}"'.encode())


def _provider(log: Path, api_host: str, lease_s: float, environment: Mapping[str, str]) -> Service:
    argv = [sys.executable, "-m", "feeds.provider", "--api-host", api_host]
    argv += ["--listen", "127.0.0.1:0", "--lease-seconds", str(lease_s)]
    ready = r"the feed provider answers on (http://\S+)"
    return Service(log.stem, argv, log, ready, environment)
