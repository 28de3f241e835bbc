"""Following a source without a provider: its state in memory, its events in a list."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from feeds.provider.source import Event, Source, Step


@dataclass
class MemoryState:
    cursor: Mapping[str, Any] = field(default_factory=dict)
    values: dict[str, bytes] = field(default_factory=dict)

    def get(self, name: str) -> bytes | None:
        return self.values.get(name)

    def names(self, after: str = "", limit: int = 1000) -> list[str]:
        return sorted((name for name in self.values if name > after), key=str.encode)[:limit]

    def commit(self, step: Step) -> None:
        self.values |= step.put
        for name in step.delete:
            self.values.pop(name, None)
        if step.cursor is not None:
            self.cursor = step.cursor


class Following:
    """A subscription; `poll` answers the events of one poll, and `events` has them all."""

    def __init__(self, source: Source, options: Mapping[str, Any]) -> None:
        self.source = source
        self.options = source.validate(options)
        self.state = MemoryState()
        self.events: list[Event] = []
        self.steps = 0

    def copy(self) -> "Following":
        """The same subscription, as if it went on in another world."""
        other = Following(self.source, self.options)
        other.state, other.events = deepcopy(self.state), [*self.events]
        other.steps = self.steps
        return other

    def poll(self, now: float = 0, steps: int | None = None) -> list[Event]:
        """`steps`: the provider dies when so many are committed."""
        before = len(self.events)
        for step in self._steps(now, steps):
            self.state.commit(step)
            self.events += step.events
            self.steps += 1
        return self.events[before:]

    def _steps(self, now: float, most: int | None) -> Iterator[Step]:
        for count, step in enumerate(self.source.poll(self.options, self.state, now)):
            if count == most:
                return
            yield step
