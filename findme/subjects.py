"""The signed-in person: their consent, reference photos' reports, and cached encodings.

An encoding is 128 little-endian float32 (512 bytes), stored under the model that made it; another
model never reads it. Everything here expires together.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import redis

from findme import epochs
from findme.store import person_key, text

ENCODING_BYTES = 512

# profile, references, encodings; version, now, expiry
_AGREE = """
if redis.call('HGET', KEYS[1], 'consent') ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'consent', ARGV[1], 'consented', ARGV[2])
end
redis.call('HSET', KEYS[1], 'expires', ARGV[3])
for i = 1, #KEYS do redis.call('EXPIREAT', KEYS[i], math.floor(tonumber(ARGV[3]))) end
return 1
"""

# profile, references, encodings; model, then (id, report, encoding) for each; nil: no consent
_ADD = """
local expires = redis.call('HGET', KEYS[1], 'expires')
if not expires then return nil end
for i = 2, #ARGV, 3 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[3], ARGV[1] .. '/' .. ARGV[i], ARGV[i + 2])
end
for i = 2, #KEYS do redis.call('EXPIREAT', KEYS[i], math.floor(tonumber(expires))) end
return 1
"""


def subject_of(issuer: str, name: str) -> str:
    """The key of a person: opaque, the same for the same issuer and name."""
    return hashlib.sha256(f"{issuer}\n{name}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Profile:
    """What a person has agreed to, when, and until when it is kept with their references."""

    consent: str
    consented: float
    expires: float
    references: int


@dataclass(frozen=True)
class Subjects:
    """The people in one Redis. Times are seconds since the epoch, from `clock`.

    Who writes raises ForgottenError where the person was forgotten since `epoch` (findme.epochs).
    """

    store: redis.Redis
    clock: Callable[[], float]

    def agree(self, subject: str, version: str, keep_s: float, *, epoch: str | None = None) -> None:
        """Record the consent; everything held here then lives `keep_s` seconds more."""
        now = self.clock()
        self._write(_AGREE, subject, epoch, version, now, now + keep_s)

    def add_references(
        self,
        subject: str,
        model: str,
        references: Mapping[str, tuple[Mapping[str, Any], bytes]],
        *,
        epoch: str | None = None,
    ) -> None:
        """Keep references by id, their report and encoding, as long as the consent given before."""
        lines: list[str | bytes] = []
        for reference, (report, encoding) in references.items():
            if len(encoding) != ENCODING_BYTES:
                raise ValueError(f"an encoding has {ENCODING_BYTES} bytes")
            lines += [reference, json.dumps(dict(report)), encoding]
        self._write(_ADD, subject, epoch, model, *lines)

    def profile(self, subject: str) -> Profile | None:
        """None for a person who has agreed to nothing, or whose consent has expired."""
        profile, references, _ = keys(subject)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.hmget(profile, ["consent", "consented", "expires"])
            pipeline.hlen(references)
            (version, consented, expires), count = pipeline.execute()
        if version is None:
            return None
        return Profile(text(version), float(consented), float(expires), count)

    def references(self, subject: str) -> dict[str, dict[str, Any]]:
        """The report on each reference photo, by the reference's id."""
        held = self.store.hgetall(keys(subject)[1])
        return {text(name): json.loads(report) for name, report in sorted(held.items())}

    def encodings(self, subject: str, model: str) -> list[bytes]:
        """The person's encodings made by `model`, 512 bytes each."""
        held = self.all_encodings(subject)
        return [encoding for made_by, _, encoding in held if made_by == model]

    def all_encodings(self, subject: str) -> list[tuple[str, str, bytes]]:
        """Model, reference and encoding of everything held, other models' included."""
        held = self.store.hgetall(keys(subject)[2])
        named = ((text(name).rpartition("/"), value) for name, value in sorted(held.items()))
        return [(model, reference, cast(bytes, value)) for (model, _, reference), value in named]

    def _write(self, script: str, subject: str, epoch: str | None, *arguments: Any) -> None:
        epochs.write(self.store, subject, epoch, script, keys(subject), *arguments)


def keys(subject: str) -> tuple[str, str, str]:
    """The profile (hash), the references' reports (id → JSON), the encodings (model/id → bytes)."""
    return (
        person_key(subject, "profile"),
        person_key(subject, "references"),
        person_key(subject, "encodings"),
    )
