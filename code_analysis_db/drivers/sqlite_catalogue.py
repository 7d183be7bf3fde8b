"""What the driver knows of the tables: their definitions, and SQL made for them.

A table of the driver's own keeps the definition of each table that was made through
the driver, so that logical types are not guessed from SQLite's.  What was read is kept
until the schema changes: by the driver, which says so, or by a stranger, which
PRAGMA schema_version tells when something does not fit any more.
"""

from __future__ import annotations

import json
from typing import Dict, List, Optional

import attrs

from ..dialects.sqlite import SQLiteDialect
from ..dialects.table_statements import TableStatements
from ..exceptions import UnknownTableError
from ..schema import INTERNAL_PREFIX, Table, near_hint
from .sqlite_introspection import TableDescription, describe
from .sqlite_pool import SQLitePool
from .sqlite_session import SQLiteSession

_TABLES = f"{INTERNAL_PREFIX}tables"
_PROPERTIES = f"{INTERNAL_PREFIX}properties"
_VERSION = "schema_version"


@attrs.define(slots=True)
class _Known:
    """What was read under one version of the schema."""

    version: Optional[int] = None
    statements: Dict[str, TableStatements] = attrs.field(factory=dict)


class SQLiteCatalogue:
    """The tables of one database; thread-safe."""

    def __init__(self, readers: SQLitePool, dialect: SQLiteDialect) -> None:
        """Know nothing yet."""
        self._readers = readers
        self._dialect = dialect
        self._known = _Known()

    # --- reading ------------------------------------------------------------------

    def statements(self, name: str) -> TableStatements:
        """Return the maker of a table's statements.

        Raises:
            UnknownTableError: there is no such table.
        """
        try:
            return self._known.statements[name]
        except (KeyError, TypeError):
            return self._load(name)

    def describe(self, name: str) -> TableDescription:
        """Return the table as it is in the file now.

        Raises:
            UnknownTableError: there is no such table.
        """
        session = self._readers.take()
        try:
            session.control("BEGIN")
            return self.describe_in(session, name)
        finally:
            self._readers.give_back(session)

    def names(self) -> List[str]:
        """Return the names of the tables, sorted, without the driver's own."""
        session = self._readers.take()
        try:
            return table_names(session)
        finally:
            self._readers.give_back(session)

    def schema_version(self) -> str:
        """Return the version of the schema that was stored, ``""`` for none."""
        session = self._readers.take()
        try:
            if not _has_table(session, _PROPERTIES):
                return ""
            found = session.query(
                f"SELECT value FROM {_PROPERTIES} WHERE name = ?", (_VERSION,)
            )
        finally:
            self._readers.give_back(session)
        return str(found[0][0]) if found else ""

    def is_outdated(self) -> bool:
        """Tell whether the schema changed since it was read, and forget it then."""
        session = self._readers.take()
        try:
            version = _file_version(session)
        finally:
            self._readers.give_back(session)
        if version == self._known.version:
            return False
        self.forget()
        return True

    def forget(self) -> None:
        """Read everything anew from now on; the schema has changed.

        A thread that is reading the old schema puts what it read where nobody looks.
        """
        self._known = _Known()

    def _load(self, name: str) -> TableStatements:
        """Read a table, and keep its statements."""
        known = self._known
        session = self._readers.take()
        try:
            session.control("BEGIN")
            version = _file_version(session)
            if known.version not in (None, version):
                self._known = known = _Known()
            known.version = version
            description = self.describe_in(session, name)
        finally:
            self._readers.give_back(session)
        statements = TableStatements(description.table, self._dialect)
        return known.statements.setdefault(name, statements)

    def describe_in(self, session: SQLiteSession, name: str) -> TableDescription:
        """Describe a table, by the catalogue and the file."""
        description = None
        if isinstance(name, str) and not name.startswith(INTERNAL_PREFIX):
            description = describe(session, name, _stored(session, name), self._dialect)
        if description is None:
            raise UnknownTableError(
                f"unknown table {name!r}{near_hint(name, table_names(session))}",
                table=name if isinstance(name, str) else None,
            )
        return description

    # --- writing, inside the transaction of a change ------------------------------

    def store(self, session: SQLiteSession, table: Table) -> None:
        """Keep a table's definition."""
        session.query(
            f"CREATE TABLE IF NOT EXISTS {_TABLES}"
            " (name TEXT PRIMARY KEY, definition TEXT NOT NULL)"
        )
        session.query(
            f"CREATE TABLE IF NOT EXISTS {_PROPERTIES}"
            " (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )
        session.query(
            f"INSERT OR REPLACE INTO {_TABLES} (name, definition) VALUES (?, ?)",
            (table.name, json.dumps(table.to_definition())),
        )

    def remove(self, session: SQLiteSession, name: str) -> None:
        """Forget a table's definition."""
        if _has_table(session, _TABLES):
            session.query(f"DELETE FROM {_TABLES} WHERE name = ?", (name,))

    def stored_tables(self, session: SQLiteSession) -> List[Table]:
        """Return every definition that is kept."""
        if not _has_table(session, _TABLES):
            return []
        return [
            Table.from_definition(json.loads(definition))
            for (definition,) in session.query(f"SELECT definition FROM {_TABLES}")
        ]


def _stored(session: SQLiteSession, name: str) -> Optional[Table]:
    """Return the definition that is kept of a table, if one is."""
    if not _has_table(session, _TABLES):
        return None
    found = session.query(f"SELECT definition FROM {_TABLES} WHERE name = ?", (name,))
    return Table.from_definition(json.loads(found[0][0])) if found else None


def _has_table(session: SQLiteSession, name: str) -> bool:
    """Whether the file has a table of that name."""
    return bool(session.query("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)))


def table_names(session: SQLiteSession) -> List[str]:
    """Return the names of the tables that are not the driver's own, sorted."""
    return [
        name
        for (name,) in session.query(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        )
        if not name.startswith(("sqlite_", INTERNAL_PREFIX))
    ]


def _file_version(session: SQLiteSession) -> int:
    """Return the number that SQLite changes with every change of the schema."""
    ((version,),) = session.query("PRAGMA schema_version")
    return int(version)
