"""The provider, put together."""

from collections.abc import Callable

import redis

from feeds.provider.delivery import Calls, Delivery
from feeds.provider.firing import Fire
from feeds.provider.leases import Leases
from feeds.provider.metrics import Metrics
from feeds.provider.polling import Polling
from feeds.provider.scheduler import Bench, Scheduler
from feeds.provider.secrets import Cipher
from feeds.provider.source import Source
from feeds.provider.workers import Workers


class Provider:
    """Everything but the process. Polls and deliveries have workers of their own, so that slow
    listings hold up no delivery."""

    def __init__(
        self,
        store: redis.Redis,
        cipher: Cipher,
        clock: Callable[[], float],
        fire: Fire,
        sources: Callable[[str], Source],
        *,
        workers: int,
        lease_seconds: float,
        attempts: int,
    ) -> None:
        self.metrics = Metrics(store)
        leases = Leases(store, clock, lease_seconds)
        calls = Calls(fire, Workers("fire", 2 * workers), clock)
        delivery = Delivery(store, cipher, leases, calls, self.metrics, attempts)
        polling = Polling(store, cipher, sources, leases, self.metrics, lambda: scheduler.wake())
        scheduler = Scheduler(
            leases,
            Bench(Workers("poll", workers), polling),
            Bench(Workers("deliver", workers), delivery),
            renew_seconds=lease_seconds * 0.3,
        )
        self.scheduler = scheduler
