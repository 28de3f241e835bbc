"""What a listing was at the last poll, and what has changed since, in the memory of a few pages.

Anything that can be listed in the order of its keys may use it. An entry is a list whose first item
is the key; it survives JSON. The snapshot lies in the state in chunks of entries: a chunk is named
by the key that it begins after, so that chunks and listing are merged range by range. Keys are
compared as Python compares strings, which is the order of their UTF-8 bytes.
"""

import json
import zlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from feeds.provider.source import State

Entry = list[Any]
key_of: Callable[[Entry], str] = itemgetter(0)

_CHUNK = "chunk:"
_NAMES = 1000


@dataclass(frozen=True)
class Change:
    """An addition has no `before`, a deletion no `after`."""

    before: Entry | None
    after: Entry | None

    @property
    def key(self) -> str:
        return key_of(self.after or self.before or [""])


@dataclass(frozen=True)
class Difference:
    """What differs in the range after the key `lower`, and how to write down what is accepted."""

    lower: str
    changes: Sequence[Change]
    _old: Sequence[Entry]
    _rest: tuple[str, Sequence[Entry]] | None = None

    def accept(self, accepted: Iterable[Change]) -> "Writing":
        """Changes that are not accepted are found again by the next merge."""
        entries = {key_of(entry): entry for entry in self._old}
        writing = Writing()
        for change in accepted:
            if change.after is None:
                del entries[change.key]
            else:
                entries[change.key] = change.after
            writing.growth += (change.before is None) - (change.after is None)
            writing.changed = True
        if writing.changed or self._rest:
            writing.chunk(self.lower, sorted(entries.values(), key=key_of))
        if self._rest:
            writing.chunk(*self._rest)
        return writing


@dataclass
class Writing:
    """What to write to the state, in one transaction; `growth` is how many entries are new."""

    put: dict[str, bytes] = field(default_factory=dict)
    delete: list[str] = field(default_factory=list)
    growth: int = 0
    changed: bool = False

    def chunk(self, lower: str, entries: Sequence[Entry]) -> None:
        if entries:
            self.put[_CHUNK + lower] = zlib.compress(
                json.dumps(entries, separators=(",", ":")).encode()
            )
        else:
            self.delete.append(_CHUNK + lower)


def merge(state: State, pages: Iterable[list[Entry]], size: int = 1000) -> Iterator[Difference]:
    """The ranges in which a complete listing differs from the snapshot.

    Every difference has to be written, with what is accepted of it, before the next is asked for.
    Chunks begin with `size` entries: a page's is best, since both then end at the same key.
    """
    listing = _Listing(pages, size)
    for lower, upper, old in _chunks(state):
        yield from _range(listing, lower, upper, old)


def without(state: State, lower: str, keys: Collection[str]) -> Difference:
    """The deletion of entries in the chunk after `lower`."""
    old = _load(state, lower)
    return Difference(lower, [Change(entry, None) for entry in old if key_of(entry) in keys], old)


def _range(
    listing: "_Listing", lower: str, upper: str | None, old: Sequence[Entry]
) -> Iterator[Difference]:
    while True:
        new, more = listing.take(upper)
        if not more:
            if new != old:
                yield Difference(lower, _changes(old, new), old)
            return
        cut = key_of(new[-1])
        end = bisect_right(old, cut, key=key_of)
        part, rest = old[:end], old[end:]
        yield Difference(lower, _changes(part, new), part, (cut, rest))
        lower, old = cut, rest


def _changes(old: Sequence[Entry], new: Sequence[Entry]) -> list[Change]:
    gone = {key_of(entry): entry for entry in old}
    changes = []
    for entry in new:
        before = gone.pop(key_of(entry), None)
        if before != entry:
            changes.append(Change(before, entry))
    return changes + [Change(entry, None) for entry in gone.values()]


def _chunks(state: State) -> Iterator[tuple[str, str | None, list[Entry]]]:
    """The whole of the key space in ranges (lower, upper] with their entries, in order."""
    lower = ""
    for upper in _bounds(state):
        yield lower, upper, _load(state, lower)
        lower = upper
    yield lower, None, _load(state, lower)


def _bounds(state: State) -> Iterator[str]:
    name = _CHUNK
    while names := state.names(name, _NAMES):
        for name in names:
            if not name.startswith(_CHUNK):
                return
            yield name.removeprefix(_CHUNK)


def _load(state: State, lower: str) -> list[Entry]:
    stored = state.get(_CHUNK + lower)
    entries: list[Entry] = json.loads(zlib.decompress(stored)) if stored else []
    return entries


class _Listing:
    """Pages, read on only as far as a range reaches.

    A range that has grown to half as much again as a chunk begins with is cut into one such chunk
    and the rest, so that entries which come later find room.
    """

    def __init__(self, pages: Iterable[list[Entry]], size: int) -> None:
        self._pages = iter(pages)
        self._size, self._most = size, size + size // 2
        self._entries: list[Entry] = []

    def take(self, upper: str | None) -> tuple[list[Entry], bool]:
        """The next entries up to `upper`, and whether there are more of them for another chunk."""
        while len(self._entries) <= self._most and not self._reaches(upper):
            page = next(self._pages, None)
            if page is None:
                break
            self._entries += page
        end = len(self._entries)
        if upper is not None:
            end = bisect_right(self._entries, upper, key=key_of)
        more = end > self._most
        end = self._size if more else end
        taken, self._entries = self._entries[:end], self._entries[end:]
        return taken, more

    def _reaches(self, upper: str | None) -> bool:
        return upper is not None and bool(self._entries) and key_of(self._entries[-1]) >= upper
