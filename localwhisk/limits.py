"""The platform's limits: OpenWhisk's defaults, which --limit changes, and how they are applied."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from localwhisk import messages
from localwhisk.messages import ApiError
from localwhisk.wire import Document, expect_object

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Times are in milliseconds, memory and logs of actions in megabytes, sizes in bytes."""

    invocations_per_minute: int = 60
    concurrent_invocations: int = 30
    fires_per_minute: int = 60
    timeout_min: int = 100
    timeout_default: int = 60_000
    timeout_max: int = 300_000
    memory_min: int = 128
    memory_default: int = 256
    memory_max: int = 512
    logs_min: int = 0
    logs_default: int = 10
    logs_max: int = 10
    concurrency_min: int = 1
    concurrency_default: int = 1
    concurrency_max: int = 1
    code_size: int = 48 * MIB
    parameters_size: int = 1 * MIB
    payload_size: int = 1 * MIB
    request_size: int = 50 * MIB
    sequence_length: int = 50
    blocking_wait: int = 60_000
    list_default: int = 30
    list_max: int = 200

    @classmethod
    def read(cls, pairs: Iterable[str]) -> "Limits":
        """From `name=number` pairs; raises ValueError for one that is neither."""
        known = {field.name.replace("_", "-"): field.name for field in fields(cls)}
        values = {}
        for pair in pairs:
            name, _, number = pair.partition("=")
            if name not in known:
                raise ValueError(f"'{pair}' names no limit; those known: {', '.join(known)}")
            if not number.isdecimal():
                raise ValueError(f"'{pair}' must give a whole number: {name}=NUMBER")
            values[known[name]] = int(number)
        return cls(**values)

    def bounds(self, name: str) -> tuple[int, int, int]:
        """Minimum, default and maximum of one of an action's limits."""
        minimum, default, maximum = (
            getattr(self, f"{name}_{bound}") for bound in ("min", "default", "max")
        )
        return minimum, default, maximum

    def of_action(self, given: Any, current: Document | None = None) -> Document:
        """An action's limits after a PUT: those given, over those it has, over the defaults."""
        asked = {} if given is None else expect_object(given, "limits malformed")
        limits = dict(current or {name: self.bounds(name)[1] for name in _ACTION})
        for name in _ACTION:
            if asked.get(name) is not None:
                limits[name] = self._checked(name, asked[name])
        if (instances := asked.get("instances")) is not None:
            if not isinstance(instances, int):
                raise messages.malformed("instance concurrency limit malformed")
            limits["instances"] = instances
        return limits

    def _checked(self, name: str, value: Any) -> int:
        noun, text, unit = _ACTION[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise messages.malformed(f"{noun} limit malformed")
        if value != int(value):
            raise messages.malformed(f"requirement failed: {noun} limit must be whole number")
        minimum, _, maximum = self.bounds(name)
        if minimum <= value <= maximum:
            return int(value)
        side, threshold = ("exceeds", maximum) if value > maximum else ("below", minimum)
        said = f"{text.format(int(value))} {side} allowed threshold of {threshold}{unit}"
        raise ApiError(400, f"requirement failed: {said}")


# Per limit of an action: its name in the platform's texts, and how a value out of bounds is told.
_ACTION = {
    "timeout": ("time", "duration {} milliseconds", " milliseconds"),
    "memory": ("memory", "memory size {} MB", " MB"),
    "logs": ("log", "log size {} MB", " MB"),
    "concurrency": ("concurrency", "concurrency {}", ""),
}


class Throttle:
    """Charges each namespace per clock minute, for refused calls too, as the platform does."""

    def __init__(self, allowed: int, clock: Callable[[], float] = time.time) -> None:
        self._allowed = allowed
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def charge(self, namespace: str) -> None:
        """Raises ApiError (429) when the namespace has had its share of this minute."""
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[namespace] += 1
        if (count := self._counts[namespace]) > self._allowed:
            text = f"Too many requests in the last minute (count: {count}, allowed: "
            raise ApiError(429, f"{text}{self._allowed}).")
