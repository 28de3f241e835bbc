"""Guards every public route: hands a verified request over, or ends it with the error's answer."""

import time
from functools import cache
from typing import Any

from findme.cors import allowed_origin
from findme.guard import Guard
from findme.keysets import KeySet
from findme.settings import GuardSettings
from findme.store import connect
from findme.web import web_action


def main(args: dict[str, Any]) -> dict[str, Any]:
    # First, so that a page can read every refusal.
    return guarded({**args, "origin": allowed_origin(args)})


@web_action
def guarded(args: dict[str, Any]) -> dict[str, Any]:
    settings = GuardSettings.of(args)
    store = connect(settings.redis_url)
    return Guard(settings, store, key_set(settings.issuer, settings.redis_url), time.time).admit(
        args
    )


@cache
def key_set(issuer: str, redis_url: str) -> KeySet:
    return KeySet(issuer, connect(redis_url), time.time)
