"""An activation from its start to its record."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from localwhisk.auth import Identity
from localwhisk.records import Record, response
from localwhisk.resolve import Target
from localwhisk.wire import Document


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Activation:
    caller: Identity
    """Whose namespace the record is kept under, and whose key the action may be given."""
    transaction: str
    received: int
    """When it was asked for, ms since the epoch."""
    cause: str | None = None
    """The activation of the sequence that this is a step of."""
    id: str = field(default_factory=new_id)

    def step(self, received: int) -> "Activation":
        return Activation(self.caller, self.transaction, received, cause=self.id)

    def record(
        self,
        target: Target,
        *,
        span: tuple[int, int],
        duration: int,
        answer: tuple[int, Any, int],
        logs: list[str],
        annotations: Document,
    ) -> Record:
        """`span` is (start, end); `answer` is status code, result and size in bytes."""
        document = {
            **self.envelope(target.document),
            "start": span[0],
            "end": span[1],
            "duration": duration,
            "response": response(*answer),
            "logs": logs,
            "annotations": [
                {"key": key, "value": value}
                for key, value in {**self._marks(target, span[0]), **annotations}.items()
            ],
        }
        if self.cause:
            document["cause"] = self.cause
        return Record(document, answer[0])

    def _marks(self, target: Target, start: int) -> Document:
        action = target.document
        marks: Document = {
            "path": target.reference.id,
            "kind": action["exec"]["kind"],
            "limits": action["limits"],
            "waitTime": max(0, start - self.received),
        }
        if self.cause:
            marks["causedBy"] = "sequence"
        if target.binding:
            marks["binding"] = target.binding
        return marks

    def envelope(self, entity: Document) -> Document:
        return {
            "namespace": self.caller.namespace,
            "name": entity["name"],
            "version": entity["version"],
            "publish": False,
            "subject": self.caller.namespace,
            "activationId": self.id,
        }
