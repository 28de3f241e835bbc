"""The provider's options, each beside its environment variable, read once."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feeds.provider.sources import SOURCES


@dataclass(frozen=True)
class Config:
    redis_url: str = field(repr=False)
    keys: str = field(repr=False)
    api_host: str
    listen: tuple[str, int]
    workers: int
    lease_seconds: float
    attempts: int
    sources: Mapping[str, str]

    @classmethod
    def read(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> "Config":
        """Exits with a message that names the option and the remedy."""
        parser = _parser(environment)
        given = parser.parse_args(arguments)
        if not given.redis_url:
            parser.error("say where the store is: --redis-url or REDIS_URL, redis://host:port/0")
        if not given.api_host:
            parser.error("say where the platform is: --api-host or FEEDS_API_HOST")
        if not environment.get("FEEDS_KEY"):
            parser.error("set FEEDS_KEY to the key that the feed actions seal secrets with")
        return cls(
            redis_url=given.redis_url,
            keys=environment["FEEDS_KEY"],
            api_host=given.api_host,
            listen=given.listen,
            workers=given.workers,
            lease_seconds=given.lease_seconds,
            attempts=given.attempts,
            sources={**SOURCES, **dict(given.source)},
        )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m feeds.provider",
        description="Follows event sources and fires triggers. Secrets of subscriptions are sealed "
        "with the first key in FEEDS_KEY (commas between), and opened with any of them.",
    )

    def option(name: str, variable: str, default: str, **more: object) -> None:
        value = environment.get(variable) or default
        parser.add_argument(name, default=value, **more)  # type: ignore[arg-type]

    option("--redis-url", "REDIS_URL", "", help="the store (REDIS_URL)")
    option("--api-host", "FEEDS_API_HOST", "", help="the platform (FEEDS_API_HOST)")
    option("--listen", "FEEDS_LISTEN", "127.0.0.1:8095", type=_address, metavar="HOST:PORT",
           help="where /health and /metrics are (FEEDS_LISTEN); default %(default)s")  # fmt: skip
    option("--workers", "FEEDS_WORKERS", "8", type=_count,
           help="polls at a time, and deliveries (FEEDS_WORKERS); default %(default)s")  # fmt: skip
    option("--lease-seconds", "FEEDS_LEASE_SECONDS", "10", type=_seconds, metavar="SECONDS",
           help="after so long another provider takes over (FEEDS_LEASE_SECONDS); "
           "default %(default)s")  # fmt: skip
    option("--attempts", "FEEDS_ATTEMPTS", "12", type=_count,
           help="how often an event is refused before it is a dead letter (FEEDS_ATTEMPTS); "
           "default %(default)s")  # fmt: skip
    parser.add_argument(
        "--source", action="append", default=[], type=_source, metavar="NAME=MODULE:CLASS",
        help="a further event source; may be repeated",
    )  # fmt: skip
    return parser


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _seconds(text: str) -> float:
    if not (number := float(text)) > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isdecimal()):
        raise argparse.ArgumentTypeError("write host:port, such as 127.0.0.1:8095")
    return host.strip("[]"), int(port)


def _source(text: str) -> tuple[str, str]:
    name, _, place = text.partition("=")
    if not (name and ":" in place):
        raise argparse.ArgumentTypeError("write name=module:class")
    return name, place
