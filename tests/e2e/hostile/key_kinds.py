"""Tokens against a provider that publishes keys of every kind: one key, one algorithm."""

import json
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.e2e.hostile.provider import SECRET, Provider
from tests.e2e.hostile.tokens import Forge, base64url, compact, jwk, part

Make = Callable[[Provider], str]

_SPKI = PublicFormat.SubjectPublicKeyInfo


def forge_of(provider: Provider, key_id: str, algorithm: str) -> Forge:
    """Signs by the provider's key `key_id`, under any algorithm's name."""
    key = provider.keys[key_id]
    return Forge(provider.url, key, key_id, provider.keys["EdDSA"], provider.url, algorithm)


def _by(key_id: str, algorithm: str, named: str | None = None, kid: str | None = None) -> Make:
    """Signed by `key_id` with `algorithm`; the header may say something else of both."""

    def make(provider: Provider) -> str:
        forge = forge_of(provider, key_id, algorithm)
        return forge.token(forge.header(alg=named or algorithm, kid=kid or key_id))

    return make


def _keyed(key_id: str, secret: Callable[[Forge], bytes]) -> Make:
    def make(provider: Provider) -> str:
        forge = forge_of(provider, key_id, "HS256")
        return compact(forge.header(), forge.claims(), "HS256", secret(forge))

    return make


def _signed(key_id: str, sign: Callable[[Provider, bytes], bytes]) -> Make:
    def make(provider: Provider) -> str:
        forge = forge_of(provider, key_id, key_id)
        message = f"{part(forge.header())}.{part(forge.claims())}"
        return f"{message}.{base64url(sign(provider, message.encode()))}"

    return make


def _der(provider: Provider, message: bytes) -> bytes:
    key = provider.keys["ES256"]
    assert isinstance(key, EllipticCurvePrivateKey)
    return key.sign(message, ECDSA(hashes.SHA256()))


GOOD = {
    "RS256": _by("RS256", "RS256"),
    "ES256": _by("ES256", "ES256"),
    "EdDSA": _by("EdDSA", "EdDSA"),
    "a key without alg": _by("unnamed", "RS256"),
}

BAD: dict[str, Make] = {
    "RS384 by the key for RS256": _by("RS256", "RS384"),
    "RS512 by the key for RS256": _by("RS256", "RS512"),
    "PS256 by the key for RS256": _by("RS256", "PS256"),
    "PS256 by a key without alg": _by("unnamed", "PS256"),
    "RS512 by a key without alg": _by("unnamed", "RS512"),
    "RS512 by the key for RS512": _by("RS512", "RS512"),
    "RS256 by the key for RS512": _by("RS512", "RS256"),
    "ES384 by the key for ES384": _by("ES384", "ES384"),
    "RS256 by the key for encryption": _by("encryption", "RS256"),
    "RS256 by a key of 1024 bits": _by("short", "RS256"),
    "ES256 by a key of another curve": _by("wrong curve", "ES384", named="ES256"),
    "ES384 by name": _by("ES256", "ES256", named="ES384"),
    "EdDSA with the key id of RS256": _by("EdDSA", "EdDSA", kid="RS256"),
    "EdDSA by name with the key of RS256": _by("RS256", "RS256", named="EdDSA"),
    "EdDSA by name with the key of ES256": _by("ES256", "ES256", named="EdDSA"),
    "RS256 with the key id of EdDSA": _by("RS256", "RS256", kid="EdDSA"),
    "RS256 with the key id of ES256": _by("RS256", "RS256", kid="ES256"),
    "ES256 with the key id of RS256": _by("ES256", "ES256", kid="RS256"),
    "RS256 by name with the key of EdDSA": _by("EdDSA", "EdDSA", named="RS256"),
    "a key of an unknown kind": _by("EdDSA", "EdDSA", kid="odd"),
    "HS256 by the published secret": _keyed("RS256", lambda _: SECRET),
    "HS256 by the published secret's key id": lambda provider: compact(
        forge_of(provider, "RS256", "HS256").header(kid="symmetric"),
        forge_of(provider, "RS256", "HS256").claims(),
        "HS256",
        SECRET,
    ),
    **{
        f"HS256 by the public key of {key_id}: {name}": _keyed(key_id, secret)
        for key_id in ("RS256", "ES256", "unnamed")
        for name, secret in {
            "PEM": lambda forge: forge.public(Encoding.PEM, _SPKI),
            "PEM without its last line end": lambda f: f.public(Encoding.PEM, _SPKI).rstrip(),
            "DER": lambda forge: forge.public(Encoding.DER, _SPKI),
            "JWK": lambda forge: json.dumps(jwk(forge.key)).encode(),
        }.items()
    },
    "HS256 by the old PEM of RSA": _keyed(
        "RS256", lambda forge: forge.public(Encoding.PEM, PublicFormat.PKCS1)
    ),
    "HS256 by the point of ES256": _keyed(
        "ES256", lambda forge: forge.public(Encoding.X962, PublicFormat.UncompressedPoint)
    ),
    "ES256 signed in DER": _signed("ES256", _der),
    "ES256 signed with zeros": _signed("ES256", lambda *_: bytes(64)),
    "ES256 signed with ones": _signed("ES256", lambda *_: b"\xff" * 64),
    "RS256 signed with zeros": _signed("RS256", lambda *_: bytes(256)),
    "RS256 signed with one": _signed("RS256", lambda *_: bytes(255) + b"\x01"),
    "EdDSA signed with zeros": _signed("EdDSA", lambda *_: bytes(64)),
}
