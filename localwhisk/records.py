"""Activation records: how they look, and how they are stored, found and expired."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from localwhisk.wire import Document, dumps

STATUS = ("success", "application error", "action developer error", "whisk internal error")

_MS_PER_DAY = 86_400_000
_PRUNE_EVERY = 100
_PRUNED_AT_ONCE = 1_000
_LATEST = 2**63 - 1

_PRUNE = """
DELETE FROM activations WHERE number IN (SELECT number FROM activations ORDER BY number LIMIT ?)
AND (start < ? OR number <= (SELECT max(number) FROM activations) - ?)
"""


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Record:
    """A complete activation, as GET shows it."""

    document: Document
    code: int | None = 0
    """Index into STATUS; None for a trigger's activation, whose summaries show none."""

    @property
    def id(self) -> str:
        return str(self.document["activationId"])

    @property
    def result(self) -> Any:
        return self.document["response"]["result"]

    def annotation(self, key: str) -> Any:
        found = (item["value"] for item in self.document["annotations"] if item["key"] == key)
        return next(found, None)

    @property
    def summary(self) -> Document:
        hidden = ("response", "logs", "subject")
        summary = {key: value for key, value in self.document.items() if key not in hidden}
        return summary if self.code is None else {**summary, "statusCode": self.code}

    @property
    def path(self) -> str:
        """What `name=` finds it by: `action`, or `package/action` with the package called."""
        name: str = self.document["name"]
        binding, path = self.annotation("binding"), self.annotation("path") or ""
        if binding:
            return f"{binding.split('/')[1]}/{name}"
        return path.split("/", 1)[1] if path.count("/") == 2 else name


def response(code: int, result: Any, size: int) -> Document:
    return {"status": STATUS[code], "success": code == 0, "result": result, "size": size}


class Activations:
    def __init__(self, connection: sqlite3.Connection, keep_days: int, keep: int) -> None:
        self._connection = connection
        self._age = keep_days * _MS_PER_DAY
        self._keep = keep
        self._until_prune = 0

    def store(self, record: Record) -> None:
        document = record.document
        row = (record.id, document["namespace"], record.path, document["start"])
        with self._connection:
            self._connection.execute(
                "INSERT INTO activations(id, namespace, path, start, summary, record)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*row, dumps(record.summary), dumps(document)),
            )
            self._prune_sometimes()

    def _prune_sometimes(self) -> None:
        self._until_prune -= 1
        if self._until_prune < 0:
            self._until_prune = _PRUNE_EVERY
            self._connection.execute(_PRUNE, (_PRUNED_AT_ONCE, now() - self._age, self._keep))

    def get(self, namespace: str, activation_id: str) -> bytes | None:
        """The JSON of one record."""
        row = self._connection.execute(
            "SELECT record FROM activations WHERE id = ? AND namespace = ?",
            (activation_id, namespace),
        ).fetchone()
        return None if row is None else row[0]

    def find(self, query: "Query", *, docs: bool) -> list[bytes]:
        """The JSON of each record or summary, newest first."""
        where, values = query.where()
        rows = self._connection.execute(
            f"SELECT {'record' if docs else 'summary'} FROM activations WHERE {where}"  # noqa: S608
            " ORDER BY start DESC, number DESC LIMIT ? OFFSET ?",
            (*values, query.limit, query.skip),
        )
        return [row[0] for row in rows]

    def count(self, query: "Query") -> int:
        where, values = query.where()
        sql = f"SELECT count(*) FROM activations WHERE {where}"  # noqa: S608 (own constants)
        found: int = self._connection.execute(sql, values).fetchone()[0]
        return max(0, found - query.skip)


@dataclass(frozen=True)
class Query:
    namespace: str
    limit: int
    skip: int = 0
    name: str | None = None
    since: int = 0
    upto: int = _LATEST

    def where(self) -> tuple[str, Sequence[str | int]]:
        window = (self.since, self.upto)
        if self.name is None:
            return "namespace = ? AND start BETWEEN ? AND ?", (self.namespace, *window)
        values = (self.namespace, self.name, *window)
        return "namespace = ? AND path = ? AND start BETWEEN ? AND ?", values
