"""The options of the S3 source, their defaults and what may not stand together."""

import re
from typing import Any

from feeds.provider.source import OptionError, Options
from feeds.provider.sources import options as read

_KINDS = ("added", "modified", "deleted")
CREDENTIALS = ("access_key_id", "secret_access_key", "session_token")
_SIGNED = (*CREDENTIALS, "profile", "role")
_ALIASES = {
    "accessKeyId": "access_key_id",
    "secretAccessKey": "secret_access_key",
    "sessionToken": "session_token",
}
_NAMES = (
    *("bucket", "interval", "interval_seconds", "s3_endpoint", "region", "style"),
    *(*_SIGNED, "anonymous", "prefix", "suffix", "pattern", "events"),
    *("initial", "since", "settle", "batch", "max_deleted_share", "accept_deletions"),
)


def validated(options: Options) -> dict[str, Any]:
    """Raises OptionError."""
    given = {name: value for name, value in options.items() if name not in _ALIASES}
    given |= {_ALIASES[name]: value for name, value in options.items() if name in _ALIASES}
    read.known(given, _NAMES)
    return {
        "bucket": _bucket(given),
        **_interval(given),
        "s3_endpoint": read.address(given, "s3_endpoint", ""),
        "region": read.text(given, "region", "us-east-1"),
        "style": read.choice(given, "style", ("auto", "path", "virtual"), "auto"),
        **_credentials(given),
        **{name: read.text(given, name, "") for name in ("prefix", "suffix", "pattern")},
        "events": _events(given),
        **_initial(given),
        "settle": read.number(given, "settle", 0, 0, 86_400),
        "batch": read.whole(given, "batch", 1, 1, 1000),
        "max_deleted_share": read.number(given, "max_deleted_share", 0.5, 0, 1),
        "accept_deletions": read.whole(given, "accept_deletions", 0, 0),
    }


def _bucket(given: Options) -> str:
    name = read.text(given, "bucket")
    if not re.fullmatch(r"[A-Za-z0-9._-]{3,255}", name):
        raise OptionError("bucket", "give the bucket's name alone")
    return name


def _interval(given: Options) -> dict[str, Any]:
    if "interval" in given and "interval_seconds" in given:
        raise OptionError("interval_seconds", "give it or interval; null takes the other one back")
    if "interval_seconds" in given:
        return {"interval_seconds": read.number(given, "interval_seconds", None, 1)}
    # The default is not stored, so that an UPDATE can set the other one.
    return {"interval": read.number(given, "interval", None, 1)} if "interval" in given else {}


def _credentials(given: Options) -> dict[str, Any]:
    texts = {name: read.text(given, name) for name in _SIGNED if name in given}
    anonymous = read.flag(given, "anonymous")
    if not (texts or anonymous):
        message = "give it and secret_access_key, or profile, role or anonymous: true"
        raise OptionError("access_key_id", message)
    keys = [name for name in CREDENTIALS if name in texts]
    for name in CREDENTIALS[:2]:
        if keys and name not in keys:
            raise OptionError(name, "access_key_id and secret_access_key go together")
    if anonymous and texts:
        raise OptionError("anonymous", f"it goes with no {', '.join(texts)}; null takes one back")
    if keys and "profile" in texts:
        raise OptionError("profile", "give it or keys; null takes the other one back")
    return {**texts, "anonymous": anonymous}


def _events(given: Options) -> list[str]:
    events = given.get("events", _KINDS)
    events = [each.strip() for each in events.split(",")] if isinstance(events, str) else events
    chosen = [kind for kind in _KINDS if isinstance(events, list | tuple) and kind in events]
    if not chosen or len(chosen) != len(events):
        raise OptionError("events", f"give a list of some of {', '.join(_KINDS)}")
    return chosen


def _initial(given: Options) -> dict[str, str]:
    initial = read.choice(given, "initial", ("none", "all", "since"), "none")
    if (initial == "since") != ("since" in given):
        raise OptionError("since", "give a date, and initial: since")
    if initial != "since":
        return {"initial": initial}
    return {"initial": initial, "since": f"{read.moment(given, 'since'):%Y-%m-%dT%H:%M:%SZ}"}
