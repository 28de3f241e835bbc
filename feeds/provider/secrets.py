"""Encryption of what must not lie in Redis in clear: keys of triggers, credentials of sources."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealError(Exception):
    """FEEDS_KEY is missing, malformed, or not the one that something was sealed with."""


class Cipher:
    """Seals with the first of the keys and opens with any, so that a key can be replaced.

    `keys` are Fernet keys (`Fernet.generate_key()`) with commas between.
    """

    def __init__(self, keys: str) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError:
            raise SealError(
                "FEEDS_KEY must be one or more Fernet keys, with commas between: make one with "
                'python -c "from cryptography.fernet import Fernet as F; print(F.generate_key())"'
            ) from None

    def seal(self, secret: Mapping[str, Any]) -> bytes:
        return self._fernet.encrypt(json.dumps(secret).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise SealError("this was sealed with a key that FEEDS_KEY does not hold") from None
        return opened

    def reseal(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise SealError("this was sealed with a key that FEEDS_KEY does not hold") from None
