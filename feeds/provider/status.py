"""What READ shows of a subscription beside its options."""

import json
from collections.abc import Mapping
from typing import Any

import redis

from feeds.provider import scripts
from findme.store import text

_LETTERS_SHOWN = 10


def status(store: redis.Redis, sub: str, now: float) -> dict[str, Any] | None:
    """Times are seconds since the epoch; None where there is no such subscription."""
    own = scripts.subscription(sub)
    with store.pipeline(transaction=True) as pipeline:
        pipeline.hgetall(own)
        pipeline.zscore(scripts.DUE_POLL, sub)
        pipeline.xlen(f"{own}:outbox")
        pipeline.xrange(f"{own}:outbox", count=1)
        pipeline.llen(f"{own}:dead")
        pipeline.lrange(f"{own}:dead", 0, _LETTERS_SHOWN - 1)
        raw, due, waiting, oldest, dead, letters = pipeline.execute()
    if not raw:
        return None
    fields = {text(k): text(v) for k, v in raw.items() if k != b"sealed"}
    since = int(text(oldest[0][0]).partition("-")[0]) / 1000 if oldest else None
    return {
        **_told(fields),
        "next_poll": due,
        "waiting": waiting,
        "dead": dead,
        "dead_letters": [_letter(json.loads(letter)) for letter in letters],
        "lag_seconds": _lag(now, due, since),
    }


def _told(fields: Mapping[str, str]) -> dict[str, Any]:
    def moment(name: str) -> float | None:
        return float(fields[name]) if name in fields else None

    def record(name: str) -> Any:
        return json.loads(fields[name]) if name in fields else None

    errors = [error for error in (record("poll_error"), record("deliver_error")) if error]
    return {
        "active": fields["state"] == "active",
        "reason": record("reason"),
        "created": moment("created"),
        "last_poll": moment("last_poll"),
        "last_delivery": moment("last_delivery"),
        "last_error": max(errors, key=lambda error: float(error["at"]), default=None),
        "objects": (record("cursor") or {}).get("objects"),
        "events": {k[7:]: int(v) for k, v in fields.items() if k.startswith("events:")},
        "delivered": int(fields.get("delivered", 0)),
    }


def _letter(letter: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in letter.items() if name != "payload"}


def _lag(now: float, due: float | None, since: float | None) -> float:
    """How late the feed is: its oldest waiting event, or its next poll."""
    return round(max(0.0, now - (since or now), now - (due or now)), 3)
