"""What a driver knows of the tables: their definitions, and SQL made for them.

A table of the driver's own keeps the definition of each table that was made through
the driver, so that logical types are not guessed from the database's.  What was read is
kept until the schema changes: by the driver, which says so, or by a stranger, which is
found out when something does not fit any more.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import partial
from typing import Dict, Generic, List, Optional

import attrs

from ..dialects.base import Dialect
from ..dialects.table_statements import TableStatements
from ..exceptions import UnknownTableError
from ..schema import INTERNAL_PREFIX, Table, near_hint
from .scope import R, S, Scope, Work
from .table_description import TableDescription

TABLES = f"{INTERNAL_PREFIX}tables"
PROPERTIES = f"{INTERNAL_PREFIX}properties"
SCHEMA_VERSION = "schema_version"


@attrs.define(slots=True)
class Known:
    """What was read under one version of the schema.

    Attributes:
        version: what the database calls that version, None where it tells none.
        statements: of each table that was read.
    """

    version: Optional[int] = None
    statements: Dict[str, TableStatements] = attrs.field(factory=dict)


class Catalogue(ABC, Generic[S]):
    """The tables of one database; thread-safe.

    The ``scope`` of a call is the one of the statement that is to follow: a database
    whose sessions are few is read through the session that is had already.
    """

    def __init__(self, dialect: Dialect) -> None:
        """Know nothing yet."""
        self._dialect = dialect
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

    def describe(self, name: str, scope: Scope[S]) -> TableDescription:
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

    def describe_in(self, session: S, name: str) -> TableDescription:
        """Describe a table, by the catalogue and the database.

        Raises:
            UnknownTableError: there is no such table.
        """
        description = None
        if isinstance(name, str) and not name.startswith(INTERNAL_PREFIX):
            description = self._described(session, name, self._stored(session, name))
        if description is None:
            raise UnknownTableError(
                f"unknown table {name!r}{near_hint(name, self.names_in(session))}",
                table=name if isinstance(name, str) else None,
            )
        return description

    def version_in(self, session: S) -> str:
        """Return the version of the schema that was stored, ``""`` for none."""
        if not self._has_table(session, PROPERTIES):
            return ""
        found = session.query(
            f"SELECT value FROM {PROPERTIES} WHERE name = {self._mark}",
            (SCHEMA_VERSION,),
        )
        return str(found[0][0]) if found else ""

    @abstractmethod
    def names_in(self, session: S) -> List[str]:
        """Return the names of the tables that are not the driver's own, sorted."""

    @abstractmethod
    def _described(
        self, session: S, name: str, stored: Optional[Table]
    ) -> Optional[TableDescription]:
        """Describe a table or view, None where there is none of that name.

        Args:
            stored: what the catalogue says of it.
        """

    @abstractmethod
    def _has_table(self, session: S, name: str) -> bool:
        """Whether the database has a table of that name."""

    @abstractmethod
    def _create_own_tables(self, session: S) -> None:
        """Create the driver's own tables where they are missing."""

    def _stored(self, session: S, name: str) -> Optional[Table]:
        """Return the definition that is kept of a table, if one is."""
        if not self._has_table(session, TABLES):
            return None
        found = session.query(
            f"SELECT definition FROM {TABLES} WHERE name = {self._mark}", (name,)
        )
        return Table.from_definition(json.loads(found[0][0])) if found else None

    # --- writing, inside the transaction of a change ------------------------------

    def store(self, session: S, table: Table) -> None:
        """Keep a table's definition."""
        self._create_own_tables(session)
        self.remove(session, table.name)
        session.query(
            f"INSERT INTO {TABLES} (name, definition)"
            f" VALUES ({self._mark}, {self._mark})",
            (table.name, json.dumps(table.to_definition())),
        )

    def remove(self, session: S, name: str) -> None:
        """Forget a table's definition."""
        if self._has_table(session, TABLES):
            session.query(f"DELETE FROM {TABLES} WHERE name = {self._mark}", (name,))

    def stored_tables(self, session: S) -> List[Table]:
        """Return every definition that is kept."""
        if not self._has_table(session, TABLES):
            return []
        return [
            Table.from_definition(json.loads(definition))
            for (definition,) in session.query(f"SELECT definition FROM {TABLES}")
        ]
