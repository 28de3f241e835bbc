"""The sliding window in a real Redis, with a clock moved by hand."""

import pytest
import redis

from findme import rates
from findme.errors import RequestError

WINDOW = rates.subject_window("ada", 3)


def wait(store: redis.Redis, now: float, *windows: rates.Window) -> int:
    """Seconds to wait; 0 for a request that may pass."""
    with store.pipeline(transaction=False) as pipeline:
        for window in windows or (WINDOW,):
            rates.count(pipeline, window, now)
        waits = pipeline.execute()
    if not any(waits):
        rates.refuse_where(waits)
        return 0
    with pytest.raises(RequestError) as refused:
        rates.refuse_where(waits)
    assert (refused.value.status, refused.value.code) == (429, "too_many_requests")
    return int(refused.value.headers["Retry-After"])


def test_no_sixty_seconds_hold_more_than_allowed(store: redis.Redis) -> None:
    passed: list[float] = []
    for number in range(600):
        now = 1e9 + number * 0.7
        if not wait(store, now):
            passed.append(now)
    assert len(passed) == 7 * 3
    assert all(later - first >= 60 for first, later in zip(passed, passed[3:], strict=False))


def test_who_waits_as_long_as_told_passes_and_no_sooner(store: redis.Redis) -> None:
    for now in (0.0, 10.25, 20.0):
        assert wait(store, now) == 0
    assert wait(store, 20.5) == 40
    assert wait(store, 59.9) == 1
    assert wait(store, 60.0) == 0
    assert wait(store, 60.1) == 11, "and the next where the second one leaves the window"


def test_refusals_keep_nobody_out(store: redis.Redis) -> None:
    for _ in range(3):
        wait(store, 0.0)
    for second in range(1, 60):
        assert wait(store, float(second)) == 60 - second
    assert wait(store, 60.0) == 0


def test_each_is_counted_apart_and_the_longer_wait_told(store: redis.Redis) -> None:
    address = rates.address_window("203.0.113.9", 1)
    assert wait(store, 0.0, address, WINDOW) == 0
    assert wait(store, 30.0, address, WINDOW) == 30
    assert wait(store, 30.0, WINDOW) == 0
    assert wait(store, 40.0, address, WINDOW) == 20
    assert wait(store, 40.0, rates.subject_window("grace", 3)) == 0


def test_a_clock_that_went_back_does_not_lock_out_for_longer(store: redis.Redis) -> None:
    for _ in range(3):
        wait(store, 1e9)
    assert wait(store, 1e9 - 3600) == 60


@pytest.mark.parametrize("most", [1, 120])
def test_a_window_is_as_small_as_its_limit_and_goes_by_itself(
    store: redis.Redis, most: int
) -> None:
    window = rates.subject_window("ada", most)
    for number in range(most * 2):
        wait(store, 1e9 + number * 61, window)
    assert store.llen(window.key) <= most
    assert 0 < store.ttl(window.key) <= 60
    assert "ada" not in window.key
