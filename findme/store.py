"""The connection to Redis, kept while an action's process stays warm."""

import hashlib
import secrets
from functools import cache

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from findme.errors import SettingError

PREFIX = "findme:"


@cache
def connect(url: str) -> redis.Redis:
    """A client for `url` (redis://, rediss:// or unix://); replies are bytes.

    A lost connection is retried for about a second: every script of ours may run twice. Raises
    SettingError for an address that cannot be read, without the password in it.
    """
    try:
        return redis.Redis.from_url(
            url,
            socket_connect_timeout=2,
            socket_timeout=5,
            retry=Retry(ExponentialBackoff(cap=0.4, base=0.05), retries=4),
        )
    except ValueError:
        message = "the parameter redis_url is no address: write / # ? in a password as %2F %23 %3F"
        raise SettingError(message) from None


def person_key(subject: str, part: str) -> str:
    """Where a part of what is held about a person stands."""
    return f"{PREFIX}person:{{{_bucket(subject)}}}:{subject}:{part}"


def veiled_key(kind: str, subject: str) -> str:
    """A key for what outlives a deletion by minutes: its name does not tell whose it is.

    It is in the same slot of a Redis cluster as the person's keys, so that one script sees both.
    """
    veil = hashlib.sha256(f"{kind}\n{subject}".encode()).hexdigest()[:32]
    return f"{PREFIX}{kind}:{{{_bucket(subject)}}}:{veil}"


def request_key(ticket: str) -> str:
    """Where a request waits between the guard and its handler."""
    bucket, _, name = ticket.partition(".")
    return f"{PREFIX}request:{{{bucket}}}:{name}"


def ticket_for(subject: str) -> str:
    """A name nobody can guess, for a request of this person: see `request_key`."""
    return f"{_bucket(subject)}.{secrets.token_hex(16)}"


def _bucket(subject: str) -> str:
    # Too few bits to tell people apart, enough to spread them over a cluster.
    return hashlib.sha256(subject.encode()).hexdigest()[:3]


def text(value: bytes | str) -> str:
    """A reply as text; redis-py types every reply as either."""
    return value if isinstance(value, str) else value.decode()
