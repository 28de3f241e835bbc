"""An activation, from its start to its record."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localwhisk import parameters
from localwhisk.auth import Identity
from localwhisk.runtime import Outcome
from localwhisk.wire import Document

if TYPE_CHECKING:
    from localwhisk.resolve import Target

STATUS = ("success", "application error", "action developer error", "whisk internal error")
SUCCESS, APPLICATION_ERROR, DEVELOPER_ERROR, WHISK_ERROR = range(4)


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Record:
    """A complete activation, as GET shows it."""

    document: Document
    code: int | None = SUCCESS
    """Index into STATUS; None for a trigger's activation, whose summaries show none."""

    @property
    def id(self) -> str:
        return str(self.document["activationId"])

    @property
    def result(self) -> Any:
        return self.document["response"]["result"]

    @property
    def fields(self) -> Document:
        """The result when it is an object."""
        return self.result if isinstance(self.result, dict) else {}

    def annotation(self, key: str) -> Any:
        return parameters.value(self.document["annotations"], key)

    @property
    def summary(self) -> Document:
        hidden = ("response", "logs", "subject")
        summary = {key: value for key, value in self.document.items() if key not in hidden}
        return summary if self.code is None else {**summary, "statusCode": self.code}

    @property
    def path(self) -> str:
        """What `name=` finds it by: `action`, or `package/action` with the package called."""
        name: str = self.document["name"]
        binding, path = self.annotation("binding"), self.annotation("path") or ""
        if binding:
            return f"{binding.split('/')[1]}/{name}"
        return path.split("/", 1)[1] if path.count("/") == 2 else name


@dataclass(frozen=True)
class Activation:
    caller: Identity
    """Whose namespace the record is kept under, and whose key the action may be given."""
    transaction: str
    received: int = field(default_factory=now)
    """When it was asked for, ms since the epoch."""
    cause: str | None = None
    """The activation of the sequence that this is a step of."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def step(self) -> Activation:
        return Activation(self.caller, self.transaction, cause=self.id)

    def record(self, target: Target, outcome: Outcome, duration: int, **annotations: Any) -> Record:
        """The record of an action's run; `duration` is in milliseconds."""
        marks = {**self._marks(target, outcome.start), **annotations}
        ended: Document = {"end": outcome.end, "duration": duration}
        if self.cause:
            ended["cause"] = self.cause
        return self._record(
            target.document, outcome, ended, parameters.pairs(marks), outcome.status
        )

    def fired(self, trigger: Document, event: Document, logs: list[str]) -> Record:
        """The record of a trigger's firing, which never ends."""
        return self._record(trigger, outcome(event, self.received, logs), {}, [], None)

    def _record(
        self,
        entity: Document,
        outcome: Outcome,
        ended: Document,
        annotations: parameters.Parameters,
        code: int | None,
    ) -> Record:
        document = {
            "namespace": self.caller.namespace,
            "name": entity["name"],
            "version": entity["version"],
            "publish": False,
            "subject": self.caller.namespace,
            "activationId": self.id,
            "start": outcome.start,
            **ended,
            "response": {
                "status": STATUS[outcome.status],
                "success": outcome.status == SUCCESS,
                "result": outcome.result,
                **({} if outcome.size is None else {"size": outcome.size}),
            },
            "logs": outcome.logs,
            "annotations": annotations,
        }
        return Record(document, code)

    def _marks(self, target: Target, start: int) -> Document:
        marks: Document = {
            "path": target.reference.id,
            "kind": target.kind,
            "limits": target.document["limits"],
            "waitTime": max(0, start - self.received),
        }
        if self.cause:
            marks["causedBy"] = "sequence"
        if target.binding:
            marks["binding"] = target.binding
        return marks


def outcome(
    result: Any,
    start: int,
    logs: list[str] | None = None,
    *,
    status: int = SUCCESS,
    size: int | None = None,
) -> Outcome:
    """How something ended that no worker ran."""
    return Outcome(
        status=status,
        result=result,
        logs=logs or [],
        start=start,
        end=now(),
        init_ms=None,
        size=size,
        timed_out=False,
    )
