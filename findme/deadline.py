"""How long the running activation may still work, from `__OW_DEADLINE`."""

import os
from collections.abc import Mapping

# Kept back from the platform's limit: the last photo, one ledger write and a few fires.
_RESERVE_S = 8.0

# An activation outside the platform (a test, a shell) gets the platform's default time.
_DEFAULT_MS = 60_000


def deadline(now: float, environment: Mapping[str, str] = os.environ) -> float:
    """When the platform ends this activation, in seconds since the epoch."""
    return float(environment.get("__OW_DEADLINE", now * 1000 + _DEFAULT_MS)) / 1000


def work_until(now: float, environment: Mapping[str, str] = os.environ) -> float:
    """When to begin nothing more: the deadline less a reserve, of at most half of what is left."""
    end = deadline(now, environment)
    return end - min(_RESERVE_S, (end - now) / 2)
