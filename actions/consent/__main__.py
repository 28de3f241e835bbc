"""GET consent: the text to agree to, how long what is kept, and what the caller has agreed to."""

import time
from typing import Any

from findme import consent
from findme.settings import Settings
from findme.store import connect
from findme.subjects import Subjects
from findme.web import Request, answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.of(args)
    store = connect(settings.redis_url)
    request = Request.of(args, store)
    request.only("get")
    profile = Subjects(store, time.time).profile(request.subject)
    return answer(consent.view(settings, profile))
