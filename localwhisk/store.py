"""State in SQLite: entities and activations, written before anything is acknowledged."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localwhisk.records import Record, now
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
_INSERT = """
INSERT INTO activations(id, namespace, path, start, summary, record) VALUES (?, ?, ?, ?, ?, ?)
"""
_PRUNE = """
DELETE FROM activations WHERE number IN (SELECT number FROM activations ORDER BY number LIMIT ?)
AND (start < ? OR number <= (SELECT max(number) FROM activations) - ?)
"""
_WHERE = """
FROM activations WHERE namespace = :namespace AND start BETWEEN :since AND :upto
"""
_PAGE = " ORDER BY start DESC, number DESC LIMIT :limit OFFSET :skip"

_MS_PER_DAY = 86_400_000
_PRUNE_EVERY = 100
_PRUNED_AT_ONCE = 1_000


class StateError(Exception):
    """The state cannot be opened."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the state for this process alone; raises StateError when another one has it."""
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.executescript(_PRAGMAS + _SCHEMA)
    except sqlite3.DatabaseError as error:
        connection.close()
        text = f"{path} cannot be used, is another host running on it? ({error})"
        raise StateError(text) from error
    return connection


@dataclass(frozen=True)
class Entity:
    """A stored entity. `document` is never changed in place; an action's code is kept apart."""

    id: str
    collection: str
    document: Document


class Entities:
    """All entities but their code are kept in memory, too."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT id, collection, document FROM entities ORDER BY rowid")
        self._entities = {row[0]: Entity(row[0], row[1], loads(row[2])) for row in rows}

    def get(self, name: str) -> Entity | None:
        return self._entities.get(name)

    def within(self, collection: str, path: str) -> Iterator[Document]:
        """Documents of a collection whose namespace is `path` or, for actions, lies in it."""
        for entity in self._entities.values():
            if entity.collection == collection and entity.id.startswith(f"{path}/"):
                yield entity.document

    def code(self, name: str) -> str | None:
        row = self._connection.execute("SELECT code FROM entities WHERE id = ?", (name,)).fetchone()
        return None if row is None or row[0] is None else row[0].decode()

    def save(self, *entities: Entity, code: str | None = None) -> None:
        """Write all of them or none; `code` belongs to the first, None leaves it as it is."""
        self.delete(saving=entities, code=code)

    def delete(self, *names: str, saving: tuple[Entity, ...] = (), code: str | None = None) -> None:
        """Remove entities and write those that the removal changes, as one step."""
        blob = None if code is None else code.encode("utf-8", "replace")
        with self._connection as connection:
            connection.executemany("DELETE FROM entities WHERE id = ?", [(n,) for n in names])
            for entity in saving:
                row = (entity.id, entity.collection, dumps(entity.document), blob)
                connection.execute(_SAVE, row)
                blob = None
        for name in names:
            del self._entities[name]
        self._entities.update((entity.id, entity) for entity in saving)


@dataclass(frozen=True)
class Query:
    namespace: str
    limit: int
    skip: int = 0
    name: str | None = None
    since: int = 0
    upto: int = 2**63 - 1


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
            self._connection.execute(_INSERT, (*row, dumps(record.summary), dumps(document)))
            self._prune_sometimes()

    def _prune_sometimes(self) -> None:
        self._until_prune -= 1
        if self._until_prune < 0:
            self._until_prune = _PRUNE_EVERY
            self._connection.execute(_PRUNE, (_PRUNED_AT_ONCE, now() - self._age, self._keep))

    def get(self, namespace: str, activation_id: str) -> bytes | None:
        """The JSON of one record."""
        sql = "SELECT record FROM activations WHERE id = ? AND namespace = ?"
        row = self._connection.execute(sql, (activation_id, namespace)).fetchone()
        return None if row is None else row[0]

    def find(self, query: Query, *, docs: bool) -> list[bytes]:
        """The JSON of each record or summary, newest first."""
        rows = self._select("record" if docs else "summary", query, _PAGE)
        return [row[0] for row in rows]

    def count(self, query: Query) -> int:
        found: int = self._select("count(*)", query).fetchone()[0]
        return max(0, found - query.skip)

    def _select(self, what: str, query: Query, page: str = "") -> sqlite3.Cursor:
        named = "" if query.name is None else "AND path = :name"
        return self._connection.execute(f"SELECT {what} {_WHERE} {named} {page}", vars(query))
