"""POST forget_me: deletes everything held about the caller, and answers with a receipt."""

import time
from typing import Any

from findme.jobs import Jobs
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.web import Request, answer, iso, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    subjects = Subjects(store, time.time)
    request = Request(args, subjects.take_upload)
    request.only("post")
    jobs = Jobs(store, time.time, lease_s=settings.lease_s)
    deleted = jobs.forget(request.subject) | subjects.forget(request.subject)
    return answer({"receipt": {"deleted": deleted, "at": iso(time.time())}})
