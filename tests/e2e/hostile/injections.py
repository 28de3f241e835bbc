"""Headers of tokens that try to name the key, and tokens that are no JSON."""

from tests.e2e.hostile.algorithms import Make
from tests.e2e.hostile.tokens import ABSENT, Forge, compact, jwk, part

_KEY_IDS: dict[str, object] = {
    "path traversal": "../../../../../../dev/null",
    "file address": "file:///dev/null",
    "SQL": "' UNION SELECT 'secret' --",
    "shell": "$(touch /tmp/owned)",
    "Redis pattern": "*",
    "Redis protocol": "x\r\nFLUSHALL\r\n",
    "NUL": "x\x00y",
    "other case": "KEY",
    "white space": " ",
    "list": ["key"],
    "object": {"kid": "key"},
    "null": None,
    "number": 0,
    "true": True,
    "huge number": 10**4000,
    "empty": "",
    "7000 characters": "k" * 7000,
    "prototype": "__proto__",
    "half a surrogate": "\ud800",
}


def _issuers(key_id: object) -> Make:
    """What counts is that the id is unknown: the signature is good."""
    return lambda forge: forge.token(forge.header(kid=key_id))


def _thiefs(key_id: object) -> Make:
    return lambda forge: forge.stolen(kid=key_id)


KEY_IDS: dict[str, Make] = {
    **{f"key id: {name}": _issuers(key_id) for name, key_id in _KEY_IDS.items()},
    **{f"thief's key id: {name}": _thiefs(_KEY_IDS[name]) for name in ("path traversal", "null")},
    "no key id": lambda forge: forge.token(forge.header(kid=ABSENT)),
    "key id of the thief": lambda forge: forge.stolen(kid="thief"),
    "key id of the thief's key set": lambda forge: forge.stolen(kid=f"{forge.lair}/keys"),
    "key id twice, unknown last": lambda forge: forge.token(
        b'{"alg":"EdDSA","kid":"%s","kid":"other"}' % forge.key_id.encode()
    ),
}


def _certificate(forge: Forge) -> list[str]:
    return [part(str(jwk(forge.thief)).encode())]


LOCATORS: dict[str, Make] = {
    "jku with the thief's key id": lambda f: f.stolen(kid="thief", jku=f"{f.lair}/keys"),
    "jku with the issuer's key id": lambda f: f.stolen(jku=f"{f.lair}/keys"),
    "jku without key id": lambda f: f.stolen(kid=ABSENT, jku=f"{f.lair}/keys"),
    "jku that starts like the issuer": lambda f: f.stolen(jku=f"{f.issuer}@{f.lair[7:]}/keys"),
    "x5u": lambda f: f.stolen(x5u=f"{f.lair}/keys"),
    "x5u without key id": lambda f: f.stolen(kid=ABSENT, x5u=f"{f.lair}/keys"),
    "x5c": lambda f: f.stolen(x5c=_certificate(f)),
    "x5c without key id": lambda f: f.stolen(kid=ABSENT, x5c=_certificate(f)),
    "x5t": lambda f: f.stolen(x5t="AAAA"),
    "jwk": lambda f: f.stolen(jwk=jwk(f.thief)),
    "jwk without key id": lambda f: f.stolen(kid=ABSENT, jwk=jwk(f.thief)),
    "jwk with its own key id": lambda f: f.stolen(kid="thief", jwk=jwk(f.thief, kid="thief")),
    "jwk with the issuer's key id": lambda f: f.stolen(jwk=jwk(f.thief, kid=f.key_id)),
    "the thief as issuer": lambda f: compact(
        f.header(kid="thief"), f.claims(iss=f.lair), "EdDSA", f.thief
    ),
    "crit: an unknown extension": lambda f: f.token(f.header(crit=["exp"], exp=0)),
    "crit: b64": lambda f: f.token(f.header(crit=["b64"], b64=False)),
    "crit: empty": lambda f: f.token(f.header(crit=[])),
    "crit: a text": lambda f: f.token(f.header(crit="b64")),
    "crit: a name that is not there": lambda f: f.token(f.header(crit=["http://example/x"])),
}


def _header(raw: bytes) -> Make:
    return lambda forge: forge.token(raw)


def _payload(raw: bytes) -> Make:
    return lambda forge: forge.token(claims=raw)


NOT_JSON: dict[str, Make] = {
    "header no JSON": _header(b"EdDSA"),
    "header a list": _header(b"[]"),
    "header null": _header(b"null"),
    "header a text": _header(b'"EdDSA"'),
    "header cut": _header(b'{"alg":"EdDSA",'),
    "header no UTF-8": _header(b'{"alg":"EdDSA","kid":"\xff"}'),
    "header nested deeply": _header(b'{"alg":"EdDSA","kid":' + b"[" * 3000 + b"]" * 3000 + b"}"),
    "header with 5000 digits": _header(b'{"alg":"EdDSA","kid":' + b"9" * 5000 + b"}"),
    "payload no JSON": _payload(b"sub=ada"),
    "payload a list": _payload(b"[]"),
    "payload null": _payload(b"null"),
    "payload a number": _payload(b"1"),
    "payload cut": _payload(b'{"sub":"ada"'),
    "payload no UTF-8": _payload(b'{"sub":"\xff"}'),
    "payload in UTF-16": lambda forge: forge.token(claims='{"sub":"ada"}'.encode("utf-16")),
    "payload nested deeply": _payload(b'{"sub":' + b"[" * 2500 + b"]" * 2500 + b"}"),
    "payload with 5000 digits": _payload(b'{"exp":' + b"9" * 5000 + b"}"),
}
