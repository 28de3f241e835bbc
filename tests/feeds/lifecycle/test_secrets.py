"""Credentials go in, and come out nowhere: not in READ, activations, logs or the store."""

import json
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.lifecycle.events import refused, send, tell

KEY = "planted-secret-access-key"
TOKEN = "planted-session-token"
PASSWORD = "planted-password"
PLANTED = (KEY, TOKEN, PASSWORD)

S3: dict[str, Any] = {
    "bucket": "photos",
    "s3_endpoint": "http://127.0.0.1:9",
    "access_key_id": "AKIA",
    "secret_access_key": KEY,
    "session_token": TOKEN,
    "interval": 60,
}
COUCHDB: dict[str, Any] = {
    "dbname": "photos",
    "host": "127.0.0.1",
    "port": 9,
    "protocol": "http",
    "username": "ada",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def lives(feeds: Feeds) -> None:
    """Each event of both feeds with credentials, those that are refused included."""
    host = feeds.owner
    for trigger, feed, given, wrong in (
        ("photos", "s3/changes", S3, {"interval": KEY}),
        ("docs", "couchdb/changes", COUCHDB, {"port": PASSWORD}),
    ):
        host.make(f"triggers/{trigger}", {})
        for event in ("CREATE", "READ", "UPDATE", "PAUSE", "UNPAUSE"):
            tell(host, feed, event, trigger, **given)
        refused(host, feed, "CREATE", trigger, **{**given, **wrong})
        # Of a type that nobody expects: whatever breaks, breaks without its words.
        odd = {name: {"within": [value]} for name, value in given.items()}
        send(host, feed, "CREATE", trigger, **odd)


def test_read_masks_them(feeds: Feeds) -> None:
    shown = tell(feeds.owner, "s3/changes", "READ", "photos")["config"]
    assert (shown["secret_access_key"], shown["bucket"]) == ("***", "photos")
    assert tell(feeds.owner, "couchdb/changes", "READ", "docs")["config"]["password"] == "***"


def test_no_activation_has_them(feeds: Feeds) -> None:
    records = feeds.owner.found(f"activations?docs=true&limit=200&since={feeds.owner.since}")
    assert {record["name"] for record in records} == {"changes"}
    assert len(records) >= 14
    text = json.dumps(records)
    for secret in (*PLANTED, feeds.owner.auth, feeds.feeds_key):
        assert secret not in text


def test_the_host_has_written_them_nowhere(feeds: Feeds) -> None:
    files = [file for file in feeds.data.rglob("*") if file.is_file()]
    assert any(b"/guest/photos" in file.read_bytes() for file in files)
    log = Path(feeds.folder / "localwhisk.log")
    for file in (*files, log):
        content = file.read_bytes()
        assert not [secret for secret in PLANTED if secret.encode() in content], file


def test_the_store_has_them_sealed(feeds: Feeds, store: redis.Redis) -> None:
    content = b"".join(file.read_bytes() for file in (feeds.folder / "redis").rglob("*.aof"))
    assert b"/guest/photos" in content
    for secret in (*PLANTED, feeds.owner.auth, feeds.feeds_key):
        assert secret.encode() not in content
