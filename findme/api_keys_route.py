"""The route api_keys: a person lists, adds, rotates and revokes the keys of their machines."""

import re
from typing import Any

from findme.api_keys import SLOTS, ApiKeys, Slot
from findme.errors import RequestError
from findme.web import Request, iso

# With it a key could make keys, and a stolen one would live on.
_NEVER = "findme:keys"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_NAME = 64
_MOST_DAYS = 365
_DAY_S = 24 * 3600


def serve(request: Request, keys: ApiKeys) -> dict[str, Any]:
    """GET, POST or DELETE; each answers what then is there."""
    request.only("get", "post", "delete")
    if request.method == "post":
        keys.put(request.subject, request.epoch, _name(request), _slot(request, keys.clock()))
    elif request.method == "delete":
        keys.revoke(request.subject, request.text("name"))
    return {"keys": listing(keys, request.subject)}


def listing(keys: ApiKeys, subject: str) -> list[dict[str, Any]]:
    """The person's keys as they read them: neither a key nor its digest is among it."""
    return [
        {
            "name": name,
            "slots": [_told(slot, which) for slot, which in zip(slots, SLOTS, strict=False)],
        }
        for name, slots in sorted(keys.names(subject).items())
    ]


def _told(slot: Slot, which: str) -> dict[str, Any]:
    return {
        "slot": which,
        "scopes": slot.scopes,
        "created": iso(slot.created),
        "expires": iso(slot.expires),
    }


def _name(request: Request) -> str:
    name = request.text("name")
    if len(name) > _MOST_NAME or not name.isprintable():
        message = f"name must be at most {_MOST_NAME} printable characters"
        raise RequestError(400, "bad_field", message, "name")
    return name


def _slot(request: Request, now: float) -> Slot:
    digest = request.text("sha256")
    if not _DIGEST.fullmatch(digest):
        message = "sha256 must be the SHA-256 of your key as 64 hex digits in lower case"
        raise RequestError(400, "bad_field", message, "sha256")
    return Slot(digest, _scopes(request), now, now + _days(request) * _DAY_S)


def _scopes(request: Request) -> list[str]:
    given = request.fields.get("scopes")
    allowed = [scope for scope in request.scopes if scope != _NEVER]
    if not isinstance(given, list) or not given or any(scope not in allowed for scope in given):
        message = f"scopes must be a list of some of your own: {', '.join(allowed)}"
        raise RequestError(400, "bad_field", message, "scopes")
    return sorted(set(given))


def _days(request: Request) -> int:
    days = request.fields.get("days")
    if type(days) is not int or not 1 <= days <= _MOST_DAYS:
        message = f"days must be a whole number from 1 to {_MOST_DAYS}"
        raise RequestError(400, "bad_field", message, "days")
    return days
