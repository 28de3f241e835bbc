"""The issuer's Ed25519 key: made on first use, its public part published as a key set."""

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class SigningKey:
    def __init__(self, key_file: Path) -> None:
        """Raises ValueError where the file holds something else."""
        self._private = _load_or_create(key_file)
        self._public = _public_jwk(self._private)

    def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        """A JWT; `kind` is its header's `typ`."""
        headers = {"kid": self._public["kid"], "typ": kind}
        return jwt.encode(dict(claims), self._private, algorithm="EdDSA", headers=headers)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The key set of RFC 7517, public part only."""
        return {"keys": [self._public]}


def _load_or_create(key_file: Path) -> Ed25519PrivateKey:
    if not key_file.exists():
        _create(key_file)
    remedy = f"{key_file} holds no Ed25519 private key: delete it, and a new one is made"
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except ValueError as error:
        raise ValueError(remedy) from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise ValueError(remedy)


def _create(key_file: Path) -> None:
    key_file.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    # A temporary file has mode 0600 from the start. Linking it is atomic and never replaces a
    # key that another process made in the meantime.
    with tempfile.NamedTemporaryFile(dir=key_file.parent) as draft:
        draft.write(pem)
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, key_file)


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    x = base64url(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    required = {"crv": "Ed25519", "kty": "OKP", "x": x}
    return required | {"kid": _thumbprint(required), "use": "sig", "alg": "EdDSA"}


def _thumbprint(required: dict[str, str]) -> str:
    """RFC 7638: the hash of the key's required members, sorted and without white space."""
    canonical = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(canonical.encode()).digest())


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
