"""Whose trigger it is: proven to the platform with the caller's own key."""

import re
from urllib.parse import quote

from findme.openwhisk import OpenWhisk, OpenWhiskError

# Names as OpenWhisk takes them; a trigger without a namespace is in the key's own.
_NAME = re.compile(r"(?:/(?P<namespace>\w[\w@ .&-]*)/)?(?P<trigger>\w[\w@ .&-]*)", re.ASCII)
_KEY = re.compile(r"[!-9;-~]+:[!-~]+")
_WAIT_S = 10


class FeedError(Exception):
    """A life-cycle event is refused; `status` is what HTTP would call it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def owned_trigger(name: object, key: object, api_host: str, *, must_exist: bool) -> str:
    """The full name, `/namespace/trigger`, of a trigger that the key may change; or FeedError.

    Where it need not exist, the namespace decides: a subscription can outlive its trigger.
    """
    parts = _NAME.fullmatch(name) if isinstance(name, str) else None
    if parts is None:
        raise FeedError(400, "triggerName must be /namespace/trigger, or /_/trigger for your own")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise FeedError(400, "authKey must be the key of the trigger's namespace, uuid:key")
    namespace, trigger = parts["namespace"] or "_", parts["trigger"]
    platform = OpenWhisk(api_host, key, timeout_s=_WAIT_S)
    try:
        own = platform.namespaces()
        if namespace not in ("_", *own):
            raise FeedError(403, f"authKey opens {', '.join(own)}, and triggerName is in another")
        if must_exist:
            platform.request("GET", f"triggers/{quote(trigger)}")
    except OpenWhiskError as error:
        raise _refusal(error.status, f"/{namespace}/{trigger}") from None
    return f"/{own[0] if namespace == '_' else namespace}/{trigger}"


def _refusal(status: int, trigger: str) -> FeedError:
    if status == 401:
        return FeedError(401, "authKey is not a key that the platform knows")
    if status == 403:
        return FeedError(403, f"triggerName: authKey may not change {trigger}")
    if status == 404:
        return FeedError(404, f"triggerName: there is no trigger {trigger}; create it first")
    return FeedError(503, "the platform could not be asked about the trigger; try again")
