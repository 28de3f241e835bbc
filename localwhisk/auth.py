"""Who calls: keys on disk, HTTP Basic credentials, and the namespaces behind them."""

import base64
import hmac
import os
import secrets
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from localwhisk.messages import RejectionError

# Shipped in OpenWhisk's public repository, so anyone who can reach the port knows them.
PUBLISHED_UUIDS = {
    "23bc46b1-71f6-4ed5-8c54-816aa4f8c502",
    "789c46b1-71f6-4ed5-8c54-816aa4f8c502",
}
_FILES = {"guest": "auth", "whisk.system": "system-auth"}


class KeyFileError(Exception):
    """A key file that cannot be used."""


@dataclass(frozen=True)
class Identity:
    namespace: str
    uuid: str
    key: str = field(repr=False)

    @property
    def credentials(self) -> str:
        return f"{self.uuid}:{self.key}"


class Keys:
    def __init__(self, identities: list[Identity]) -> None:
        self._by_uuid = {identity.uuid: identity for identity in identities}
        self._by_namespace = {identity.namespace: identity for identity in identities}

    @classmethod
    def open(cls, directory: Path) -> "Keys":
        """Read the key files of `directory`, making those that are missing (mode 0600)."""
        return cls([_read(directory / name, owner) for owner, name in _FILES.items()])

    @property
    def published(self) -> bool:
        return not PUBLISHED_UUIDS.isdisjoint(self._by_uuid)

    def of(self, namespace: str) -> Identity | None:
        return self._by_namespace.get(namespace)

    def authenticate(self, header: str | None) -> Identity:
        if (credentials := _credentials(header)) is None:
            text = "The resource requires authentication, which was not supplied with the request"
            raise RejectionError(401, text)
        if (identity := self._of(credentials)) is None:
            raise RejectionError(401, "The supplied authentication is invalid")
        return identity

    def recognise(self, header: str | None) -> Identity | None:
        """The identity behind an Authorization header, or None."""
        credentials = _credentials(header)
        return None if credentials is None else self._of(credentials)

    def _of(self, credentials: str) -> Identity | None:
        name, _, key = credentials.partition(":")
        identity = self._by_uuid.get(name)
        matches = hmac.compare_digest(identity.key.encode() if identity else b"", key.encode())
        return identity if matches else None


def _credentials(header: str | None) -> str | None:
    """What a Basic header carries; None for any other header, as if there were none."""
    scheme, _, encoded = (header or "").partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return None
    return decoded if decoded and scheme.lower() == "basic" else None


def _read(path: Path, namespace: str) -> Identity:
    if not path.exists():
        _write(path, f"{uuid.uuid4()}:{secrets.token_hex(32)}\n")
    path.chmod(0o600)
    name, _, key = path.read_text().strip().partition(":")
    if not (name and key):
        raise KeyFileError(f"{path} must hold one line 'uuid:key'; delete it to have one made")
    return Identity(namespace, name, key)


def _write(path: Path, text: str) -> None:
    # Renamed into place, so that a crash leaves either no file or a whole one.
    partial = path.with_name(f"{path.name}.new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
