"""POST enrol: photos of oneself, with consent; answers a report on each."""

import time
from typing import Any

from findme.enrol import enrol
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.vision import load_engine
from findme.vision.answers import reference_face
from findme.web import Request, answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    subjects = Subjects(store, time.time)
    request = Request.of(args, store)
    request.only("post")
    engine = load_engine()
    report = enrol(
        request, subjects, engine.model, reference_face(engine), settings.reference_keep_s
    )
    return answer(report)
