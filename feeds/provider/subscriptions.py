"""Subscriptions in Redis and their life cycle: what the feed actions do, and READ shows."""

import hashlib
import json
import secrets as randomness
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import redis

from feeds.provider import scripts
from feeds.provider.hints import store_time, topic_key
from feeds.provider.secrets import Cipher, SealError
from feeds.provider.status import status
from findme.store import text

_AUTH_KEY = ""  # beside the secret options in what is sealed: no option has an empty name


class UnknownSubscriptionError(Exception):
    """There is no subscription for this trigger."""


@dataclass(frozen=True)
class Spec:
    """What a trigger asks for.

    `options` are validated ones, `secret` names those to encrypt, `auth_key` is what the trigger is
    fired with (`uuid:key`), and `topic` is what a hint names: for s3 the bucket.
    """

    source: str
    options: Mapping[str, Any]
    secret: frozenset[str]
    auth_key: str
    topic: str = ""

    def masked(self) -> dict[str, Any]:
        """The options for showing them."""
        return {k: "***" if k in self.secret else v for k, v in self.options.items()}


class Subscriptions:
    """All subscriptions in one store. Triggers are named `/namespace/name`.

    `clock` answers seconds since the epoch; without one, the time is the store's own.
    """

    def __init__(
        self, store: redis.Redis, cipher: Cipher, clock: Callable[[], float] | None = None
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._clock = clock or (lambda: store_time(store))

    def create(self, trigger: str, spec: Spec) -> None:
        """Follow a source for a trigger; whatever was there for this trigger is gone."""
        first = (self._clock(), _topic_of(spec), randomness.token_hex(8))
        self._run(scripts.CREATE, trigger, *first, "trigger", trigger, *self._fields(spec))

    def get(self, trigger: str) -> Spec:
        """Raises UnknownSubscriptionError; SealError where the key is another."""
        raw = self._store.hgetall(scripts.subscription(identifier(trigger)))
        if not raw:
            raise UnknownSubscriptionError(trigger)
        return opened(self._cipher, cast("dict[bytes, bytes]", raw))

    def update(
        self, trigger: str, spec: Spec, *, keep_state: bool = True, retry_dead: bool = False
    ) -> None:
        """Replace what was asked for, and poll at once; raises UnknownSubscriptionError.

        `keep_state` goes on from the snapshot and the cursor, which is right as long as the options
        name the same things. `retry_dead` puts the dead letters back. Waiting events stay, and a
        paused feed stays paused.
        """
        flags = (int(keep_state), int(retry_dead))
        fields = self._fields(spec)
        self._known(scripts.UPDATE, trigger, self._clock(), _topic_of(spec), *flags, *fields)

    def pause(self, trigger: str, message: str = "paused by its owner") -> None:
        """Stop polling and delivering, and keep everything; raises UnknownSubscriptionError."""
        self._known(scripts.PAUSE, trigger, reason("request", message, self._clock()))

    def unpause(self, trigger: str) -> None:
        """Go on from where it stopped, at once; raises UnknownSubscriptionError."""
        self._known(scripts.UNPAUSE, trigger, self._clock())

    def delete(self, trigger: str) -> bool:
        """Leave no key behind, whatever is under way; answers whether there was anything."""
        return bool(self._run(scripts.DELETE, trigger))

    def status(self, trigger: str) -> dict[str, Any]:
        """What READ shows beside the options; raises UnknownSubscriptionError."""
        found = status(self._store, identifier(trigger), self._clock())
        if found is None:
            raise UnknownSubscriptionError(trigger)
        return found

    def reseal(self) -> int:
        """Seal everything with the cipher's first key; answers how many no key opens."""
        script, unopened = self._store.register_script(scripts.RESEAL), 0
        for sub in [text(member) for member in self._store.smembers(scripts.ALL)]:
            sealed = self._store.hget(scripts.subscription(sub), "sealed")
            try:
                fresh = self._cipher.reseal(sealed) if isinstance(sealed, bytes) else b""
            except SealError:
                unopened += 1
            else:
                script(scripts.keys(sub), [sub, sealed or b"", fresh])
        return unopened

    def _fields(self, spec: Spec) -> list[str | bytes]:
        clear = {k: v for k, v in spec.options.items() if k not in spec.secret}
        hidden = {k: v for k, v in spec.options.items() if k in spec.secret}
        sealed = self._cipher.seal({**hidden, _AUTH_KEY: spec.auth_key})
        return ["source", spec.source, "options", json.dumps(clear), "sealed", sealed]

    def _run(self, script: str, trigger: str, *arguments: str | bytes | float) -> int:
        sub = identifier(trigger)
        answer: int = self._store.register_script(script)(scripts.keys(sub), [sub, *arguments])
        return answer

    def _known(self, script: str, trigger: str, *arguments: str | bytes | float) -> None:
        if not self._run(script, trigger, *arguments):
            raise UnknownSubscriptionError(trigger)


def opened(cipher: Cipher, fields: Mapping[bytes, bytes]) -> Spec:
    """What the hash of a subscription holds; raises SealError."""
    sealed = cipher.open(fields[b"sealed"])
    auth_key, source = sealed.pop(_AUTH_KEY), fields[b"source"].decode()
    return Spec(
        source=source,
        options={**json.loads(fields[b"options"]), **sealed},
        secret=frozenset(sealed),
        auth_key=auth_key,
        topic=fields[b"topic"].decode().removeprefix(topic_key(source, "")),
    )


def identifier(trigger: str) -> str:
    """The id of the one subscription that a trigger can have."""
    return hashlib.sha256(trigger.encode()).hexdigest()[:24]


def reason(code: str, message: str, at: float) -> str:
    """Of a pause or a failure, as READ shows it."""
    return json.dumps({"code": code, "message": message, "at": at})


def _topic_of(spec: Spec) -> str:
    return topic_key(spec.source, spec.topic) if spec.topic else ""
