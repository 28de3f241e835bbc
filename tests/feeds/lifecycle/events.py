"""A life-cycle event as a client sends it, over plain HTTP."""

from typing import Any

from tests.clients.host import Host

INTERVAL = "alarms/interval"


def tell(host: Host, feed: str, event: str, trigger: str, /, **options: Any) -> Any:
    """What the feed answers; it has to succeed."""
    status, result = send(host, feed, event, trigger, **options)
    assert status == 200, result
    return result


def refused(host: Host, feed: str, event: str, trigger: str, /, **options: Any) -> tuple[int, str]:
    """Status and message of the feed's error."""
    status, result = send(host, feed, event, trigger, **options)
    assert status == 502, result
    return result["error"]["statusCode"], result["error"]["error"]


def send(host: Host, feed: str, event: str, trigger: str, /, **options: Any) -> tuple[int, Any]:
    own = {"lifecycleEvent": event, "triggerName": trigger, "authKey": host.auth}
    return host("POST", f"actions/{feed}?blocking=true&result=true", {**own, **options})
