"""Entity names: their grammar, and references such as /_/package/action."""

import re
from dataclasses import dataclass
from typing import Any

from localwhisk import messages
from localwhisk.messages import ApiError

_NAME = re.compile(r"[\w]|[\w][\w@ .&-]{0,254}[\w@.&-]", re.ASCII)
_LONGEST = 256


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def checked(name: str) -> str:
    if len(name) > _LONGEST:
        # The misspelling is the platform's.
        raise ApiError(400, f"Name segement longer than allowed: {len(name)} > {_LONGEST}.")
    if not is_name(name):
        raise ApiError(400, messages.NAME_ILLEGAL)
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
    def local(self) -> str:
        """The name without the namespace, as activations are filtered by it."""
        return f"{self.package}/{self.name}" if self.package else self.name

    @property
    def link(self) -> dict[str, str]:
        """The form in which rules refer to their trigger and action."""
        return {"path": self.path, "name": self.name}


def parse(value: Any, caller: str) -> Reference:
    """Read `/ns/name`, `/ns/package/name` or `{path, name}`; `_` stands for the caller's."""
    given = [value.get("path"), value.get("name")] if isinstance(value, dict) else [value]
    texts = [part for part in given if isinstance(part, str)]
    if len(texts) < len(given):
        raise messages.malformed("fully qualified name malformed")
    parts = "/".join(texts).removeprefix("/").split("/")
    if len(parts) < 2:
        raise messages.malformed(messages.NAME_NOT_QUALIFIED)
    if len(parts) > 3 or not all(is_name(part) for part in parts):
        raise messages.malformed("fully qualified name malformed")
    namespace = caller if parts[0] == "_" else parts[0]
    return Reference(namespace, parts[-1], parts[1] if len(parts) == 3 else None)


def linked(link: dict[str, str]) -> Reference:
    """The reference behind a stored `{path, name}`."""
    namespace, _, package = link["path"].partition("/")
    return Reference(namespace, link["name"], package or None)
