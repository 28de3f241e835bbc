"""Secrets are sealed, and their key can be replaced."""

import pytest
import redis
from cryptography.fernet import Fernet

from feeds.provider.secrets import Cipher, SealError
from feeds.provider.subscriptions import Spec, Subscriptions
from tests.conftest import Clock

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
SPEC = Spec("s3", {"bucket": "b", "secret": "geheim"}, frozenset({"secret"}), "uuid:key")


def test_a_key_is_replaced_without_a_gap(store: redis.Redis, clock: Clock) -> None:
    Subscriptions(store, Cipher(OLD), clock).create("/guest/t", SPEC)
    both = Subscriptions(store, Cipher(f"{NEW},{OLD}"), clock)
    assert both.get("/guest/t") == SPEC
    assert both.reseal() == 0
    assert Subscriptions(store, Cipher(NEW), clock).get("/guest/t") == SPEC
    old = Subscriptions(store, Cipher(OLD), clock)
    assert old.reseal() == 1
    with pytest.raises(SealError, match="FEEDS_KEY"):
        old.get("/guest/t")


@pytest.mark.parametrize("keys", ["", "geheim", f"{OLD},"])
def test_a_malformed_key_is_refused_unseen(keys: str) -> None:
    with pytest.raises(SealError, match="must be one or more Fernet keys") as error:
        Cipher(keys)
    assert "geheim" not in str(error.value)
