"""Looks for what must not be left: in every value of a Redis, and in every byte of files."""

import base64
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import redis

from findme.store import text

# Of an encoding as text, so many numbers are looked for, with so many digits of each.
_NUMBERS = 20
_DIGITS = 8


def of_encoding(encoding: bytes) -> list[bytes]:
    """How an encoding may be written: raw, hex, base64, and its numbers in decimal."""
    part = encoding[:60]
    forms = [part, part.hex().encode()]
    for start in range(3):  # inside a longer text, base64 has one of three alignments
        encoded = base64.b64encode(part[start : start + 45])
        forms += [encoded, encoded.translate(bytes.maketrans(b"+/", b"-_"))]
    numbers = struct.unpack(f"<{_NUMBERS}f", encoding[: 4 * _NUMBERS])
    return forms + [f"{abs(number):.17f}"[: 2 + _DIGITS].encode() for number in numbers]


def found(needles: Iterable[bytes], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where any of the needles stands: the places' names, each once."""
    sought = list(needles)
    return [name for name, content in places if any(needle in content for needle in sought)]


def redis_values(store: redis.Redis) -> Iterator[tuple[str, bytes]]:
    """Every key with its name and everything in it; one that expires meanwhile is left out."""
    for key in store.scan_iter(count=1000):
        kind = text(store.type(key))
        if kind != "none":
            yield text(key), b"\n".join([key, *_flat(_READ[kind](store, key))])


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders, with its bytes."""
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield str(file.relative_to(folder.parent)), file.read_bytes()


_READ: dict[str, Any] = {
    "string": lambda store, key: [store.get(key) or b""],
    "hash": lambda store, key: store.hgetall(key).items(),
    "list": lambda store, key: store.lrange(key, 0, -1),
    "set": lambda store, key: store.smembers(key),
    "zset": lambda store, key: store.zrange(key, 0, -1, withscores=True),
}


def _flat(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, float):
        yield repr(value).encode()
    else:
        for each in value:
            yield from _flat(each)
