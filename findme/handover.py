"""How a verified request gets from the guard to its handler without standing in any record.

OpenWhisk keeps what every action answers, so the guard answers a ticket only; the request waits in
Redis, for two minutes at most, until its handler takes it.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import redis

from findme.store import person_key, request_key, text, ticket_for, veiled_key

_KEPT_S = 120
_TICKET = re.compile(r"[0-9a-f]+\.[0-9a-f]+")

# request, the person's requests, forgotten-mark; head, body, seconds, ticket
_PARK = """
redis.call('HSET', KEYS[1], 'head', ARGV[1], 'body', ARGV[2],
  'epoch', redis.call('GET', KEYS[3]) or '')
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""


@dataclass(frozen=True)
class VerifiedRequest:
    """A caller's request with the subject and scopes that the guard found for it.

    `method` is in lower case. `epoch` is the person's forgotten-mark at that moment, empty where
    there was none: a write that comes after a deletion is told from one that came before by it.
    None: no guard has noted one, as in a request that an operator writes.
    """

    subject: str
    scopes: tuple[str, ...]
    method: str
    path: str
    query: str
    content_type: str
    body: bytes
    epoch: str | None = ""

    def head(self) -> dict[str, Any]:
        """All but the body and the epoch."""
        return {
            "subject": self.subject,
            "scopes": list(self.scopes),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "content_type": self.content_type,
        }

    def inline(self) -> dict[str, Any]:
        """As JSON, for a handler that does not share our Redis."""
        return self.head() | {"body": base64.b64encode(self.body).decode()}

    @classmethod
    def of(
        cls, head: Mapping[str, Any], body: bytes, epoch: str | None = None
    ) -> "VerifiedRequest":
        """What `head` gave, with only its subject required; raises ValueError without one."""
        subject = head.get("subject")
        if not isinstance(subject, str) or not subject:
            raise ValueError("a verified request has a subject")
        return cls(
            subject=subject,
            scopes=tuple(str(scope) for scope in head.get("scopes") or ()),
            method=str(head.get("method") or "").lower(),
            path=str(head.get("path") or ""),
            query=str(head.get("query") or ""),
            content_type=str(head.get("content_type") or ""),
            body=body,
            epoch=epoch,
        )


@dataclass(frozen=True)
class Handover:
    """The requests that wait in one Redis. With a pipeline, `park` becomes a part of it."""

    store: redis.Redis

    def park(self, request: VerifiedRequest) -> str:
        """Put the request aside with the person's present epoch; the ticket to take it with."""
        ticket = ticket_for(request.subject)
        keys = (
            request_key(ticket),
            person_key(request.subject, "requests"),
            veiled_key("forgotten", request.subject),
        )
        head, body = json.dumps(request.head()), cast(str, request.body)
        self.store.eval(_PARK, len(keys), *keys, head, body, str(_KEPT_S), ticket)
        return ticket

    def take(self, ticket: str) -> VerifiedRequest | None:
        """The request, once; None when it was taken, has expired, or was forgotten."""
        if not _TICKET.fullmatch(ticket):
            return None
        with self.store.pipeline(transaction=True) as pipeline:
            pipeline.hmget(request_key(ticket), "head", "body", "epoch")
            pipeline.delete(request_key(ticket))
            (head, body, epoch), _ = pipeline.execute()
        if head is None:
            return None
        request = VerifiedRequest.of(json.loads(head), body, text(epoch))
        self.store.srem(person_key(request.subject, "requests"), ticket)
        return request
