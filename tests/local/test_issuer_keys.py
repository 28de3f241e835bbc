import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from local.issuer.keys import SigningKey


def test_what_it_signs_verifies_with_the_published_key(tmp_path: Path) -> None:
    key = SigningKey(tmp_path / "key")
    token = key.sign({"sub": "me"}, "at+jwt")
    [public] = jwt.PyJWKSet.from_dict(key.jwks()).keys
    assert jwt.get_unverified_header(token) == {
        "alg": "EdDSA", "kid": public.key_id, "typ": "at+jwt"
    }  # fmt: skip
    assert jwt.decode(token, public, algorithms=["EdDSA"]) == {"sub": "me"}


def test_nothing_private_is_published(tmp_path: Path) -> None:
    [key] = SigningKey(tmp_path / "key").jwks()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_the_key_id_is_the_thumbprint_of_rfc_8037(tmp_path: Path) -> None:
    # The key of RFC 8037, appendix A.1, and its thumbprint of A.3.
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    # PKCS #8 for Ed25519 is this prefix before the 32 bytes (RFC 8410, section 7).
    pkcs8 = bytes.fromhex("302e020100300506032b657004220420") + secret
    (tmp_path / "key").write_text(pem(pkcs8))
    [key] = SigningKey(tmp_path / "key").jwks()["keys"]
    assert key["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key["kid"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def pem(pkcs8: bytes) -> str:
    body = base64.b64encode(pkcs8).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key_file = tmp_path / "new" / "key"
    first = SigningKey(key_file)
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert SigningKey(key_file).jwks() == first.jwks()
    assert list(key_file.parent.iterdir()) == [key_file]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: SigningKey(tmp_path / "key"), range(8)))
    assert len({key.jwks()["keys"][0]["kid"] for key in keys}) == 1


def test_a_file_without_such_a_key_is_named_and_kept(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for content in (b"", b"not a key", other):
        (tmp_path / "key").write_bytes(content)
        with pytest.raises(ValueError, match=r"key holds no Ed25519 private key: delete it"):
            SigningKey(tmp_path / "key")
        assert (tmp_path / "key").read_bytes() == content
