"""A real OpenID provider, as far as a guard asks: discovery, and keys of every kind."""

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.e2e.hostile.tokens import Json, PrivateKey, base64url, jwk

SECRET = secrets.token_bytes(32)


class Provider:
    """Serves what is in `keys`, private halves by key id; `published` may add or change members."""

    def __init__(
        self, keys: dict[str, PrivateKey], published: list[Json] | None = None, port: int = 0
    ) -> None:
        self.keys = keys
        self.published = published or [jwk(key, kid=name) for name, key in keys.items()]
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # It looks for the order to stop that often: a test that stops one waits as long.
        serve = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        serve.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Nobody listens on its port any more."""
        self._server.shutdown()
        self._server.server_close()

    def documents(self) -> dict[str, Json]:
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/keys",
            },
            "/keys": {"keys": self.published},
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.requests.append(self.path)
                document = provider.documents().get(self.path)
                content = json.dumps(document or {}).encode()
                self.send_response(200 if document else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def every_kind() -> Provider:
    """Keys that may verify, under their algorithm's name, and keys that never may."""
    keys: dict[str, PrivateKey] = {
        "RS256": _rsa(),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        "RS512": _rsa(),
        "ES384": ec.generate_private_key(ec.SECP384R1()),
        "encryption": _rsa(),
        "unnamed": _rsa(),
        "short": _rsa(1024),
        "wrong curve": ec.generate_private_key(ec.SECP384R1()),
    }
    names = {"unnamed": None, "encryption": "RS256", "short": "RS256", "wrong curve": "ES256"}
    published = [
        jwk(key, kid=name, alg=names.get(name, name), use="enc" if name == "encryption" else "sig")
        for name, key in keys.items()
    ]
    symmetric = {"kty": "oct", "kid": "symmetric", "alg": "HS256", "k": base64url(SECRET)}
    return Provider(keys, [{"kty": "of the future", "kid": "odd"}, *published, symmetric])


def _rsa(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)
