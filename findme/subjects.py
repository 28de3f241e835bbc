"""The signed-in person: their consent, reference photos' reports, and cached encodings.

An encoding is 128 little-endian float32 (512 bytes), stored under the model that made it; another
model never reads it. Everything lives under one prefix, expires together, and is deleted together.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import redis

from findme.store import PREFIX, text

ENCODING_BYTES = 512

# An upload waits here between the guard and the handler of one request.
_UPLOAD_SECONDS = 120


def subject_of(issuer: str, name: str) -> str:
    """The key of a person: opaque, the same for the same issuer and name."""
    return hashlib.sha256(f"{issuer}\n{name}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Subjects:
    """The people in one Redis. Times are seconds since the epoch, from `clock`."""

    store: redis.Redis
    clock: Callable[[], float]

    def add_references(
        self,
        subject: str,
        consent: str,
        model: str,
        references: Mapping[str, tuple[Mapping[str, Any], bytes]],
        keep_s: float,
    ) -> None:
        """Record the consent with its version, and references by id: their report and encoding.

        Everything held about the person then lives `keep_s` seconds more.
        """
        now = self.clock()
        expires = now + keep_s
        profile = {"consent": consent, "consented": now, "expires": expires}
        person, reports, encodings = self._kept(subject)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.hset(person, mapping=cast(Any, profile))
            for reference, (report, encoding) in references.items():
                if len(encoding) != ENCODING_BYTES:
                    raise ValueError(f"an encoding has {ENCODING_BYTES} bytes")
                pipeline.hset(reports, reference, json.dumps(dict(report)))
                pipeline.hset(encodings, f"{model}/{reference}", cast(Any, encoding))
            for key in (person, reports, encodings):
                pipeline.expireat(key, int(expires))
            pipeline.execute()

    def encodings(self, subject: str, model: str) -> list[bytes]:
        """The person's encodings made by `model`, 512 bytes each."""
        _, _, encodings = self._kept(subject)
        prefix = f"{model}/"
        held = self.store.hgetall(encodings).items()
        return [cast(bytes, value) for name, value in held if text(name).startswith(prefix)]

    def held(self, subject: str) -> tuple[int, float]:
        """How many references are held, and until when (0 where there are none)."""
        person, reports, _ = self._kept(subject)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.hlen(reports)
            pipeline.hget(person, "expires")
            count, expires = pipeline.execute()
        return count, float(expires or 0)

    def keep_upload(self, subject: str, body: bytes) -> str:
        """Put a request's body aside for its handler, out of the activation's record."""
        ticket = secrets.token_hex(16)
        key = self._uploads(subject)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, ticket, cast(Any, body))
            pipeline.expire(key, _UPLOAD_SECONDS)
            pipeline.execute()
        return ticket

    def take_upload(self, subject: str, ticket: str) -> bytes | None:
        """The body put aside, once; None when it has gone."""
        key = self._uploads(subject)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.hget(key, ticket)
            pipeline.hdel(key, ticket)
            return cast(bytes | None, pipeline.execute()[0])

    def forget(self, subject: str) -> dict[str, int]:
        """Delete the consent, the reports, the encodings and any upload; answers how many."""
        person, reports, encodings = self._kept(subject)
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.exists(person)
            pipeline.hlen(reports)
            pipeline.hlen(encodings)
            pipeline.delete(person, reports, encodings, self._uploads(subject))
            consents, references, held, _ = pipeline.execute()
        return {"consents": consents, "references": references, "encodings": held}

    @staticmethod
    def _kept(subject: str) -> tuple[str, str, str]:
        person = f"{PREFIX}subject:{{{subject}}}"
        return person, f"{person}:references", f"{person}:encodings"

    @staticmethod
    def _uploads(subject: str) -> str:
        return f"{PREFIX}subject:{{{subject}}}:uploads"
