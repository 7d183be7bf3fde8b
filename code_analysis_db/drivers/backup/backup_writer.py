"""Writes the tables of a server into a SQLite file.

The file is a database like any other of the SQLite driver's: its tables have the same
columns, keys and indexes.  Checks, and other texts in the server's SQL, are kept with
the mark only (see :mod:`.backup_mark`), and are there again once it is restored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, List, Mapping, Sequence

import attrs

from ...dialects.ddl import create_table
from ...dialects.sqlite import SQLiteDialect
from ...dialects.table_statements import TableStatements
from ...schema import NativeDefault, Table
from ..execution_context import ExecutionContext
from ..sqlite_catalogue import SQLiteCatalogue
from ..sqlite_config import SQLiteConfig
from ..sqlite_database import SQLiteDatabase
from ..sqlite_rows import SQLiteRowWriter
from ..sync.history import History, HistoryEntry
from .backup_mark import Origin, write_mark


class BackupWriter:
    """A file that is being filled; of no use before :meth:`finish`."""

    def __init__(
        self, path: Path, context: ExecutionContext, names: Iterable[str]
    ) -> None:
        """Make an empty database of the file.

        Args:
            path: of an empty file.
            context: whose deadline holds.
            names: of the tables that it is for.
        """
        self._names = {name.lower() for name in names}
        self._dialect = SQLiteDialect()
        config = SQLiteConfig(path=str(path), synchronous="off")
        self._database = SQLiteDatabase(config, context)
        self._catalogue = SQLiteCatalogue(self._database, self._dialect)
        self._session = self._database.write_session
        self._rows = SQLiteRowWriter()
        self._tables: List[Table] = []
        # a file that was not finished is thrown away
        self._session.query("PRAGMA journal_mode = OFF")
        self._session.query("PRAGMA foreign_keys = OFF")
        self._session.control("BEGIN")

    def add(self, table: Table, portions: Iterable[Sequence[Sequence[Any]]]) -> None:
        """Make a table, and fill it with rows that have a value for each column."""
        table = self._with_free_names(portable_table(table, self._dialect))
        created, *indexes = create_table(table, self._dialect)
        self._session.query(created)
        plan = TableStatements(table, self._dialect).insert_plan(
            table.column_names, None, None
        )
        for rows in portions:
            self._rows.insert_rows([(plan, plan.encode(rows))], self._session)
        for sql in indexes:
            self._session.query(sql)
        self._tables.append(table)

    def _with_free_names(self, table: Table) -> Table:
        """Return a table without the indexes whose names are taken in the file; MySQL
        has names of indexes for each table by itself."""
        kept = []
        for index in table.indexes:
            if index.name.lower() not in self._names:
                self._names.add(index.name.lower())
                kept.append(index)
        return attrs.evolve(table, indexes=tuple(kept))

    def finish(
        self,
        origin: Origin,
        version: str,
        history: Sequence[HistoryEntry],
        numbers: Mapping[str, int],
    ) -> None:
        """Write what is not in the tables, and make the file a backup.

        Args:
            origin: where it comes from.
            version: of the schema, ``""`` for none.
            history: the syncs that there were.
            numbers: the number that each table gave out last.
        """
        session = self._session
        for name, last in numbers.items():
            session.query("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            session.query("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))
        self._catalogue.store_all(session, self._tables)
        if version:
            self._catalogue.store_version(session, version)
        kept = History(self._catalogue, self._dialect)
        for entry in history:
            kept.add(session, entry)
        write_mark(session, origin)
        session.commit()
        session.query("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def portable_table(table: Table, dialect: SQLiteDialect) -> Table:
    """Return a table without what is in a server's own SQL, or not SQLite's."""
    return attrs.evolve(
        table,
        columns=tuple(
            (
                attrs.evolve(column, default=None)
                if isinstance(column.default, NativeDefault)
                else column
            )
            for column in table.columns
        ),
        checks=(),
        indexes=tuple(
            index
            for index in table.indexes
            if (index.where is None or index.where.sql is None)
            and (dialect.has_fulltext or not index.fulltext)
        ),
    )
