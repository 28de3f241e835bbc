"""GET status/{job}: progress, and a page of matches or of all photos."""

import time
from typing import Any

from findme import status
from findme.jobs import Jobs
from findme.openwhisk import OpenWhisk
from findme.settings import Settings
from findme.store import connect
from findme.web import Request, answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    request = Request.of(args, store)
    request.only("get")
    jobs = Jobs(store, time.time, lease_s=settings.lease_s)
    job = status.own(jobs, request.path or request.text("job"), request.subject)
    status.tend(jobs, job, OpenWhisk.from_action().fire, time.time())
    listing = str(request.fields.get("list", "matches"))
    after = request.number("after", 0, most=1_000_000)
    return answer(status.view(jobs, job.id, request.subject, listing, after, time.time()))
