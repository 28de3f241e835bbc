"""POST forget_me: deletes everything held about the caller, and answers with a receipt."""

import time
from typing import Any

from findme.forget import forget
from findme.settings import Settings
from findme.store import connect
from findme.web import Request, answer, iso, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    store = connect(Settings.of(args).redis_url)
    request = Request.of(args, store)
    request.only("post")
    deleted = forget(store, request.subject, time.time)
    return answer({"receipt": {"deleted": deleted, "at": iso(time.time())}})
