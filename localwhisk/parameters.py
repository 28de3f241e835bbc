"""Parameters and annotations: lists of {key, value}, merged by key with the last one winning."""

from collections.abc import Iterable
from typing import Any

from localwhisk import messages
from localwhisk.wire import Document, dumps

Parameters = list[Document]


def read(value: Any, field: str, limit: int) -> Parameters:
    """Check a list from a request; `limit` is the bytes it may take."""
    items = [_item(entry) for entry in (value if isinstance(value, list) else [None])]
    size = sum(len(item["key"].encode()) + len(dumps(item["value"])) for item in items)
    if size > limit:
        raise messages.too_large(field, size, limit)
    return merge(items)


def _item(entry: Any) -> Document:
    match entry:
        case {"key": str(key), "value": value, "init": True}:
            return {"key": key, "value": value, "init": True}
        case {"key": str(key), "value": value} if entry.get("init", False) is False:
            return {"key": key, "value": value}
    raise messages.malformed("parameters malformed!")  # of annotations, too


def pairs(values: Document) -> Parameters:
    return [{"key": key, "value": value} for key, value in values.items()]


def merge(*lists: Iterable[Document]) -> Parameters:
    """Later lists win over earlier ones, and within a list later entries."""
    return list({item["key"]: item for items in lists for item in items}.values())


def without(items: Parameters, keys: Iterable[str]) -> Parameters:
    return [item for item in items if item["key"] not in keys]


def arguments(items: Parameters) -> Document:
    """What reaches /run: everything but the init parameters."""
    return {item["key"]: item["value"] for item in items if not item.get("init")}


def environment(items: Parameters) -> dict[str, str]:
    """What reaches /init: the init parameters as strings."""
    return {item["key"]: _text(item["value"]) for item in items if item.get("init")}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else dumps(value).decode()


def value(items: Parameters, key: str, absent: Any = None) -> Any:
    return next((item["value"] for item in items if item["key"] == key), absent)


def is_true(items: Parameters, key: str) -> bool:
    """Only JSON's true counts, as for web-export, raw-http, final and web-custom-options."""
    return value(items, key) is True


def is_truthy(items: Parameters, key: str, *, absent: bool = False) -> bool:
    """Anything but null, false, zero and "" counts, as for conductor and provide-api-key."""
    found = value(items, key, absent)
    return isinstance(found, dict | list) or bool(found)


def immutable(items: Parameters, annotations: Parameters) -> set[str]:
    """Keys that no payload may name: those bound to a value when the action is final."""
    final = is_true(annotations, "final")
    return {item["key"] for item in items if final and item["value"] is not None}


def has(items: Parameters, key: str) -> bool:
    return any(item["key"] == key for item in items)
