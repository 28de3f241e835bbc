import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from local.issuer import LIFETIME_SECONDS, Issuer

URL = "http://127.0.0.1:3235/issuer"
NOW = 2_000_000_000.9


def claims(issuer: Issuer, token: str) -> dict[str, object]:
    [key] = jwt.PyJWKSet.from_dict(issuer.jwks()).keys
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": key.key_id, "typ": "JWT"}
    verified: dict[str, object] = jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],
        audience="findme",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    return verified


def test_a_token_verifies_with_the_published_key(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "key", URL)
    assert claims(issuer, issuer.token("me", NOW)) == {
        "iss": URL,
        "aud": "findme",
        "sub": "me",
        "iat": 2_000_000_000,
        "nbf": 2_000_000_000,
        "exp": 2_000_000_000 + LIFETIME_SECONDS,
    }


def test_nothing_private_is_published(tmp_path: Path) -> None:
    [key] = Issuer(tmp_path / "key", URL).jwks()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_the_key_id_is_the_thumbprint_of_rfc_8037(tmp_path: Path) -> None:
    # The key of RFC 8037, appendix A.1, and its thumbprint of A.3.
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    # PKCS #8 for Ed25519 is this prefix before the 32 bytes (RFC 8410, section 7).
    pkcs8 = bytes.fromhex("302e020100300506032b657004220420") + secret
    (tmp_path / "key").write_text(pem(pkcs8))
    [key] = Issuer(tmp_path / "key", URL).jwks()["keys"]
    assert key["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key["kid"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def pem(pkcs8: bytes) -> str:
    body = base64.b64encode(pkcs8).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key_file = tmp_path / "new" / "key"
    first = Issuer(key_file, URL)
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert Issuer(key_file, URL).jwks() == first.jwks()
    assert list(key_file.parent.iterdir()) == [key_file]


def test_issuers_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        issuers = list(pool.map(lambda _: Issuer(tmp_path / "key", URL), range(8)))
    assert len({issuer.jwks()["keys"][0]["kid"] for issuer in issuers}) == 1


def test_a_file_without_such_a_key_is_named_and_kept(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for content in (b"", b"not a key", other):
        (tmp_path / "key").write_bytes(content)
        with pytest.raises(ValueError, match=r"key holds no Ed25519 private key: delete it"):
            Issuer(tmp_path / "key", URL)
        assert (tmp_path / "key").read_bytes() == content
