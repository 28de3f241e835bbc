"""What only the caller can read: JSON sealed with a key that the caller made."""

import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32

_IV_BYTES = 12
_TAG_BYTES = 16


def seal(key: bytes, content: Any) -> str:
    """A compact JWE (RFC 7516, 7.1), encrypted with A256GCM under `key` itself ("dir")."""
    header = _base64url(json.dumps({"alg": "dir", "enc": "A256GCM"}).encode())
    iv = secrets.token_bytes(_IV_BYTES)
    sealed = AESGCM(key).encrypt(iv, json.dumps(content).encode(), header.encode())
    ciphertext, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    # The empty second part is where other algorithms put an encrypted key.
    return ".".join([header, "", *map(_base64url, (iv, ciphertext, tag))])


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
