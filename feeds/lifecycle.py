"""The life cycle of a feed's subscriptions, as wsk, wskdeploy and the npm client ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feeds.provider.source import Options, Source
from feeds.provider.subscriptions import Spec, Subscriptions
from feeds.rights import FeedError, owned_trigger

Answer = dict[str, Any]

# What the operator binds and what the protocol sends; all else that arrives is an option.
_NOT_OPTIONS = {"source", "redis_url", "feeds_key", "lifecycleEvent", "triggerName", "authKey"}
_TIMES = {"created", "last_poll", "next_poll", "last_delivery", "at"}


@dataclass(frozen=True)
class Call:
    """A life-cycle event of a trigger, `/namespace/name`, that `auth_key` may change."""

    trigger: str
    auth_key: str
    options: Options


class Feed:
    """The subscriptions to one source."""

    def __init__(self, name: str, source: Source, subscriptions: Subscriptions) -> None:
        self._name = name
        self._source = source
        self._subscriptions = subscriptions

    def create(self, call: Call) -> Answer:
        self._subscriptions.create(call.trigger, self._spec(call.auth_key, call.options))
        return {"trigger": call.trigger, "active": True}

    def read(self, call: Call) -> Answer:
        spec = self._own(call.trigger)
        return {"config": spec.masked(), "status": _dated(self._subscriptions.status(call.trigger))}

    def update(self, call: Call) -> Answer:
        """Options that are not given stay as they are; null takes one back."""
        old = self._own(call.trigger).options
        changes = {name: value for name, value in call.options.items() if name != "retry_dead"}
        spec = self._spec(call.auth_key, {**old, **changes})
        self._subscriptions.update(
            call.trigger,
            spec,
            keep_state=all(old.get(name) == spec.options.get(name) for name in self._source.place),
            retry_dead=call.options.get("retry_dead") is True,
        )
        return {"trigger": call.trigger, "updated": True}

    def delete(self, call: Call) -> Answer:
        return {"trigger": call.trigger, "deleted": self._subscriptions.delete(call.trigger)}

    def pause(self, call: Call) -> Answer:
        self._own(call.trigger)
        self._subscriptions.pause(call.trigger)
        return {"trigger": call.trigger, "active": False}

    def unpause(self, call: Call) -> Answer:
        """From now on with the caller's key, and with changed options where some are given."""
        self.update(call)
        self._subscriptions.unpause(call.trigger)
        return {"trigger": call.trigger, "active": True}

    def _own(self, trigger: str) -> Spec:
        spec = self._subscriptions.get(trigger)
        if spec.source != self._name:
            raise FeedError(409, f"{trigger} is subscribed to a feed of the source {spec.source}")
        return spec

    def _spec(self, auth_key: str, given: Options) -> Spec:
        # A package binds "" where a variable of its manifest is empty.
        options = self._source.validate({k: v for k, v in given.items() if v not in (None, "")})
        topic = str(options.get(self._source.place[0], "")) if self._source.place else ""
        return Spec(self._name, options, self._source.secrets, auth_key, topic)


_STEPS = {
    "CREATE": Feed.create,
    "READ": Feed.read,
    "UPDATE": Feed.update,
    "DELETE": Feed.delete,
    "PAUSE": Feed.pause,
    "UNPAUSE": Feed.unpause,
}

# The trigger's owner may look at, stop and remove a subscription whose trigger is gone.
_WITHOUT_TRIGGER = {"READ", "PAUSE", "DELETE"}


def follow(feed: Feed, args: Mapping[str, Any], environment: Mapping[str, str]) -> Answer:
    """Do what the life-cycle event in an action's arguments asks for, if its caller may."""
    event = args.get("lifecycleEvent")
    if event not in _STEPS:
        raise FeedError(400, f"lifecycleEvent must be one of {', '.join(_STEPS)}")
    # Clients send a key. Whoever pauses a feed by hand has the one that the action is invoked with.
    auth_key = args.get("authKey", environment.get("__OW_API_KEY"))
    trigger = owned_trigger(
        args.get("triggerName"),
        auth_key,
        environment["__OW_API_HOST"],
        must_exist=event not in _WITHOUT_TRIGGER,
    )
    options = {name: value for name, value in args.items() if name not in _NOT_OPTIONS}
    return _STEPS[event](feed, Call(trigger, str(auth_key), options))


def _dated(value: Any, name: str = "") -> Any:
    """A status with its times, in seconds since the epoch, as people read them."""
    if isinstance(value, dict):
        return {key: _dated(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner) for inner in value]
    if name in _TIMES and value is not None:
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds")
    return value
