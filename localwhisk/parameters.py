"""Parameters and annotations: lists of {key, value}, merged by key with the last one winning."""

import json
from collections.abc import Iterable
from typing import Any

from localwhisk import messages
from localwhisk.wire import Document, dumps

Parameters = list[Document]


def read(value: Any, field: str, limit: int) -> Parameters:
    """Check a list from a request; `limit` is the bytes it may take."""
    if not isinstance(value, list):
        raise messages.malformed(f"{field} malformed!")
    items = [_item(entry, field) for entry in value]
    size = sum(len(item["key"].encode()) + len(dumps(item["value"])) for item in items)
    if size > limit:
        raise messages.too_large(field, size, limit)
    return merge(items)


def _item(entry: Any, field: str) -> Document:
    if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
        raise messages.malformed(f"{field} malformed!")
    if not entry["key"].strip():
        raise messages.malformed("key undefined")
    item = {"key": entry["key"], "value": entry.get("value")}
    return {**item, "init": True} if entry.get("init") is True else item


def merge(*lists: Iterable[Document]) -> Parameters:
    """Later lists win over earlier ones, and within a list later entries."""
    return list({item["key"]: item for items in lists for item in items}.values())


def arguments(items: Parameters) -> Document:
    """What reaches /run: everything but the init parameters."""
    return {item["key"]: item["value"] for item in items if not item.get("init")}


def environment(items: Parameters) -> dict[str, str]:
    """What reaches /init: the init parameters as strings."""
    return {item["key"]: _text(item["value"]) for item in items if item.get("init")}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def value(items: Parameters, key: str) -> Any:
    return next((item["value"] for item in items if item["key"] == key), None)


def is_true(items: Parameters, key: str) -> bool:
    """Only JSON's true counts, as for web-export, raw-http, final and web-custom-options."""
    return value(items, key) is True


def is_truthy(items: Parameters, key: str, *, absent: bool = False) -> bool:
    """Any object, non-zero number or non-empty string counts, as for provide-api-key."""
    found = [item["value"] for item in items if item["key"] == key]
    if not found:
        return absent
    return isinstance(found[0], dict) or bool(found[0])


def immutable(items: Parameters, annotations: Parameters) -> set[str]:
    """Keys that no payload may name: those bound to a value when the action is final."""
    if not is_true(annotations, "final"):
        return set()
    return {item["key"] for item in items if item["value"] is not None}


def has(items: Parameters, key: str) -> bool:
    return any(item["key"] == key for item in items)
