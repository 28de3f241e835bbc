"""How long to wait before another try: longer each time, and each waiter another while."""

import random

_random = random.SystemRandom()


def backoff(failures: int, *, base: float, cap: float) -> float:
    """Seconds for what is out of reach: up to `base` × 2 to the power of `failures`, and `cap`."""
    return _random.uniform(0, min(cap, base * 2 ** min(failures, 30)))


def patience(attempts: int) -> float:
    """Seconds for one event that failed: 12 attempts take six to eleven minutes."""
    return _random.uniform(0.5, 1) * attempts**2
