"""Alarms: by cron with a time zone, at an interval, or once.

An alarm that is missed, because no provider ran or the feed was paused, fires when it can; however
many were missed, it is one. Where clocks change, five fields that name a time of the day fire once:
at the end of the gap if it does not exist, and the first time if it exists twice. Others go on as
time passes. Six fields begin with the seconds; these match the clock as it shows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from feeds.provider.source import Event, OptionError, Options, State, Step
from feeds.provider.sources import options as read

_PERIOD = ("startDate", "stopDate", "maxTriggers", "trigger_payload")
_KINDS = {
    # Every alarm is strict, which means: on the second.
    "alarm": ("kind", "cron", "timezone", "strict", *_PERIOD),
    "interval": ("kind", "minutes", *_PERIOD),
    "once": ("kind", "date", "deleteAfterFire", "trigger_payload"),
}


class Alarm:
    """The cursor knows when the next alarm is `due`, and how many have `fired`."""

    secrets: frozenset[str] = frozenset()
    place = ("kind", "cron", "timezone", "minutes", "startDate", "date")

    def validate(self, options: Options) -> dict[str, Any]:
        kind = read.choice(options, "kind", tuple(_KINDS), "alarm")
        read.known(options, _KINDS[kind])
        result = {"kind": kind, "trigger_payload": _payload(options)}
        if kind == "once":
            return result | _once(options)
        if kind == "interval":
            return result | {"minutes": read.whole(options, "minutes", None, 1)} | _period(options)
        return result | _cron(options) | _period(options)

    def poll(self, options: Options, state: State, now: float) -> Iterator[Step]:
        cursor = state.cursor or {"due": _first(options, now), "fired": 0}
        due, events = cursor["due"], []
        if due is not None and due <= now:
            events = [] if _ended(options, cursor, now) else [_event(options, due)]
            cursor = {"due": _next(options, due, now), "fired": cursor["fired"] + len(events)}
        if cursor != state.cursor:
            yield Step(events, cursor=cursor)

    def next_poll(self, options: Options, cursor: Mapping[str, Any], _: float) -> float | None:
        due: float | None = cursor["due"]
        return None if due is None or _ended(options, cursor, due) else due


def _ended(options: Options, cursor: Mapping[str, Any], at: float) -> bool:
    most = options.get("maxTriggers", -1)
    return 0 < most <= cursor["fired"] or ("stopDate" in options and at >= _at(options, "stopDate"))


def _event(options: Options, due: float) -> Event:
    identity = hashlib.sha256(json.dumps(["alarm", options, due], sort_keys=True).encode())
    return Event(identity.hexdigest()[:32], options["kind"], "fired", options["trigger_payload"])


def _first(options: Options, now: float) -> float | None:
    if options["kind"] == "once":
        return _at(options, "date")
    start = _at(options, "startDate") if "startDate" in options else now
    if options["kind"] == "alarm":
        return _match(options, max(now, start - 1))
    return start if start >= now else _next(options, start, now)


def _next(options: Options, due: float, now: float) -> float | None:
    """The first one after `now`, counted from `due`."""
    if options["kind"] == "once":
        return None
    if options["kind"] == "alarm":
        return _match(options, now)
    period = options["minutes"] * 60
    return float(due + period * (floor((now - due) / period) + 1))


def _match(options: Options, after: float) -> float | None:
    # Where an hour comes twice, a search that begins in the second may find the first one again.
    found = CronSim(options["cron"], datetime.fromtimestamp(after, _zone(options["timezone"])))
    return next((at for at in map(datetime.timestamp, found) if at > after), None)


def _cron(options: Options) -> dict[str, Any]:
    cron, zone = read.text(options, "cron"), read.text(options, "timezone", "UTC")
    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        message = (
            f"{error}: give five fields, or six that begin with seconds: */10 8-18 * * MON-FRI"
        )
        raise OptionError("cron", message) from None
    try:
        _zone(zone)
    except (KeyError, ValueError, OSError):
        raise OptionError("timezone", "give a name such as Europe/Berlin") from None
    return {"cron": cron, "timezone": zone}


def _period(options: Options) -> dict[str, Any]:
    dates = [name for name in ("startDate", "stopDate") if name in options]
    result = {name: read.moment(options, name).isoformat() for name in dates}
    if len(dates) == 2 and _at(result, "stopDate") <= _at(result, "startDate"):
        raise OptionError("stopDate", "give a date after startDate")
    return {**result, "maxTriggers": read.whole(options, "maxTriggers", -1, -1)}


def _once(options: Options) -> dict[str, Any]:
    if str(options.get("deleteAfterFire", False)).lower() != "false":
        raise OptionError("deleteAfterFire", "this provider keeps triggers: give false")
    return {"date": read.moment(options, "date").isoformat()}


def _payload(options: Options) -> Mapping[str, Any]:
    payload = options.get("trigger_payload", {})
    payload = {"payload": payload} if isinstance(payload, str) else payload
    if not isinstance(payload, Mapping):
        raise OptionError("trigger_payload", "give an object or a text")
    return payload


def _at(options: Options, name: str) -> float:
    return read.moment(options, name).timestamp()


def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)
