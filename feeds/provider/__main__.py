"""`python -m feeds.provider`: follow what subscriptions name until SIGTERM."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping

import redis

from feeds.provider.clock import StoreClock
from feeds.provider.config import Config
from feeds.provider.firing import Platform
from feeds.provider.secrets import Cipher, SealError
from feeds.provider.service import Provider
from feeds.provider.source import Source
from feeds.provider.sources import load
from feeds.provider.subscriptions import Subscriptions
from feeds.provider.web import serve
from findme.store import connect

log = logging.getLogger("feeds.provider")


def main() -> None:
    config = Config.read(sys.argv[1:], os.environ)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    store = connect(config.redis_url)
    try:
        cipher = Cipher(config.keys)
        unopened = Subscriptions(store, cipher).reseal()
    except (SealError, redis.RedisError) as error:
        sys.exit(f"the feed provider cannot start: {error}")
    if unopened:
        log.error("FEEDS_KEY does not open the secrets of %d subscriptions", unopened)
    provider = Provider(
        store,
        cipher,
        StoreClock(store),
        Platform(config.api_host, connections=3 * config.workers),
        _made_once(config.sources),
        workers=config.workers,
        lease_seconds=config.lease_seconds,
        attempts=config.attempts,
    )
    scheduler = provider.scheduler
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.stop())
    server = serve(*config.listen, provider.metrics.text, lambda: scheduler.well)
    log.info("the feed provider answers on http://%s:%d", config.listen[0], server.server_port)
    scheduler.run()


def _made_once(table: Mapping[str, str]) -> Callable[[str], Source]:
    made: dict[str, Source] = {}
    lock = threading.Lock()

    def source(name: str) -> Source:
        with lock:
            if name not in made:
                made[name] = load(name, table)
            return made[name]

    return source


if __name__ == "__main__":
    main()
