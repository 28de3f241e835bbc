"""A bucket with one photo, and a feed that tells of it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.clients.host import eventually
from tests.feeds.lifecycle.conftest import Feeds
from tests.feeds.lifecycle.events import tell
from tests.feeds.s3_server import REGION, S3Server

FEED = "s3/changes"
BUCKET = "album"


def options(s3: S3Server) -> dict[str, Any]:
    return {
        "bucket": BUCKET,
        "s3_endpoint": s3.url,
        "region": REGION,
        "access_key_id": s3.access_key,
        "secret_access_key": s3.secret_key,
        "interval": 1,
        "initial": "all",
    }


@contextmanager
def listening(feeds: Feeds, trigger: str) -> Iterator[None]:
    """With a rule of the trigger, which is there: what nobody hears is not delivered at once."""
    feeds.owner.action("listen")
    rule = f"rules/on_{trigger}"
    feeds.owner.make(rule, {"trigger": f"/_/{trigger}", "action": "/_/listen"})
    yield
    for entity in (rule, "actions/listen"):
        feeds.owner("DELETE", entity)


def delivered(feeds: Feeds, trigger: str) -> None:
    """Wait until its poller is at work, and has been through to the trigger."""
    eventually(lambda: tell(feeds.owner, FEED, "READ", trigger)["status"]["delivered"])
