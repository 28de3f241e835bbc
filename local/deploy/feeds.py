"""What fires a trigger from outside: an action, told of the trigger's life cycle by events."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from findme.openwhisk import OpenWhisk, OpenWhiskError
from local.deploy.document import Node

_NAME = re.compile(r"/\w[\w@ .&-]*(/\w[\w@ .&-]*){1,2}", re.ASCII)
_SENT_WITH_EVENTS = ("authKey", "lifecycleEvent", "triggerName")


class FeedError(Exception):
    """A feed did not do what a life-cycle event asks for: says which feed and why."""


@dataclass(frozen=True)
class Feed:
    """`name` is `/namespace/package/action` or `/namespace/action`."""

    name: str
    trigger: str
    inputs: Mapping[str, Any]

    def create(self, api_host: str, auth: str) -> None:
        self._send("CREATE", self.inputs, api_host, auth)

    def delete(self, api_host: str, auth: str) -> None:
        self._send("DELETE", {}, api_host, auth)

    def _send(self, event: str, options: Mapping[str, Any], api_host: str, auth: str) -> None:
        _, namespace, action = self.name.split("/", 2)
        sent = {"authKey": auth, "lifecycleEvent": event, "triggerName": f"/_/{self.trigger}"}
        try:
            OpenWhisk(api_host, auth, namespace).invoke(action, {**options, **sent})
        except OpenWhiskError as error:
            raise FeedError(f"{event} by the feed {self.name}: {error}") from error


def find(node: Node, trigger: str, inputs: Mapping[str, Any]) -> Feed | None:
    """None where no feed is named, also by a variable: a deployment may leave a feed out."""
    name = "" if node.value in (None, "") else node.expanded()
    if not name:
        return None
    if not _NAME.fullmatch(name):
        raise node.refusal(f"{name!r}: write '/_/package/action' or '/namespace/package/action'")
    for key in _SENT_WITH_EVENTS:
        if key in inputs:
            raise node.refusal(f"the deployer sends a feed its own {key!r}: rename the input")
    return Feed(name, trigger, inputs)
