"""A real OpenID provider over HTTP, as far as a guard asks, and people's tokens from it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519

AUDIENCE = "findme"
DISCOVERY = "/.well-known/openid-configuration"

Write = Callable[[BaseHTTPRequestHandler], None]


def jwk(algorithm: str, key: Any, kid: str) -> dict[str, Any]:
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "alg": algorithm, "use": "sig"}


class Provider:
    """`answers` stand in for documents, by path; `asked` are the paths asked for so far."""

    def __init__(self, port: int = 0) -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.keys: list[Any] = [jwk("EdDSA", self.key, "ed")]
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        serve = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        serve.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(
        self, key: Any = None, algorithm: str = "EdDSA", kid: str | None = "ed", **claims: Any
    ) -> str:
        """A good token, with what is said otherwise; a claim of None is left out."""
        now = time.time()
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 60}
        content = {name: value for name, value in (good | claims).items() if value is not None}
        header = {"kid": kid} if kid else None
        payload = json.dumps(content).encode()
        return jwt.PyJWS().encode(payload, key or self.key, algorithm, header)

    def document(self, path: str) -> Any:
        return self.answers.get(path) or {
            DISCOVERY: {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": self.keys},
        }.get(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                document = provider.document(self.path)
                if callable(document):
                    document(self)
                else:
                    send(json.dumps(document).encode())(self)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def running(port: int = 0) -> Iterator[Provider]:
    provider = Provider(port)
    try:
        yield provider
    finally:
        provider.stop()


def send(body: bytes, status: int = 200, **headers: str) -> Write:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return write


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte at a time, each in time, for longer than anybody should wait."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(200):
            handler.wfile.write(b" ")
            time.sleep(0.05)  # the server's behaviour under test, not a wait of the test
    except OSError:
        return


def slow(document: Any) -> Write:
    """An answer that others may wait for."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)  # the server's behaviour under test, not a wait of the test
        send(json.dumps(document).encode())(handler)

    return write
