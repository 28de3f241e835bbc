"""GET, POST and DELETE api_keys: the keys with which the caller's own machines may act."""

import time
from typing import Any

from findme.api_keys import ApiKeys
from findme.api_keys_route import serve
from findme.settings import Settings
from findme.store import connect
from findme.web import Request, answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    store = connect(Settings.of(args).redis_url)
    return answer(serve(Request.of(args, store), ApiKeys(store, time.time)))
