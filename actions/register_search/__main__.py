"""POST search: writes a job for the caller and fires the source's search."""

import time
from typing import Any

from findme import photos, search
from findme.errors import RequestError
from findme.jobs import Jobs
from findme.openwhisk import OpenWhisk
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.web import Request, answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    request = Request.of(args, store)
    request.only("post")
    source = request.text("source")
    query = photos.source(source).validate(request.text("query"))
    profile = Subjects(store, time.time).profile(request.subject)
    if profile is None or not profile.references:
        raise RequestError(409, "not_enrolled", "add a photo of yourself first: POST enrol")
    live = source in photos.LIVE
    jobs = Jobs(store, time.time, lease_s=settings.lease_s)
    job = jobs.create(
        request.subject,
        source,
        query,
        deadline_s=settings.live_deadline_s if live else settings.search_deadline_s,
        keep_s=settings.job_keep_s,
        epoch=request.epoch,
    )
    search.tell(OpenWhisk.from_action().fire, search.requested(source), {"job": job})
    return answer({"job": job, "state": "searching"}, 202)
