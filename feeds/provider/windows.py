"""Which events are fired together: in order for each key, and otherwise side by side."""

from collections.abc import Callable, Iterable, Iterator

from feeds.provider.outbox import Letter

# A trigger takes a megabyte, which may be counted otherwise than here.
_MOST_BYTES = 512 * 1024
# Calls that are under way at a time for one trigger.
WIDTH = 8

Batch = list[Letter]


def windows(
    letters: Iterable[Letter], size: int, ready: Callable[[Letter], bool]
) -> Iterator[list[Batch]]:
    """Windows of batches of up to `size` events: no key is in two batches of one window.

    `ready` is asked last when what came before has been yielded, as its fate may change the answer.
    """
    window: list[Batch] = [[]]
    earlier: set[str] = set()
    for letter in letters:
        if _full(window[-1], letter, size):
            earlier.update(one.key for one in window[-1])
            window.append([])
        if len(window) > WIDTH or letter.key in earlier:
            yield from _filled(window)
            window, earlier = [[]], set()
        if ready(letter):
            window[-1].append(letter)
    yield from _filled(window)


def _filled(window: list[Batch]) -> Iterator[list[Batch]]:
    if window[0]:
        yield [batch for batch in window if batch]


def _full(batch: Batch, letter: Letter, size: int) -> bool:
    if len(batch) < size:
        taken = sum(len(one.payload) for one in batch)
        return bool(batch) and taken + len(letter.payload) > _MOST_BYTES
    return True
