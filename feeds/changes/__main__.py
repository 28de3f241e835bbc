"""A feed: subscribes triggers to the source that the operator binds to this action."""

import os
from contextlib import closing
from typing import Any

from feeds.edge import feed_action
from feeds.lifecycle import Feed, follow
from feeds.provider.secrets import Cipher
from feeds.provider.sources import SOURCES, load
from feeds.provider.subscriptions import Subscriptions
from findme.store import connect


@feed_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    # Closed each time: life-cycle events are rare, and a warm process would keep its connection.
    with closing(connect(args["redis_url"])) as store:
        subscriptions = Subscriptions(store, Cipher(args["feeds_key"]))
        # As the provider's --source: a name of the table, or name=module:class.
        name, _, place = args["source"].partition("=")
        source = load(name, {name: place} if place else SOURCES)
        return follow(Feed(name, source, subscriptions), args, os.environ)
