"""GET my_data: everything held about the caller; POST with a key: the face encodings, sealed."""

import time
from typing import Any

from findme import my_data
from findme.api_keys import ApiKeys
from findme.api_keys_route import listing
from findme.jobs import Jobs
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.web import Request, answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    request = Request.of(args, store)
    request.only("get", "post")
    key = my_data.key_of(request)
    subjects = Subjects(store, time.time)
    jobs = Jobs(store, time.time, lease_s=settings.lease_s)
    keys = listing(ApiKeys(store, time.time), request.subject)
    held = my_data.sections(request.subject, subjects, jobs, keys, time.time())
    after = str(request.fields.get("after", ""))
    return answer(my_data.page(held, subjects.profile(request.subject), after, key))
