"""The issuer's keys, kept in the warm process and in Redis.

Soft age: a refresh is tried, and the old keys serve on where it fails. Hard age: they are dropped.
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import redis

from findme.discovery import ProviderError, fetch_keys
from findme.errors import unavailable
from findme.shared_keys import SharedKeys

ALGORITHMS = ("EdDSA", "ES256", "RS256")

_SOFT_S = 3600
_HARD_S = 24 * 3600
_PAUSE_S = 60
_PAUSE_WITHOUT_KEYS_S = 5

# Two fetches, and a look-up of names that takes its time.
_FETCH_S = 10
_LOOK_S = 0.05


class KeySet:
    """The keys of one issuer, as all processes with one Redis know them."""

    def __init__(self, issuer: str, store: redis.Redis, clock: Callable[[], float]) -> None:
        self.issuer = issuer
        self._shared = SharedKeys(store, issuer, _HARD_S)
        self._clock = clock
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._fetched = 0.0
        self._asked = 0.0

    def key(self, kid: str | None) -> jwt.PyJWK | None:
        """The key with this id, None where the issuer has no such key.

        Raises RequestError 503 when there are no keys and the provider is out of reach.
        """
        if self._is_older_than(_HARD_S):
            self._keys = {}
        if kid not in self._keys:
            self._seek(kid)
        elif self._is_older_than(_SOFT_S):
            self._renew()
        if not self._keys:
            raise unavailable("identity_unavailable", "sign-in cannot be checked at the moment")
        return self._keys.get(kid)

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched + seconds < self._clock()

    def _renew(self) -> None:
        """Once a minute: another process may have new keys, and else the provider is asked."""
        now = self._clock()
        if self._asked + _PAUSE_S < now:
            self._asked = now
            self._recall()
            if self._is_older_than(_SOFT_S):
                self._refresh()

    def _seek(self, kid: str | None) -> None:
        """Look where other processes keep theirs, then ask the provider, or wait for who does."""
        until = time.monotonic() + _FETCH_S
        self._recall()
        while kid not in self._keys and time.monotonic() < until:
            if self._refresh():
                return
            fetching = self._shared.is_being_fetched()
            self._recall()
            if not fetching:
                return
            time.sleep(_LOOK_S)

    def _recall(self) -> None:
        held = self._shared.recall()
        if held is not None and held.fetched > max(self._fetched, self._clock() - _HARD_S):
            self._use(held.keys, held.fetched)

    def _refresh(self) -> bool:
        """Ask the provider, where it is this process's turn; whether it was."""
        if not self._shared.claim(_FETCH_S):
            return False
        try:
            keys, now = fetch_keys(self.issuer), self._clock()
            if not _usable(keys):
                raise ProviderError("no_usable_key")
        except ProviderError as error:
            print(f"the issuer's keys could not be fetched: {error}", file=sys.stderr)
            self._shared.give_up(_PAUSE_S if self._keys else _PAUSE_WITHOUT_KEYS_S)
            return True
        self._shared.keep(keys, now, _PAUSE_S)
        self._use(keys, now)
        return True

    def _use(self, keys: list[Any], fetched: float) -> None:
        self._keys, self._fetched = _usable(keys), fetched


def _usable(keys: list[Any]) -> dict[str | None, jwt.PyJWK]:
    """The keys that verify a signature of ours, by id; one that we cannot read hides no other."""
    found = {}
    for jwk in keys:
        if isinstance(jwk, dict) and jwk.get("use", "sig") == "sig":
            try:
                key = jwt.PyJWK(jwk)
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            if key.algorithm_name in ALGORITHMS and isinstance(key.key_id, str | None):
                found[key.key_id] = key
    return found
