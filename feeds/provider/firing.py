"""Firing triggers, and what the platform's answer means for the event and for the feed."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

import urllib3

from findme.openwhisk import OpenWhisk, OpenWhiskError

_REFUSALS = {401: "key_refused", 403: "not_allowed", 404: "trigger_gone"}
_OUTAGES = {0, 408, 429, 502, 503, 504}
# A rule that was passed: OpenWhisk counts by the minute.
_THROTTLED_SECONDS = 5.0


class FireError(Exception):
    """This event was not taken: it may be the event's fault. `outcome` is for counting."""

    outcome = "failed"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class RefusedError(FireError):
    """The platform will take no event of this feed before somebody acts."""

    outcome = "refused"


class OutageError(FireError):
    """The platform is out of reach, or will have no more for `wait` seconds at least."""

    outcome = "outage"

    def __init__(self, code: str, message: str, wait: float = 0) -> None:
        super().__init__(code, message)
        self.wait = wait


class Fire(Protocol):
    def __call__(self, trigger: str, auth_key: str, event: Mapping[str, Any]) -> bool:
        """Fire `/namespace/name`; whether an active rule listens. Raises FireError."""


class Platform:
    """The triggers of one OpenWhisk; keeps its connections, whosesoever key comes with them."""

    def __init__(self, api_host: str, *, connections: int, timeout_s: float = 30) -> None:
        self._api_host = api_host
        timeout = urllib3.Timeout(connect=5, read=timeout_s)
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=timeout, retries=False)

    def __call__(self, trigger: str, auth_key: str, event: Mapping[str, Any]) -> bool:
        namespace, _, name = trigger.removeprefix("/").partition("/")
        client = OpenWhisk(self._api_host, auth_key, namespace, pool=self._pool)
        try:
            answer = client.request("POST", f"triggers/{quote(name, safe='')}", event)
        except OpenWhiskError as error:
            raise _meaning(error) from error
        return answer is not None


def _meaning(error: OpenWhiskError) -> FireError:
    if code := _REFUSALS.get(error.status):
        return RefusedError(code, str(error))
    if error.status in _OUTAGES:
        least = _THROTTLED_SECONDS if error.status == 429 else 0
        return OutageError("platform", str(error), max(least, error.retry_after))
    return FireError(f"status_{error.status}", str(error))
