"""Entities: kept in memory, written through to SQLite before a write is acknowledged."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localwhisk.wire import Document, dumps, loads

# With WAL, NORMAL keeps every commit through the death of the process (kill -9); a commit of the
# last moments is at risk only when the whole machine loses power.
_PRAGMAS = """
PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
"""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entities(
    id TEXT PRIMARY KEY, collection TEXT NOT NULL, document BLOB NOT NULL, code BLOB);
CREATE TABLE IF NOT EXISTS activations(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL,
    path TEXT NOT NULL, start INTEGER NOT NULL, summary BLOB NOT NULL, record BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS activations_by_start ON activations(namespace, start);
CREATE INDEX IF NOT EXISTS activations_by_path ON activations(namespace, path, start);
"""
_SAVE = """
INSERT INTO entities(id, collection, document, code) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT(id) DO UPDATE SET document = ?3, code = coalesce(?4, code)
"""


class StateError(Exception):
    """The state cannot be opened."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the state for this process alone; raises StateError when another one has it."""
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.executescript(_PRAGMAS + _SCHEMA)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StateError(
            f"{path} cannot be used, is another host running on it? ({error})"
        ) from error
    return connection


@dataclass(frozen=True)
class Entity:
    """A stored entity. `document` is never changed in place; an action's code is kept apart."""

    id: str
    collection: str
    document: Document


class Entities:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT id, collection, document FROM entities ORDER BY rowid")
        self._entities = {row[0]: Entity(row[0], row[1], loads(row[2])) for row in rows}

    def get(self, name: str) -> Entity | None:
        return self._entities.get(name)

    def within(self, collection: str, path: str) -> Iterator[Document]:
        """Documents of a collection whose namespace is `path` or, for actions, lies in it."""
        inside = f"{path}/"
        for entity in self._entities.values():
            if entity.collection == collection and entity.id.startswith(inside):
                yield entity.document

    def code(self, name: str) -> str | None:
        row = self._connection.execute("SELECT code FROM entities WHERE id = ?", (name,)).fetchone()
        return None if row is None or row[0] is None else row[0].decode()

    def save(self, *entities: Entity, code: str | None = None) -> None:
        """Write all of them or none; `code` belongs to the first, None leaves it as it is."""
        blobs = [None if code is None else code.encode("utf-8", "replace")]
        blobs += [None] * (len(entities) - 1)
        with self._connection:
            for entity, blob in zip(entities, blobs, strict=True):
                row = (entity.id, entity.collection, dumps(entity.document), blob)
                self._connection.execute(_SAVE, row)
        self._entities.update((entity.id, entity) for entity in entities)

    def delete(self, *names: str, saving: tuple[Entity, ...] = ()) -> None:
        """Remove entities and write those that the removal changes, as one step."""
        with self._connection:
            self._connection.executemany(
                "DELETE FROM entities WHERE id = ?", [(name,) for name in names]
            )
            for entity in saving:
                row = (dumps(entity.document), entity.id)
                self._connection.execute("UPDATE entities SET document = ? WHERE id = ?", row)
        for name in names:
            del self._entities[name]
        self._entities.update((entity.id, entity) for entity in saving)
