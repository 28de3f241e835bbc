"""The platform's limits, with OpenWhisk's defaults, and the check of an action's own."""

from dataclasses import dataclass
from typing import Any

from localwhisk import messages
from localwhisk.messages import ApiError
from localwhisk.wire import Document, expect_object

KIB = 1024
MIB = 1024 * KIB

PAYLOAD_BYTES = 1 * MIB
ENTITY_BYTES = 50 * MIB
CODE_BYTES = 48 * MIB
PARAMETER_BYTES = 1 * MIB
SEQUENCE_LENGTH = 50
LIST_DEFAULT = 30
LIST_MAXIMUM = 200
BLOCKING_WAIT_MS = 60_000

INVOCATIONS_PER_MINUTE = 60
CONCURRENT_INVOCATIONS = 30
FIRES_PER_MINUTE = 60


@dataclass(frozen=True)
class Range:
    minimum: int
    default: int
    maximum: int
    malformed: str
    text: str
    """What precedes "exceeds" or "below"; `{}` is the value."""
    unit: str

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise messages.malformed(self.malformed)
        if value > self.maximum:
            raise self._refusal(value, "exceeds", self.maximum)
        if value < self.minimum:
            raise self._refusal(value, "below", self.minimum)
        return value

    def _refusal(self, value: int, side: str, threshold: int) -> ApiError:
        text = self.text.format(value)
        return ApiError(400, f"{text} {side} allowed threshold of {threshold}{self.unit}")


ACTION = {
    "timeout": Range(
        100, 60_000, 300_000, "time limit malformed", "duration {} milliseconds", " milliseconds"
    ),
    "memory": Range(128, 256, 512, "memory limit must be whole number", "memory size {} MB", " MB"),
    "logs": Range(0, 10, 10, "log limit must be whole number", "log size {} MB", " MB"),
    "concurrency": Range(1, 1, 1, "concurrency limit malformed", "concurrency {}", ""),
}


def action_limits(given: Any, current: Document | None = None) -> Document:
    """An action's limits after a PUT: those given, over those it has, over the defaults."""
    base = current or {name: limit.default for name, limit in ACTION.items()}
    if given is None:
        return base
    fields = expect_object(given, "limits malformed")
    checked = {
        name: limit.check(fields[name])
        for name, limit in ACTION.items()
        if fields.get(name) is not None
    }
    return {**base, **checked}
