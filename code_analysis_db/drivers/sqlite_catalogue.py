"""The tables of a SQLite file, and what the driver keeps of them.

PRAGMA schema_version tells when another process has changed them.
"""

from __future__ import annotations

from ..dialects.sqlite import SQLiteDialect
from ..dialects.table_statements import TableStatements
from ..schema import Table
from .catalogue import PROPERTIES, TABLES, Catalogue, Known
from .existing_table import ExistingTable
from .introspection.sqlite import SQLiteReader
from .introspection.sqlite_form import sqlite_form
from .scope import R, Scope, Work
from .sqlite_database import SQLiteDatabase
from .sqlite_session import SQLiteSession


class SQLiteCatalogue(Catalogue[SQLiteSession]):
    """The tables of one file; thread-safe.

    It reads on reading sessions, whatever the scope: a transaction changes no tables.
    """

    def __init__(self, database: SQLiteDatabase, dialect: SQLiteDialect) -> None:
        """Know nothing yet."""
        super().__init__(dialect, SQLiteReader(dialect))
        self._database = database
        self._sqlite = dialect

    # --- reading ------------------------------------------------------------------

    def describe(self, name: str, scope: Scope[SQLiteSession]) -> ExistingTable:
        """Return the table as it is in the file now."""

        def read(session: SQLiteSession) -> ExistingTable:
            """Describe it under one version of the schema."""
            session.control("BEGIN")
            return self.describe_in(session, name)

        return self._database.read(read)

    def _read(self, scope: Scope[SQLiteSession], work: Work[SQLiteSession, R]) -> R:
        """Run the work with a reading session."""
        return self._database.read(work)

    def is_outdated(self, name: str, scope: Scope[SQLiteSession]) -> bool:
        """Tell whether the schema changed since it was read, and forget it then."""
        if self._database.read(_file_version) == self._known.version:
            return False
        self.forget()
        return True

    def _load(self, name: str, scope: Scope[SQLiteSession]) -> TableStatements:
        """Read a table, and keep its statements."""
        known = self._known

        def read(session: SQLiteSession) -> ExistingTable:
            """Describe it, and note under which version of the schema."""
            nonlocal known
            session.control("BEGIN")
            version = _file_version(session)
            if known.version not in (None, version):
                self._known = known = Known()
            known.version = version
            return self.describe_in(session, name)

        table = self._database.read(read).table
        statements = TableStatements(table, self._dialect, known.statements)
        return known.statements.setdefault(name, statements)

    # --- with a session -----------------------------------------------------------

    def normalised(self, session: SQLiteSession, table: Table) -> Table:
        """Return a wanted table with its texts as the file gives them back."""
        return sqlite_form(table, self._sqlite)

    def has_table(self, session: SQLiteSession, name: str) -> bool:
        """Whether the file has a table of that name."""
        return bool(
            session.query("SELECT 1 FROM sqlite_master WHERE name = ?", (name,))
        )

    def create_own_tables(self, session: SQLiteSession) -> None:
        """Create the driver's own tables where they are missing."""
        session.query(
            f"CREATE TABLE IF NOT EXISTS {TABLES}"
            " (name TEXT PRIMARY KEY, definition TEXT NOT NULL, snapshot TEXT)"
        )
        session.query(
            f"CREATE TABLE IF NOT EXISTS {PROPERTIES}"
            " (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )


def _file_version(session: SQLiteSession) -> int:
    """Return the number that SQLite changes with every change of the schema."""
    ((version,),) = session.query("PRAGMA schema_version")
    return int(version)
