"""API keys: for a person's own machines, which cannot sign in.

The caller makes the key and sends its SHA-256 only, so that no key is ever in our hands, but in the
header of a request that uses it. Rotation lets the former key serve on beside the new one.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

import redis

from findme.bearer import Caller
from findme.epochs import ForgottenError
from findme.errors import RequestError
from findme.store import PREFIX, person_key, text, veiled_key

_PREFIX = "findme_"
_KEY = re.compile(_PREFIX + r"[A-Za-z0-9_-]{43,128}")  # 32 bytes as base64url have 43 characters
_MOST_NAMES = 10

# The last key, and the one before it.
SLOTS = ("primary", "secondary")


@dataclass(frozen=True)
class Slot:
    """One key of a name: `digest` in hex, times in seconds since the epoch."""

    digest: str
    scopes: list[str]
    created: float
    expires: float


Names = dict[str, list[Slot]]
"""A person's keys by name, the primary first."""

Held = Mapping[bytes, bytes]


def is_api_key(token: str) -> bool:
    return token.startswith(_PREFIX)


@dataclass(frozen=True)
class ApiKeys:
    """The keys in one Redis.

    A person's names and slots are with what is held about them. A digest leads, by a pointer that
    names nobody, to a record there too, so that a deletion takes all of it in one step.
    """

    store: redis.Redis
    clock: Callable[[], float]

    def caller(self, key: str) -> Caller | None:
        """Whom the key acts for, None where it is unknown, expired or revoked."""
        if not _KEY.fullmatch(key):
            return None
        record = self.store.get(_pointer(hashlib.sha256(key.encode()).hexdigest()))
        held = self.store.get(text(record)) if record else None
        if not held:
            return None
        terms = json.loads(cast(bytes, held))
        if terms["expires"] <= self.clock():
            return None
        return Caller(terms["subject"], tuple(terms["scopes"]))

    def names(self, subject: str) -> Names:
        """The person's keys that have not expired."""
        return self._live(cast(Held, self.store.hgetall(_names_key(subject))))

    def put(self, subject: str, epoch: str | None, name: str, new: Slot) -> None:
        """Keep a key as the primary of its name; the former one becomes the secondary.

        Raises RequestError: 400 for a key that has been used otherwise, 409 for too many names or
        for a person who was forgotten since `epoch`.
        """
        pointer, record = _pointer(new.digest), _record(subject, new.digest)
        if not self.store.set(pointer, record, nx=True, exat=int(new.expires)):
            if text(self.store.get(pointer) or b"") != record:
                raise _used()
            self.store.expireat(pointer, int(new.expires))
        try:
            self._change(subject, lambda names: placed(names, name, new), epoch)
        except RequestError:
            if not self.store.exists(record):
                self.store.delete(pointer)
            raise

    def revoke(self, subject: str, name: str) -> None:
        """Forget a name and both its keys; raises RequestError 404 where there is none such."""
        self._change(subject, lambda names: without(names, name))

    def forget(self, subject: str) -> int:
        """Forget all of the person's keys; how many there were."""
        return self._change(subject, lambda _: {})

    def _change(
        self, subject: str, change: Callable[[Names], Names], epoch: str | None = None
    ) -> int:
        """Put what `change` makes of the person's names in their place; how many keys went."""
        listed, mark = _names_key(subject), veiled_key("forgotten", subject)
        gone: set[str] = set()

        def write(pipeline: Any) -> None:
            marked = pipeline.get(mark)
            if epoch is not None and marked and text(marked) != epoch:
                raise ForgottenError
            before = self._live(pipeline.hgetall(listed))
            after = change(before)
            gone.clear()
            gone.update(_digests(before) - _digests(after))
            pipeline.multi()
            pipeline.delete(listed, *(_record(subject, digest) for digest in gone))
            _keep(pipeline, subject, after)

        self.store.transaction(write, listed, mark)
        for digest in gone:
            self.store.delete(_pointer(digest))
        return len(gone)

    def _live(self, held: Held) -> Names:
        now = self.clock()
        names: Names = {}
        for name, kept in held.items():
            slots = [Slot(**slot) for slot in json.loads(kept)]
            names[text(name)] = [slot for slot in slots if slot.expires > now]
        return {name: slots for name, slots in names.items() if slots}


def placed(names: Names, name: str, new: Slot) -> Names:
    """The names after `new` came in; the same key sent again only changes its terms."""
    former = names.get(name, [])
    rest = {other: slots for other, slots in names.items() if other != name}
    if new.digest in _digests(rest):
        raise _used()
    if len(rest) >= _MOST_NAMES:
        message = f"you have {_MOST_NAMES} API keys: revoke one first"
        raise RequestError(409, "too_many_keys", message)
    slots = [new, *(slot for slot in former if slot.digest != new.digest)]
    return rest | {name: slots[: len(SLOTS)]}


def without(names: Names, name: str) -> Names:
    if name not in names:
        raise RequestError(404, "unknown_key", "you have no API key of this name", "name")
    return {other: slots for other, slots in names.items() if other != name}


def _keep(pipeline: Any, subject: str, names: Names) -> None:
    for name, slots in names.items():
        pipeline.hset(_names_key(subject), name, json.dumps([asdict(slot) for slot in slots]))
        for slot in slots:
            terms = {"subject": subject, "scopes": slot.scopes, "expires": slot.expires}
            record = _record(subject, slot.digest)
            pipeline.set(record, json.dumps(terms), exat=int(slot.expires))
    if names:
        last = max(slot.expires for slots in names.values() for slot in slots)
        pipeline.expireat(_names_key(subject), int(last))


def _digests(names: Names) -> set[str]:
    return {slot.digest for slots in names.values() for slot in slots}


def _names_key(subject: str) -> str:
    return person_key(subject, "api_keys")


def _pointer(digest: str) -> str:
    return f"{PREFIX}api_key:{digest}"


def _record(subject: str, digest: str) -> str:
    return veiled_key(f"api_key_of_{digest}", subject)


def _used() -> RequestError:
    message = "sha256 belongs to a key that is in use already: make a new key"
    return RequestError(400, "bad_field", message, "sha256")
