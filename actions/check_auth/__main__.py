"""Guards every public route: passes a verified request on, or ends it with an error-wrapped 401."""

import time
from typing import Any

from findme.guard import admit
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.web import web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    subjects = Subjects(connect(settings.redis_url), time.time)
    return admit(args, subjects.keep_upload)
