"""What was begun before a deletion writes nothing after it.

Before it deletes, `forget_me` leaves a mark for a while: a nonce, under a name that does not tell
whose it is. The guard notes the mark as the request's epoch, and whoever writes for a person does
so in one script that first looks whether the mark is still the same.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import redis

from findme.errors import RequestError
from findme.store import text, veiled_key

# A request waits for its handler for two minutes at most, and an activation ends after five.
MARK_S = 15 * 60

_FENCE = """
local mark = redis.call('GET', table.remove(KEYS, 1))
local epoch = table.remove(ARGV, 1)
if mark and mark ~= epoch then return nil end
"""


class ForgottenError(RequestError):
    """The person had everything deleted while this ran."""

    def __init__(self) -> None:
        message = "everything about you was deleted while this ran; start again"
        super().__init__(409, "forgotten", message)


def begin(store: redis.Redis, subject: str) -> None:
    """A new epoch of the person: what was admitted before it can write no more."""
    store.set(veiled_key("forgotten", subject), secrets.token_hex(16), ex=MARK_S)


def current(store: redis.Redis, subject: str) -> str:
    """The person's epoch; "" where nothing was deleted lately."""
    return text(store.get(veiled_key("forgotten", subject)) or "")


def write(
    store: redis.Redis,
    subject: str,
    epoch: str | None,
    script: str,
    keys: Sequence[str],
    *arguments: Any,
) -> Any:
    """Run a script on keys of the person, unless a deletion came between; raises ForgottenError.

    `epoch` is the request's; without one the call begins now. A script that answers nil found that
    what it builds on has gone, which only a deletion can have caused.
    """
    if epoch is None:
        epoch = current(store, subject)
    fenced = [veiled_key("forgotten", subject), *keys]
    answer = store.eval(_FENCE + script, len(fenced), *fenced, epoch, *arguments)
    if answer is None:
        raise ForgottenError
    return answer
