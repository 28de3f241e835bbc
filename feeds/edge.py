"""The edge of a feed action: whatever happens inside, the client can show what went wrong."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import redis

from feeds.lifecycle import Answer
from feeds.provider.secrets import SealError
from feeds.provider.source import OptionError
from feeds.provider.subscriptions import UnknownSubscriptionError
from feeds.rights import FeedError
from findme.faults import log


def feed_action(main: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    @wraps(main)
    def edge(args: dict[str, Any]) -> Answer:
        try:
            return main(args)
        except FeedError as error:
            return _refusal(error.status, error.message)
        except OptionError as error:
            return _refusal(400, str(error))
        except UnknownSubscriptionError:
            return _refusal(404, "triggerName: not subscribed to this feed; CREATE it first")
        except SealError as error:
            return _refusal(500, f"the operator has to act: {error}")
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log(error)
            return _refusal(503, "the feeds' store is out of reach; try again in a moment")
        except Exception as error:  # noqa: BLE001 - the edge
            log(error)
            return _refusal(500, "this is our fault; the activation's log says where")

    return edge


def _refusal(status: int, message: str) -> Answer:
    # The npm client shows `error.error`; wsk and wskdeploy show every text beside it, too.
    return {"error": {"statusCode": status, "error": message}}
