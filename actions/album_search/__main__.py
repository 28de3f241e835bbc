"""On album_search_requested: reads a photo feed into the job's ledger and fires photos_found."""

import time
from functools import partial
from typing import Any

from findme import search
from findme.deadline import work_until
from findme.download import Policy, fetch
from findme.jobs import JobGoneError, Jobs
from findme.openwhisk import OpenWhisk
from findme.settings import Settings
from findme.store import connect


def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    try:
        return search.run(
            str(args.get("job", "")),
            Jobs(connect(settings.redis_url), time.time, lease_s=settings.lease_s),
            OpenWhisk.from_action().fire,
            partial(fetch, policy=Policy.allowing(settings.allow_hosts)),
            now=time.time,
            until=work_until(time.time()),
        )
    except JobGoneError:
        return {"job": args.get("job"), "gone": True}
