"""How often one may ask: a sliding window, exact to the request, per subject and per address."""

import hashlib
from dataclasses import dataclass
from typing import cast

import redis

from findme.errors import RequestError
from findme.store import PREFIX, veiled_key

_WINDOW_S = 60

# The window's times, newest first and no more than are allowed; a refused request is not among
# them, so that refusals do not keep a caller out. → the seconds to wait, 0 for none
_HIT = """
local most, now, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local oldest = redis.call('LINDEX', KEYS[1], most - 1)
if oldest then
  local wait = tonumber(oldest) + window - now
  if wait > 0 then return math.min(math.ceil(wait), window) end
end
redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('LTRIM', KEYS[1], 0, most - 1)
redis.call('EXPIRE', KEYS[1], window)
return 0
"""


@dataclass(frozen=True)
class Window:
    """At most `most` requests in any 60 seconds are counted under `key`."""

    key: str
    most: int


def subject_window(subject: str, most: int) -> Window:
    return Window(veiled_key("rate", subject), most)


def address_window(address: str, most: int) -> Window:
    """The address itself stands nowhere: it is personal data."""
    veil = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:32]
    return Window(f"{PREFIX}rate:address:{veil}", most)


def count(pipeline: redis.client.Pipeline, window: Window, now: float) -> None:
    """Count a request at `now` in seconds; the pipeline's reply is the seconds to wait."""
    pipeline.eval(_HIT, 1, window.key, str(window.most), repr(now), str(_WINDOW_S))


def refuse_where(waits: list[object]) -> None:
    """Raise 429 with the longest of the waits that `count` replied, if there is one."""
    wait = max(cast(list[int], waits), default=0)
    if wait:
        message = f"too many requests: try again in {wait} s"
        raise RequestError(429, "too_many_requests", message, headers={"Retry-After": str(wait)})
