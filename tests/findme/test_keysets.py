"""The issuer's keys against real providers: good, rotating, lying, slow and gone."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from findme.errors import RequestError
from findme.keysets import KeySet
from tests.conftest import Clock
from tests.findme import provider as providers
from tests.findme.provider import DISCOVERY, Provider, jwk, send

ONCE = [DISCOVERY, "/keys"]
HOUR = 3600


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running() as started:
        yield started


@pytest.fixture
def keys(provider: Provider, store: redis.Redis, clock: Clock) -> KeySet:
    return KeySet(provider.url, store, clock)


def a_minute_passes(clock: Clock, store: redis.Redis) -> None:
    """By the clock, and in Redis, which has one of its own."""
    clock.now += 61
    for key in store.scan_iter("*:turn"):
        assert 0 < store.ttl(key) <= 60
        store.delete(key)


def unavailable(keys: KeySet) -> RequestError:
    with pytest.raises(RequestError) as refused:
        keys.key("ed")
    assert (refused.value.status, refused.value.code) == (503, "identity_unavailable")
    assert int(refused.value.headers["Retry-After"]) > 0
    return refused.value


def test_keys_are_fetched_once_and_then_asked_of_nobody(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    assert keys.key("ed")
    assert provider.asked == ONCE
    commands = store.info("stats")["total_commands_processed"]
    assert all(keys.key("ed") for _ in range(100))
    # One of them asks for this very number.
    assert store.info("stats")["total_commands_processed"] - commands == 1
    assert KeySet(provider.url, store, clock).key("ed"), "another process finds them in Redis"
    assert provider.asked == ONCE


def test_a_new_key_is_found_at_its_first_token(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    assert keys.key("ed")
    a_minute_passes(clock, store)
    provider.keys = [jwk("EdDSA", ed25519.Ed25519PrivateKey.generate(), "new")]
    assert keys.key("new")
    assert keys.key("ed") is None, "the old key was taken back"


def test_unknown_keys_are_asked_for_once_a_minute_by_all_processes_together(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    another = KeySet(provider.url, store, clock)
    assert keys.key("ed")
    assert another.key("ed")
    for minute in range(3):
        for number in range(200):
            assert keys.key(f"{minute}-{number}") is None
            assert another.key(f"{minute}-{number}") is None
        assert provider.asked == ONCE * (minute + 1)
        a_minute_passes(clock, store)


def test_a_cold_burst_asks_once(provider: Provider, store: redis.Redis, clock: Clock) -> None:
    everybody = threading.Barrier(8, timeout=10)
    provider.answers["/keys"] = providers.slow(provider.document("/keys"))
    found: list[Any] = []

    def ask() -> None:
        keys = KeySet(provider.url, store, clock)
        everybody.wait()
        found.append(keys.key("ed"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert all(found)
    assert provider.asked == ONCE


def test_a_provider_down_for_a_day_is_not_missed_until_the_hard_age(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    assert keys.key("ed")
    provider.stop()
    for _ in range(23):
        clock.now += HOUR
        assert keys.key("ed")
        assert KeySet(provider.url, store, clock).key("ed"), "a cold process"
        assert keys.key("unknown") is None
    clock.now += 2 * HOUR
    unavailable(keys)
    unavailable(KeySet(provider.url, store, clock))


def test_keys_are_renewed_every_hour(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    assert keys.key("ed")
    a_minute_passes(clock, store)
    clock.now += HOUR
    assert keys.key("ed")
    assert provider.asked == ONCE * 2
    another = KeySet(provider.url, store, clock)
    assert another.key("ed")
    assert provider.asked == ONCE * 2


def test_a_provider_that_comes_back_is_noticed_in_seconds(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    provider.stop()
    unavailable(keys)
    port = int(provider.url.rpartition(":")[2])
    with providers.running(port):
        unavailable(keys)
        for key in store.scan_iter("*:turn"):
            assert 0 < store.ttl(key) <= 5
            store.delete(key)
        assert keys.key("ed")


LIES: dict[str, tuple[str, Any, str]] = {
    "another issuer": (DISCOVERY, {"issuer": "https://accounts.example"}, "another_issuer"),
    "issuer with a slash more": (DISCOVERY, {"issuer": "{url}/"}, "another_issuer"),
    "no issuer": (DISCOVERY, {"jwks_uri": "{url}/keys"}, "another_issuer"),
    "keys over plain http elsewhere": (
        DISCOVERY,
        {"issuer": "{url}", "jwks_uri": "http://keys.example/keys"},
        "not_https",
    ),
    "keys over plain http on what looks like loopback": (
        DISCOVERY,
        {"issuer": "{url}", "jwks_uri": "http://127.0.0.1.keys.example/keys"},
        "not_https",
    ),
    "keys in a file": (
        DISCOVERY,
        {"issuer": "{url}", "jwks_uri": "file:///etc/passwd"},
        "not_https",
    ),
    "no address of keys": (DISCOVERY, {"issuer": "{url}"}, "not_https"),
    "an address that is none": (
        DISCOVERY,
        {"issuer": "{url}", "jwks_uri": "http://[x"},
        "not_https",
    ),
    "not JSON": (DISCOVERY, send(b"<html>"), "not_json"),
    "a list": (DISCOVERY, send(b"[]"), "not_json"),
    "nested deeply": (DISCOVERY, send(b"[" * 100_000), "not_json"),
    "huge": ("/keys", send(b" " * (256 * 1024 + 1)), "too_many_bytes"),
    "a redirect": ("/keys", send(b"", 302, Location="/other"), "too_many_redirects"),
    "missing": ("/keys", send(b"{}", 404), "http_error"),
    "no keys": ("/keys", {"nothing": 1}, "not_a_key_set"),
    "an empty list": ("/keys", {"keys": [None]}, "no_usable_key"),
    "nothing usable": (
        "/keys",
        {"keys": [{"kty": "oct", "k": "AAAA", "kid": "ed"}]},
        "no_usable_key",
    ),
    "drips": ("/keys", providers.drip, "too_slow"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_provider_that_lies_is_not_believed(
    provider: Provider, keys: KeySet, lie: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, answer, reason = LIES[lie]
    if isinstance(answer, dict):
        answer = {
            name: value.format(url=provider.url) if isinstance(value, str) else value
            for name, value in answer.items()
        }
    provider.answers[path] = answer
    unavailable(keys)
    assert reason in capsys.readouterr().err


def test_a_lie_does_not_drive_out_the_keys_held(
    provider: Provider, store: redis.Redis, keys: KeySet, clock: Clock
) -> None:
    assert keys.key("ed")
    clock.now += 2 * HOUR
    a_minute_passes(clock, store)
    provider.keys = []
    assert keys.key("ed")
    assert provider.asked == ONCE * 2


ODD: list[Any] = [
    None,
    7,
    [],
    {},
    {"kty": "OKP", "crv": "X448", "kid": "x448", "x": "AAAA"},
    {"kty": "RSA", "kid": "broken", "n": "!", "e": 65537},
    {"kty": ["RSA"], "alg": ["RS256"], "kid": "lists"},
    {"kty": "EC", "crv": "P-256", "kid": "point", "x": "AAAA", "y": "AAAA"},
    {**jwk("EdDSA", ed25519.Ed25519PrivateKey.generate(), "encryption"), "use": "enc"},
    {**jwk("EdDSA", ed25519.Ed25519PrivateKey.generate(), "x"), "kid": ["list"]},
    {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "symmetric"},
    jwk("ES384", ec.generate_private_key(ec.SECP384R1()), "es384"),
]


def test_a_key_that_we_cannot_use_hides_no_other(provider: Provider, keys: KeySet) -> None:
    good = jwk("RS256", rsa.generate_private_key(65537, 2048), "rsa")
    provider.keys = [*ODD, good]
    found = keys.key("rsa")
    assert found is not None
    assert found.algorithm_name == "RS256"
    for kid in ("x448", "broken", "lists", "point", "encryption", "symmetric", "es384", None):
        assert keys.key(kid) is None
