"""The changes of a SQLite database's tables.

Each is one transaction: the statements, and what the catalogue keeps.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Mapping

from ..dialects.alter import alter_table
from ..dialects.ddl import create_table, drop_table
from ..dialects.sqlite import SQLiteDialect
from ..exceptions import SchemaDefinitionError, UnknownTableError
from ..schema import Table, near_hint
from .sqlite_catalogue import SQLiteCatalogue, table_names
from .sqlite_database import SQLiteDatabase
from .sqlite_session import SQLiteSession


class SQLiteTables:
    """Makes, changes and drops tables."""

    def __init__(
        self,
        database: SQLiteDatabase,
        catalogue: SQLiteCatalogue,
        dialect: SQLiteDialect,
    ) -> None:
        """Work on the database and keep the catalogue right."""
        self._database = database
        self._catalogue = catalogue
        self._dialect = dialect

    def create(self, definition: Mapping[str, Any]) -> bool:
        """Create a table; False where it exists.

        Raises:
            SchemaDefinitionError: the definition has faults; all are named.
            UnknownTableError: a foreign key refers to a table that there is not.
        """
        table = Table.from_definition(definition)
        return self._change(partial(self._create, table))

    def drop(self, name: str) -> bool:
        """Drop a table; False where there is none."""
        return self._change(partial(self._drop, name))

    def alter(self, name: str, changes: Mapping[str, Any]) -> bool:
        """Change a table; False where nothing was asked.

        Raises:
            UnknownTableError: there is no such table.
            UnsupportedError: SQLite cannot do it without rebuilding the table.
        """
        return self._change(partial(self._alter, name, changes))

    def _change(self, work: partial[bool]) -> bool:
        """Run the work in a transaction, and read the schema anew after it."""
        try:
            return self._database.write(work, several=True)
        finally:
            self._catalogue.forget()

    def _create(self, table: Table, session: SQLiteSession) -> bool:
        """Create a table inside a transaction."""
        names = table_names(session)
        if table.name in names:
            return False
        for name in names:
            if name.lower() == table.name.lower():
                raise SchemaDefinitionError(
                    f"table {table.name!r} cannot stand beside {name!r}: sqlite takes"
                    " their names for the same",
                    table=table.name,
                )
        for key in table.foreign_keys:
            if key.table != table.name and key.table not in names:
                raise UnknownTableError(
                    f"a foreign key of table {table.name!r} refers to the unknown"
                    f" table {key.table!r}{near_hint(key.table, names)}",
                    table=key.table,
                )
        for sql in create_table(table, self._dialect):
            session.query(sql)
        self._catalogue.store(session, table)
        return True

    def _drop(self, name: str, session: SQLiteSession) -> bool:
        """Drop a table inside a transaction."""
        if name not in table_names(session):
            return False
        session.query(drop_table(name, self._dialect))
        self._catalogue.remove(session, name)
        return True

    def _alter(
        self, name: str, changes: Mapping[str, Any], session: SQLiteSession
    ) -> bool:
        """Change a table inside a transaction."""
        table = self._catalogue.describe_in(session, name).table
        alteration = alter_table(table, changes, self._dialect)
        for sql in alteration.statements:
            session.query(sql)
        renamed = alteration.renamed_to or alteration.renamed_columns
        for stored in self._catalogue.stored_tables(session):
            if stored.name == name:
                self._catalogue.remove(session, name)
                self._catalogue.store(session, alteration.table)
            elif renamed:
                self._catalogue.store(
                    session,
                    stored.with_renames(
                        name, alteration.renamed_to, alteration.renamed_columns
                    ),
                )
        return bool(alteration.statements)
