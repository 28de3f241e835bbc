"""The search for traces finds what is there, in whatever form it is written."""

import base64
import json
import struct
from pathlib import Path

import pytest
import redis

from tests import traces

NUMBERS = [number / 999 - 0.0613 for number in range(128)]
ENCODING = struct.pack("<128f", *NUMBERS)
AS_TEXT = json.dumps(struct.unpack("<128f", ENCODING))


@pytest.mark.parametrize(
    "written",
    [
        ENCODING,
        ENCODING.hex().encode(),
        base64.b64encode(ENCODING),
        base64.urlsafe_b64encode(b"x" + ENCODING),
        base64.b64encode(b"{}" + ENCODING),
        AS_TEXT.encode(),
        json.dumps([round(number, 9) for number in NUMBERS]).encode(),
    ],
    ids=["raw", "hex", "base64", "base64url, shifted", "base64, shifted twice", "text", "rounded"],
)
def test_an_encoding_is_found_however_it_is_written(written: bytes) -> None:
    places = [("here", b"before " + written + b" after"), ("there", b"nothing of it")]
    assert traces.found(traces.of_encoding(ENCODING), places) == ["here"]


def test_every_kind_of_value_and_every_name_in_redis_is_looked_at(store: redis.Redis) -> None:
    store.set("string", "needle")
    store.hset("hash", "needle", "1")
    store.hset("another hash", "1", "needle")
    store.rpush("list", "needle")
    store.sadd("set", "needle")
    store.zadd("sorted set", {"needle": 1})
    store.set("the needle", "1")
    kept = {name.decode() for name in store.scan_iter()}
    store.set("hay", "hay")
    assert set(traces.found([b"needle"], traces.redis_values(store))) == kept


def test_every_byte_of_every_file_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "database").write_bytes(b"\0\xff needle\0")
    (tmp_path / "a" / "log").write_text("hay")
    assert traces.found([b"needle"], traces.files(tmp_path / "a")) == ["a/b/database"]
