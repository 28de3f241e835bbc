"""What an event source is: one class that validates options and polls from a cursor.

A source knows nothing of Redis, triggers, leases or delivery. It is named in the table of
`feeds.provider.sources`, made once without arguments, and used by several threads at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Options = Mapping[str, Any]


class OptionError(Exception):
    """An option that cannot be used; the message says what to write instead."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(f"{option}: {message}")
        self.option = option
        self.message = message


class SourceError(Exception):
    """This poll failed; it is retried with backoff. READ shows `code` and `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class PausedError(SourceError):
    """No poll will work before somebody acts: the feed is paused with this as the reason."""


@dataclass(frozen=True)
class Event:
    """What a trigger is fired with: `payload` and, beside it, `id`, as `event_id` where the payload
    has an `id` of its own.

    The same happening has the same `id` in every poll, so that a listener can drop repeats.
    Events of one `key` are delivered in order. `kind` is counted in READ.
    """

    id: str
    key: str
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """What one transaction writes: events for delivery together with the state that implies them.

    `cursor` replaces the subscription's cursor; None keeps it.
    """

    events: Sequence[Event] = ()
    put: Mapping[str, bytes] = field(default_factory=dict)
    delete: Sequence[str] = ()
    cursor: Mapping[str, Any] | None = None


class State(Protocol):
    """What earlier steps of this subscription wrote; a step's own changes show once committed."""

    @property
    def cursor(self) -> Mapping[str, Any]:
        """Empty before the first one is written."""

    def get(self, name: str) -> bytes | None: ...

    def names(self, after: str = "", limit: int = 1000) -> list[str]:
        """Names greater than `after` in the order of their UTF-8 bytes, at most `limit`."""


class Source(Protocol):
    @property
    def secrets(self) -> frozenset[str]:
        """Options that are encrypted at rest and masked in READ."""

    @property
    def place(self) -> tuple[str, ...]:
        """Options that say what is followed, with the one that hints name first.

        An UPDATE that changes one of them begins anew: without state, without cursor.
        """

    def validate(self, options: Options) -> dict[str, Any]:
        """The options with defaults and types settled; raises OptionError.

        It runs in the feed action: no network, no heavy import. What it answers goes through JSON
        and must pass it again unchanged.
        """

    def poll(self, options: Options, state: State, now: float, /) -> Iterator[Step]:
        """Yield what has changed; raises SourceError or PausedError.

        Each step is committed before the next is asked for; where nothing changed, yield nothing.
        A poll may be abandoned after any step (a lease lost, a DELETE) and may come at any time,
        earlier than `next_poll` said (CREATE, UNPAUSE, a hint) or much later (an outage). It must
        not hang: give each wait for a network a time-out.
        `now` is in seconds since the epoch, on one clock for all providers.
        """

    def next_poll(self, options: Options, cursor: Mapping[str, Any], now: float, /) -> float | None:
        """When to poll next, asked after a complete poll, which began at `now`.

        None: this feed has ended. A time that has passed means at once.
        """
