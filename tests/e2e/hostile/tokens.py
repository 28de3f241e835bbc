"""Making tokens by hand: a JOSE library would refuse to write most of what is sent here."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey
Json = dict[str, Any]

SCOPES = "findme:enrol findme:search findme:data findme:keys"
ABSENT = object()
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_ALGORITHMS = jwt.algorithms.get_default_algorithms()


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signature(algorithm: str, key: PrivateKey | bytes, message: bytes) -> bytes:
    """`key` is bytes for an HMAC."""
    if isinstance(key, bytes):
        return hmac.new(key, message, _HASHES[algorithm]).digest()
    return bytes(_ALGORITHMS[algorithm].sign(message, key))


def part(content: Json | bytes) -> str:
    return base64url(content if isinstance(content, bytes) else json.dumps(content).encode())


def compact(
    header: Json | bytes, payload: Json | bytes, algorithm: str, key: PrivateKey | bytes
) -> str:
    """A JWS in its compact form, its header and payload whatever one likes."""
    signed = f"{part(header)}.{part(payload)}"
    return f"{signed}.{base64url(signature(algorithm, key, signed.encode()))}"


@dataclass(frozen=True)
class Forge:
    """An issuer's address and its real key: what is wrong with a token is then one thing alone.

    `thief` is a key of nobody's, published at `lair`, which is a real server.
    """

    issuer: str
    key: PrivateKey
    key_id: str
    thief: PrivateKey
    lair: str
    algorithm: str = "EdDSA"
    audience: str = "findme"
    subject: str = "mallory"

    def header(self, **changes: Any) -> Json:
        return _changed({"alg": self.algorithm, "typ": "at+jwt", "kid": self.key_id}, changes)

    def claims(self, **changes: Any) -> Json:
        now = int(time.time())
        given = {"iss": self.issuer, "aud": self.audience, "sub": self.subject, "scope": SCOPES}
        return _changed({**given, "iat": now, "nbf": now, "exp": now + 600}, changes)

    def token(self, header: Json | bytes | None = None, claims: Json | bytes | None = None) -> str:
        """Signed as the issuer signs."""
        return compact(header or self.header(), claims or self.claims(), self.algorithm, self.key)

    def stolen(self, **header: Any) -> str:
        """Signed by the thief."""
        return compact(self.header(**header), self.claims(), "EdDSA", self.thief)

    def unsigned(self, signature: str = "", **header: Any) -> str:
        return f"{part(self.header(**header))}.{part(self.claims())}.{signature}"

    def public(self, encoding: Encoding, form: PublicFormat) -> bytes:
        return self.key.public_key().public_bytes(encoding, form)


def jwk(key: PrivateKey, **members: Any) -> Json:
    """The public part, as RFC 7517 has it."""
    kind = {RSAPrivateKey: "RS256", EllipticCurvePrivateKey: "ES256", Ed25519PrivateKey: "EdDSA"}
    name = next(name for type_, name in kind.items() if isinstance(key, type_))
    public = _ALGORITHMS[name].to_jwk(key.public_key(), as_dict=True)
    return {member: value for member, value in {**public, **members}.items() if value is not None}


def private_key(file: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _changed(original: Json, changes: Json) -> Json:
    merged = {**original, **changes}
    return {name: value for name, value in merged.items() if value is not ABSENT}
