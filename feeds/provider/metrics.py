"""What an operator sees: counters and times for Prometheus, and whether the provider is well."""

from collections.abc import Iterable

import redis
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from feeds.provider import scripts
from feeds.provider.hints import store_time


class Metrics:
    """Labels are sources, kinds and outcomes: never a trigger, of which there may be thousands."""

    def __init__(self, store: redis.Redis) -> None:
        self._registry = CollectorRegistry()
        self.polls = Counter(
            "feeds_polls", "Polls that ended", ["source", "outcome"], registry=self._registry
        )
        self.poll_seconds = Histogram(
            "feeds_poll_seconds", "How long a poll took", ["source"], registry=self._registry
        )
        self.events = Counter(
            "feeds_events", "Events that sources found", ["source"], registry=self._registry
        )
        self.deliveries = Counter(
            "feeds_deliveries", "Events fired, by how it ended", ["outcome"],
            registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Shared(store))

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Shared:
    """What is common to all providers, read when somebody asks."""

    def __init__(self, store: redis.Redis) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "feeds_subscriptions", "Triggers that are fed", value=self._store.scard(scripts.ALL)
        )
        overdue = GaugeMetricFamily(
            "feeds_overdue_seconds", "How late the work is that waits longest", labels=["work"]
        )
        now = store_time(self._store)
        for work, due in (("poll", scripts.DUE_POLL), ("deliver", scripts.DUE_DELIVER)):
            first = self._store.zrange(due, 0, 0, withscores=True)
            overdue.add_metric([work], max(0.0, now - float(first[0][1])) if first else 0)
        yield overdue
