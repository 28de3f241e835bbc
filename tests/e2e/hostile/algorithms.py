"""Tokens whose signature is none, or not the issuer's: algorithms, keys, and altered parts."""

import base64
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.e2e.hostile.tokens import ABSENT, Forge, base64url, compact, jwk, part

Make = Callable[[Forge], str]

_GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def _without(algorithm: object) -> Make:
    return lambda forge: forge.unsigned(alg=algorithm)


NO_ALGORITHM: dict[str, Make] = {
    **{
        f"alg {algorithm!r} without a signature": _without(algorithm)
        for algorithm in ("none", "None", "NONE", "nOnE", "none ", "", "null", "unsecured")
    },
    "alg null": _without(None),
    "alg a list": _without(["none"]),
    "alg an object": _without({"none": True}),
    "alg a number": _without(0),
    "no alg": _without(ABSENT),
    "alg none with the issuer's signature": lambda forge: forge.token(forge.header(alg="none")),
    "alg none with the thief's signature": lambda forge: forge.stolen(alg="none"),
    "alg twice, good and none": lambda forge: forge.token(
        b'{"alg":"EdDSA","kid":"%s","alg":"none"}' % forge.key_id.encode()
    ),
}


def _secrets(forge: Forge) -> dict[str, bytes]:
    pem = forge.public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = forge.public(Encoding.Raw, PublicFormat.Raw)
    public = jwk(forge.key, kid=forge.key_id, use="sig", alg="EdDSA")
    return {
        "PEM": pem,
        "PEM without its last line end": pem.rstrip(),
        "DER": forge.public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "raw bytes": raw,
        "OpenSSH line": forge.public(Encoding.OpenSSH, PublicFormat.OpenSSH),
        "x": base64url(raw).encode(),
        "JWK": json.dumps(public).encode(),
        "compact JWK": json.dumps(public, separators=(",", ":")).encode(),
        "key set": json.dumps({"keys": [public]}).encode(),
        "key id": forge.key_id.encode(),
        "empty": b"",
    }


def _keyed(secret: str, algorithm: str) -> Make:
    return lambda forge: compact(
        forge.header(alg=algorithm), forge.claims(), algorithm, _secrets(forge)[secret]
    )


_SECRETS = ("PEM", "PEM without its last line end", "DER", "raw bytes", "OpenSSH line", "x", "JWK",
            "compact JWK", "key set", "key id", "empty")  # fmt: skip
CONFUSION: dict[str, Make] = {
    **{f"HS256 with the public key as secret: {name}": _keyed(name, "HS256") for name in _SECRETS},
    "HS384 with the public key as secret": _keyed("PEM", "HS384"),
    "HS512 with the public key as secret": _keyed("raw bytes", "HS512"),
}


def _named(algorithm: str) -> Make:
    """A good signature under another algorithm's name."""
    return lambda forge: forge.token(forge.header(alg=algorithm))


MISMATCH: dict[str, Make] = {
    f"the issuer's signature under the name {algorithm}": _named(algorithm)
    for algorithm in ("HS256", "RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "ES256K",
                      "Ed25519", "Ed448", "eddsa", "EdDSA ", "RS1", "dir", "RSA-OAEP")
}  # fmt: skip


def _parts(token: str) -> tuple[str, str, str]:
    header, payload, signature = token.split(".")
    return header, payload, signature


def _resigned(alter: Callable[[bytes], bytes]) -> Make:
    """The issuer's token with its signature's bytes altered."""

    def make(forge: Forge) -> str:
        header, payload, signature = _parts(forge.token())
        return f"{header}.{payload}.{base64url(alter(_raw(signature)))}"

    return make


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _flipped(position: int) -> Callable[[bytes], bytes]:
    def flip(raw: bytes) -> bytes:
        altered = bytearray(raw)
        altered[position] ^= 1
        return bytes(altered)

    return flip


def _second_form(raw: bytes) -> bytes:
    """The other S of the same Ed25519 signature, which a strict verifier refuses (RFC 8032)."""
    s = int.from_bytes(raw[32:], "little") + _GROUP_ORDER
    return raw[:32] + s.to_bytes(32, "little")


def _swapped(**claims: Any) -> Make:
    """Other claims under a signature that was good."""

    def make(forge: Forge) -> str:
        header, _, signature = _parts(forge.token())
        return f"{header}.{part(forge.claims(**claims))}.{signature}"

    return make


def _joined(join: Callable[[str, str, str], str]) -> Make:
    return lambda forge: join(*_parts(forge.token()))


SIGNATURES: dict[str, Make] = {
    "signature stripped": _joined(lambda header, payload, _: f"{header}.{payload}."),
    "signature and its dot stripped": _joined(lambda header, payload, _: f"{header}.{payload}"),
    "signature alone": _joined(lambda _, __, signature: signature),
    "payload alone": _joined(lambda _, payload, __: payload),
    "payload empty": _joined(lambda header, _, signature: f"{header}..{signature}"),
    "header empty": _joined(lambda _, payload, signature: f".{payload}.{signature}"),
    "dots alone": _joined(lambda *_: ".."),
    "four parts": _joined(lambda *parts: ".".join((*parts, "e30"))),
    "parts in another order": _joined(lambda h, p, s: f"{p}.{h}.{s}"),
    "standard base64": _joined(lambda h, p, s: f"{h}.{p}.+/{s[2:]}"),
    "first bit of the signature": _resigned(_flipped(0)),
    "middle bit of the signature": _resigned(_flipped(32)),
    "last bit of the signature": _resigned(_flipped(-1)),
    "signature cut": _resigned(lambda raw: raw[:-1]),
    "signature halved": _resigned(lambda raw: raw[:32]),
    "signature extended": _resigned(lambda raw: raw + b"\0"),
    "signature doubled": _resigned(lambda raw: raw * 2),
    "signature of zeros": _resigned(lambda _: bytes(64)),
    "signature's other form": _resigned(_second_form),
    "another subject": _swapped(sub="ada"),
    "another expiry": _swapped(exp=2**31),
    "another audience": _swapped(aud=["findme", "all"]),
    "another header": lambda forge: ".".join(
        (part(forge.header(typ="JWT", extra=1)), *_parts(forge.token())[1:])
    ),
    "signature of another token": lambda forge: ".".join(
        (*_parts(forge.token())[:2], _parts(forge.token(claims=forge.claims(sub="ada")))[2])
    ),
    "the thief's signature": lambda forge: forge.stolen(),
    "an encrypted token": lambda forge: ".".join(
        (part(forge.header(alg="dir", enc="A256GCM")), "", base64url(b"iv" * 6), "e30", "AAAA")
    ),
    "an encrypted token of RSA": lambda forge: ".".join(
        (part(forge.header(alg="RSA-OAEP", enc="A256GCM")), "AAAA", "AAAA", "AAAA", "AAAA")
    ),
    "the JSON form of a signed token": lambda forge: json.dumps(
        dict(zip(("protected", "payload", "signature"), _parts(forge.token()), strict=True))
    ).replace(" ", ""),
    "a token inside a token": lambda forge: forge.token(
        forge.header(cty="JWT"), forge.token().encode()
    ),
    "a token's base64": lambda forge: base64url(forge.token().encode()),
}
