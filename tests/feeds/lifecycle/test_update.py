"""An UPDATE goes on from the snapshot, unless it names another place."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.services import Service
from tests.clients.host import eventually
from tests.feeds.lifecycle.album import listening
from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.lifecycle.events import tell
from tests.feeds.s3_server import S3Server

FEED = "s3/changes"
OBJECTS = {"here": ["1.jpg", "2.jpg"], "there": ["3.jpg"]}


@pytest.fixture
def client(s3: S3Server) -> Iterator[Any]:
    client = s3.client()
    for bucket, keys in OBJECTS.items():
        client.create_bucket(Bucket=bucket)
        for key in keys:
            client.put_object(Bucket=bucket, Key=key, Body=b"")
    yield client
    for bucket in OBJECTS:
        for entry in client.list_objects_v2(Bucket=bucket)["Contents"]:
            client.delete_object(Bucket=bucket, Key=entry["Key"])
        client.delete_bucket(Bucket=bucket)


@pytest.fixture
def photos(feeds: Feeds) -> Iterator[None]:
    """A trigger that is heard."""
    feeds.owner.make("triggers/photos", {})
    with listening(feeds, "photos"):
        yield


@pytest.mark.usefixtures("photos")
def test_an_update(feeds: Feeds, provider: Service, s3: S3Server, client: Any) -> None:
    host = feeds.owner

    def status_at(delivered: int) -> Any:
        """Once so many events were delivered, and another poll has found no more."""

        def seen() -> Any:
            status = tell(host, FEED, "READ", "photos")["status"]
            return status if status["delivered"] >= delivered else None

        last = eventually(seen)["last_poll"]
        eventually(lambda: seen()["last_poll"] != last)
        return seen()

    keys = {"access_key_id": s3.access_key, "secret_access_key": s3.secret_key}
    where = {"s3_endpoint": s3.url, "bucket": "here", "initial": "all", "interval_seconds": 60}
    tell(host, FEED, "CREATE", "photos", **where, **keys)
    eventually(lambda: tell(host, FEED, "READ", "photos")["status"]["delivered"] == 2)

    tell(host, FEED, "UPDATE", "photos", interval_seconds=1)
    client.put_object(Bucket="here", Key="new.jpg", Body=b"")
    assert status_at(3)["events"] == {"added": 3}

    tell(host, FEED, "UPDATE", "photos", bucket="there")
    status = status_at(4)
    assert (status["events"], status["objects"]) == ({"added": 4}, 1)
