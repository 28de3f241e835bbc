"""On photos_found: compares photos with the caller's face, and fires match_found for each match."""

import time
from functools import partial
from typing import Any

from findme import matching
from findme.deadline import deadline, work_until
from findme.download import Policy, fetch
from findme.jobs import JobGoneError, Jobs
from findme.openwhisk import OpenWhisk
from findme.photos import Photo
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.vision import load_engine
from findme.vision.answers import photo_examiner


def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    photos = [Photo.from_dict(photo) for photo in args.get("photos", ())]
    try:
        return matching.compare(
            str(args.get("job", "")),
            photos,
            Jobs(store, time.time, lease_s=settings.lease_s),
            photo_examiner(load_engine(), Subjects(store, time.time)),
            partial(fetch, policy=Policy.allowing(settings.allow_hosts)),
            OpenWhisk.from_action().fire,
            now=time.time,
            until=work_until(time.time()),
            claim_until=deadline(time.time()),
        )
    except JobGoneError:
        return {"job": args.get("job"), "gone": True}
