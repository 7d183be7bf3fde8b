"""The tables of a PostgreSQL database, and what the driver keeps of them."""

from __future__ import annotations

from ..dialects.postgres import PostgresDialect
from ..schema import Table
from .catalogue import PROPERTIES, TABLES
from .introspection.postgres import PostgresReader
from .introspection.postgres_form import postgres_form
from .pooled.catalogue import PooledCatalogue
from .postgres_session import PostgresSession

_LOCK = int.from_bytes(b"code_adb", "big", signed=True)
"""The number of the advisory lock on changes of tables."""


class PostgresCatalogue(PooledCatalogue[PostgresSession]):
    """The tables of the schema that is first in the search path; thread-safe."""

    def __init__(self, dialect: PostgresDialect) -> None:
        """Know nothing yet."""
        super().__init__(dialect, PostgresReader(dialect))
        self._postgres = dialect

    def normalised(self, session: PostgresSession, table: Table) -> Table:
        """Return a wanted table with its texts as the server gives them back."""
        return postgres_form(session, table, self._postgres)

    def has_table(self, session: PostgresSession, name: str) -> bool:
        """Whether the schema has a table of that name."""
        return bool(
            session.query(
                "SELECT 1 FROM pg_class WHERE relname = %s"
                " AND relnamespace = current_schema()::regnamespace",
                (name,),
            )
        )

    def create_own_tables(self, session: PostgresSession) -> None:
        """Create the driver's own tables where they are missing."""
        session.query(
            f"CREATE TABLE IF NOT EXISTS {TABLES}"
            " (name text PRIMARY KEY, definition text NOT NULL, snapshot text)"
        )
        session.query(
            f"CREATE TABLE IF NOT EXISTS {PROPERTIES}"
            " (name text PRIMARY KEY, value text NOT NULL)"
        )

    def lock_changes(self, session: PostgresSession) -> None:
        """Keep others from changing tables until the transaction ends."""
        session.query("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))

    def unlock_changes(self, session: PostgresSession) -> None:
        """Nothing: the lock ends with the transaction."""
        return None
