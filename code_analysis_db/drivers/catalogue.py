"""What a driver knows of the tables: their definitions, and SQL made for them.

A table of the driver's own keeps the definition of each table that was made through
the driver, so that logical types are not guessed from the database's; and beside it
what the database said of the table then, which tells whether somebody else has changed
it (see :mod:`.introspection.native_table`).  What was read is kept until the schema
changes: by the driver, which says so, or by a stranger, which is found out when
something does not fit any more.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import lru_cache, partial
from typing import (
    Any,
    Dict,
    Generic,
    Iterable,
    List,
    Optional,
    Sequence,
    Tuple,
)

import attrs

from ..dialects.base import Dialect
from ..dialects.fulltext import fulltext_indexes
from ..dialects.table_statements import TableStatements
from ..exceptions import UnknownTableError
from ..schema import INTERNAL_PREFIX, Table, near_hint
from .existing_table import ExistingTable
from .introspection.native_table import NativeTable
from .introspection.reader import TableReader
from .scope import R, S, Scope, Work

TABLES = f"{INTERNAL_PREFIX}tables"
PROPERTIES = f"{INTERNAL_PREFIX}properties"
SCHEMA_VERSION = "schema_version"
_TABLE_FIELDS = ("name", "definition", "snapshot")
_PROPERTY_FIELDS = ("name", "value")
_ROWS = 500
"""Of one INSERT."""


@attrs.define(slots=True)
class Known:
    """What was read under one version of the schema.

    Attributes:
        version: what the database calls that version, None where it tells none.
        statements: of each table that was read.
        fulltext: the tables that have fulltext indexes, None where not read yet.
    """

    version: Optional[int] = None
    statements: Dict[str, TableStatements] = attrs.field(factory=dict)
    fulltext: Optional[List[Table]] = None


class Catalogue(ABC, Generic[S]):
    """The tables of one database; thread-safe.

    The ``scope`` of a call is the one of the statement that is to follow: a database
    whose sessions are few is read through the session that is had already.
    """

    def __init__(self, dialect: Dialect, reader: TableReader[S]) -> None:
        """Know nothing yet."""
        self._dialect = dialect
        self._reader = reader
        self._known = Known()
        self._mark = dialect.placeholder

    # --- reading ------------------------------------------------------------------

    def statements(self, name: str, scope: Scope[S]) -> TableStatements:
        """Return the maker of a table's statements.

        Raises:
            UnknownTableError: there is no such table.
        """
        try:
            return self._known.statements[name]
        except (KeyError, TypeError):
            return self._load(name, scope)

    def known(self, name: str) -> Optional[TableStatements]:
        """Return the maker of a table's statements, None where it was not read yet."""
        return self._known.statements.get(name)

    def describe(self, name: str, scope: Scope[S]) -> ExistingTable:
        """Return the table as it is in the database now.

        Raises:
            UnknownTableError: there is no such table.
        """
        return self._read(scope, partial(self.describe_in, name=name))

    def names(self, scope: Scope[S]) -> List[str]:
        """Return the names of the tables, sorted, without the driver's own."""
        return self._read(scope, self.names_in)

    def schema_version(self, scope: Scope[S]) -> str:
        """Return the version of the schema that was stored, ``""`` for none."""
        return self._read(scope, self.version_in)

    def fulltext_tables(self, scope: Scope[S]) -> List[Table]:
        """Return the tables that have fulltext indexes."""
        known = self._known
        if known.fulltext is None:
            tables = self._read(scope, self.stored_tables)
            known.fulltext = [table for table in tables if fulltext_indexes(table)]
        return known.fulltext

    def _read(self, scope: Scope[S], work: Work[S, R]) -> R:
        """Run the work with a session that reads."""
        return scope.read(work)

    @abstractmethod
    def is_outdated(self, name: str, scope: Scope[S]) -> bool:
        """Tell whether what is known of a table is no longer so, and forget it then."""

    def forget(self) -> None:
        """Read everything anew from now on; the schema has changed.

        A thread that is reading the old schema puts what it read where nobody looks.
        """
        self._known = Known()

    @abstractmethod
    def _load(self, name: str, scope: Scope[S]) -> TableStatements:
        """Read a table, and keep its statements."""

    # --- with a session -----------------------------------------------------------

    def describe_in(self, session: S, name: str) -> ExistingTable:
        """Describe a table or view, by the catalogue and the database.

        Raises:
            UnknownTableError: there is no such table.
        """
        found: Dict[str, NativeTable] = {}
        if isinstance(name, str) and not name.startswith(INTERNAL_PREFIX):
            found = self._reader.read(session, name)
        if not found:
            raise UnknownTableError(
                f"unknown table {name!r}{near_hint(name, self.names_in(session))}",
                table=name if isinstance(name, str) else None,
            )
        stored, snapshot = self._kept(session, name).get(name, (None, None))
        return self._reader.existing(session, found[name], stored, snapshot)

    def described_as(self, session: S, table: Table) -> Optional[ExistingTable]:
        """Return the table of that name as the database tells it, with the logical
        types that ``table`` has as far as they fit; None where there is none."""
        found = self._reader.read(session, table.name)
        if not found:
            return None
        return self._reader.existing(session, found[table.name], table)

    def read_schema(self, session: S) -> Dict[str, ExistingTable]:
        """Return every table that a schema sync is to know of, by its name, read in a
        few queries.

        Left out are the driver's own tables, and those that stand and fall with
        something else: partitions, tables of extensions, what a virtual table makes.
        """
        kept = self._kept(session)
        return {
            name: self._reader.existing(session, native, *kept.get(name, (None, None)))
            for name, native in sorted(self._reader.read(session).items())
            if not name.startswith(INTERNAL_PREFIX)
        }

    @abstractmethod
    def normalised(self, session: S, table: Table) -> Table:
        """Return a wanted table with its checks and the conditions of its indexes
        written as the database gives them back.

        Only with these a table that is not as stored can be compared.  The session's
        transaction, if there is one, may write.
        """

    def version_in(self, session: S) -> str:
        """Return the version of the schema that was stored, ``""`` for none."""
        return self.property_in(session, SCHEMA_VERSION)

    def property_in(self, session: S, name: str) -> str:
        """Return what is kept under a name, ``""`` for nothing."""
        if not self.has_table(session, PROPERTIES):
            return ""
        found = session.query(
            f"SELECT value FROM {PROPERTIES} WHERE name = {self._mark}", (name,)
        )
        return str(found[0][0]) if found else ""

    def names_in(self, session: S) -> List[str]:
        """Return the names of the tables that are not the driver's own, sorted."""
        names = self._reader.names(session)
        return [name for name in names if not name.startswith(INTERNAL_PREFIX)]

    @abstractmethod
    def has_table(self, session: S, name: str) -> bool:
        """Whether the database has a table of that name."""

    def _kept(
        self, session: S, name: Optional[str] = None
    ) -> Dict[str, Tuple[Table, Optional[str]]]:
        """Return the definitions and snapshots that are kept, by the tables' names.

        Args:
            name: of the one table that is wanted, None for all.
        """
        if not self.has_table(session, TABLES):
            return {}
        sql = f"SELECT name, definition, snapshot FROM {TABLES}"
        params: List[str] = []
        if name is not None:
            sql, params = f"{sql} WHERE name = {self._mark}", [name]
        return {
            found: (_defined(definition), snapshot)
            for found, definition, snapshot in session.query(sql, params)
        }

    def stored_tables(self, session: S) -> List[Table]:
        """Return every definition that is kept."""
        return [table for table, _ in self._kept(session).values()]

    # --- writing, inside the transaction of a change ------------------------------

    @abstractmethod
    def create_own_tables(self, session: S) -> None:
        """Create the driver's own tables where they are missing."""

    def store(self, session: S, table: Table) -> None:
        """Keep the definition of a table that is in the database, and what the
        database says of it."""
        self.store_all(session, [table])

    def store_all(self, session: S, tables: Iterable[Table]) -> None:
        """Keep the definitions of tables that are in the database, and what it says of
        them."""
        wanted = list(tables)
        if not wanted:
            return
        self.create_own_tables(session)
        only = wanted[0].name if len(wanted) == 1 else None
        natives = self._reader.read(session, only)
        rows = [
            (
                table.name,
                json.dumps(table.plain().to_definition()),
                natives[table.name].snapshot if table.name in natives else None,
            )
            for table in wanted
        ]
        for start in range(0, len(rows), _ROWS):
            self._put(session, TABLES, _TABLE_FIELDS, rows[start : start + _ROWS])

    def store_version(self, session: S, version: str) -> None:
        """Keep the version of the schema."""
        self.store_property(session, SCHEMA_VERSION, version)

    def store_property(self, session: S, name: str, value: str) -> None:
        """Keep a text about the whole database under a name."""
        self.create_own_tables(session)
        self._put(session, PROPERTIES, _PROPERTY_FIELDS, [(name, value)])

    def _put(
        self,
        session: S,
        table: str,
        fields: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """Write rows, in place of those that have the same name."""
        marks = ", ".join([self._mark] * len(fields))
        values = ", ".join([f"({marks})"] * len(rows))
        session.query(
            f"INSERT INTO {table} ({', '.join(fields)}) VALUES {values}"
            f" {self._replacing(fields)}",
            [value for row in rows for value in row],
        )

    def _replacing(self, fields: Sequence[str]) -> str:
        """Return the clause of an INSERT that replaces rows of the same name."""
        updates = ", ".join(f"{field} = excluded.{field}" for field in fields[1:])
        return f"ON CONFLICT (name) DO UPDATE SET {updates}"

    def remove(self, session: S, name: str) -> None:
        """Forget a table's definition."""
        if self.has_table(session, TABLES):
            session.query(f"DELETE FROM {TABLES} WHERE name = {self._mark}", (name,))


@lru_cache(maxsize=1024)
def _defined(definition: str) -> Table:
    """Return the table that a stored definition says; most come again and again."""
    return Table.from_definition(json.loads(definition))
