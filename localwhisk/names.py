"""Entity names: their grammar, and references such as /_/package/action."""

import re
from dataclasses import dataclass
from typing import Any

from localwhisk import messages
from localwhisk.messages import RejectionError

_NAME = re.compile(r"[\w]|[\w][\w@ .&-]{0,254}[\w@.&-]", re.ASCII)
_LONGEST = 256


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def checked(name: str) -> str:
    if len(name) > _LONGEST:
        # The misspelling is the platform's.
        raise RejectionError(400, f"Name segement longer than allowed: {len(name)} > {_LONGEST}.")
    if not is_name(name):
        raise RejectionError(400, "The name of the entity contains illegal characters.")
    return name


@dataclass(frozen=True)
class Reference:
    """Where an entity lives: its namespace, its package if it has one, and its name."""

    namespace: str
    name: str
    package: str | None = None

    @property
    def path(self) -> str:
        return f"{self.namespace}/{self.package}" if self.package else self.namespace

    @property
    def id(self) -> str:
        return f"{self.path}/{self.name}"

    @property
    def home(self) -> "Reference | None":
        """The package it lies in."""
        return Reference(self.namespace, self.package) if self.package else None

    @property
    def link(self) -> dict[str, str]:
        """The form in which rules refer to their trigger and action."""
        return {"path": self.path, "name": self.name}


def parse(value: Any, caller: str) -> Reference:
    """Read `/ns/name`, `/ns/package/name` or `{path, name}`; `_` stands for the caller's."""
    given = [value.get("path"), value.get("name")] if isinstance(value, dict) else [value]
    texts = [part for part in given if isinstance(part, str)]
    parts = "/".join(texts).removeprefix("/").split("/")
    if len(texts) == len(given) and len(parts) < 2:
        text = "The fully qualified name of the entity must contain at least the namespace"
        raise messages.malformed(f"requirement failed: {text} and the name of the entity.")
    if len(texts) < len(given) or len(parts) > 3 or not all(is_name(part) for part in parts):
        raise messages.malformed("fully qualified name malformed")
    namespace = caller if parts[0] == "_" else parts[0]
    return Reference(namespace, parts[-1], parts[1] if len(parts) == 3 else None)


def relative(value: Any, caller: str) -> Reference:
    """Read a name as conductors give it: `name` and `package/name` are the caller's too."""
    qualified = isinstance(value, str) and (value.startswith("/") or value.count("/") == 2)
    return parse(value if qualified else {"path": caller, "name": value}, caller)


def linked(link: dict[str, str]) -> Reference:
    """The reference behind a stored `{path, name}`."""
    namespace, _, package = link["path"].partition("/")
    return Reference(namespace, link["name"], package or None)
