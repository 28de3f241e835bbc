"""Hints: news of a topic make its subscriptions poll now. It takes none of their secrets."""

import redis

from feeds.provider import scripts
from findme.store import text

# Hints make a feed poll at most this often.
_LEAST_SECONDS = 2


def hint(store: redis.Redis, source: str, topic: str, now: float) -> int:
    """Make the subscriptions of a topic due; answers how many of them will poll.

    However often it is called, each polls at most once every two seconds for it.
    """
    members = [text(member) for member in store.smembers(topic_key(source, topic))]
    script = store.register_script(scripts.HINT)
    with store.pipeline(transaction=False) as pipeline:
        for sub in members:
            script(scripts.keys(sub), [sub, now, _LEAST_SECONDS], client=pipeline)
        return sum(pipeline.execute())


def topic_key(source: str, topic: str) -> str:
    """Where the subscriptions are listed that a hint is for."""
    return scripts.topic(f"{source}/{topic}")


def store_time(store: redis.Redis) -> float:
    """The one clock of all providers and feed actions."""
    seconds, microseconds = store.time()
    return seconds + microseconds / 1e6
