"""On bucket_search_requested, and on bucket_changed from the feed: live searches of a bucket."""

import time
from typing import Any

from findme.bucket_search import BucketSearch, addresses_of, events_of
from findme.buckets import Buckets
from findme.deadline import work_until
from findme.jobs import JobGoneError, Jobs
from findme.openwhisk import OpenWhisk
from findme.settings import Settings
from findme.store import connect


def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    searches = BucketSearch(
        Jobs(store, time.time, lease_s=settings.lease_s),
        Buckets(store, time.time),
        addresses_of(str(args.get("buckets", ""))),
        OpenWhisk.from_action().fire,
    )
    if "job" not in args:
        return searches.arrived(events_of(args))
    try:
        return searches.run(str(args["job"]), now=time.time, until=work_until(time.time()))
    except JobGoneError:
        return {"job": args["job"], "gone": True}
