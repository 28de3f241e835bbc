"""Bucket notifications make the subscriptions to their buckets poll, soon but not too often."""

import json
import time
from typing import Any

import pytest
import redis
import urllib3

from feeds.provider import scripts
from feeds.provider.subscriptions import identifier
from tests.clients.host import Host
from tests.feeds.lifecycle.conftest import HINT_TOKEN, Feeds
from tests.feeds.lifecycle.events import tell

S3_RECORDS = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": "2030-01-31T12:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": "photos", "arn": "arn:aws:s3:::photos"},
                "object": {"key": "a/b.jpg", "size": 1024, "eTag": "d41d8cd98f00b204"},
            },
        }
    ]
}
MINIO = {"EventName": "s3:ObjectCreated:Put", "Key": "photos/a/b.jpg"}
S3_TEST = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photos"}
BEARER = f"Bearer {HINT_TOKEN}"


def hint(host: Host, body: str, method: str = "POST", **headers: str) -> tuple[int, Any]:
    address = f"{host.url}/api/v1/web/guest/s3/hint"
    content = {"Content-Type": "application/json", "Authorization": BEARER, **headers}
    answer = urllib3.request(method, address, body=body, headers=content, retries=False)
    return answer.status, json.loads(answer.data)


def subscribe(feeds: Feeds, store: redis.Redis, trigger: str, bucket: str) -> None:
    """A subscription that has just been polled, as far as the store knows."""
    feeds.owner.make(f"triggers/{trigger}", {})
    where = {"bucket": bucket, "s3_endpoint": "http://127.0.0.1:9", "anonymous": True}
    tell(feeds.owner, "s3/changes", "CREATE", trigger, **where, interval=60)
    store.zadd(scripts.DUE_POLL, {identifier(f"/guest/{trigger}"): time.time() + 3600})


def due(store: redis.Redis, trigger: str) -> float:
    """In how many seconds it polls."""
    at = store.zscore(scripts.DUE_POLL, identifier(f"/guest/{trigger}"))
    assert at is not None
    return at - time.time()


@pytest.mark.parametrize(
    "notification",
    [S3_RECORDS, MINIO, {**MINIO, **S3_RECORDS}, S3_TEST],
    ids=["S3", "MinIO", "MinIO with records", "S3's test"],
)
def test_a_notification(feeds: Feeds, store: redis.Redis, notification: dict[str, object]) -> None:
    subscribe(feeds, store, "one", "photos")
    subscribe(feeds, store, "two", "photos")
    subscribe(feeds, store, "other", "videos")
    assert hint(feeds.owner, json.dumps(notification)) == (200, {"polls": 2})
    assert max(due(store, "one"), due(store, "two")) <= 0
    assert due(store, "other") > 3500


def test_many_notifications_make_few_polls(feeds: Feeds, store: redis.Redis) -> None:
    subscribe(feeds, store, "one", "photos")
    hint(feeds.owner, json.dumps(S3_RECORDS))
    # The poll that it asked for has been, and the next one is an hour away.
    store.zadd(scripts.DUE_POLL, {identifier("/guest/one"): time.time() + 3600})
    for _ in range(5):
        assert hint(feeds.owner, json.dumps(S3_RECORDS)) == (200, {"polls": 1})
    assert 0.5 < due(store, "one") <= 2


@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer ", HINT_TOKEN, ""])
def test_who_does_not_know_the_token(feeds: Feeds, store: redis.Redis, given: str) -> None:
    subscribe(feeds, store, "one", "photos")
    status, body = hint(feeds.owner, json.dumps(S3_RECORDS), Authorization=given)
    assert (status, body["error"]) == (401, "invalid_token")
    assert due(store, "one") > 3500


@pytest.mark.parametrize(
    "body",
    [
        "{}", '{"Records": []}', '{"Records": 7}', '{"Records": [{"s3": {}}]}', "[1]",
        '{"Records": [{"s3": {"bucket": {"name": ["x"]}}}]}', '{"Key": 7}', '{"Bucket": ""}', "{",
    ],
)  # fmt: skip
def test_what_is_no_notification(feeds: Feeds, body: str) -> None:
    assert hint(feeds.owner, body)[0] == 400


def test_another_method(feeds: Feeds) -> None:
    status, body = hint(feeds.owner, "", "GET")
    assert (status, body["error"]) == (405, "bad_method")


def test_a_caller_cannot_choose_the_token(feeds: Feeds) -> None:
    own = json.dumps({**S3_RECORDS, "hint_token": "mine"})
    assert hint(feeds.owner, own, Authorization="Bearer mine")[0] == 400
