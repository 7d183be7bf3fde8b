"""The tables of a PostgreSQL database, and what the driver keeps of them."""

from __future__ import annotations

from typing import List, Optional

from ..dialects.postgres import PostgresDialect
from ..schema import INTERNAL_PREFIX, Table
from .catalogue import PROPERTIES, TABLES
from .pooled.catalogue import PooledCatalogue
from .postgres_introspection import describe
from .postgres_session import PostgresSession
from .table_description import TableDescription

_LOCK = int.from_bytes(b"code_adb", "big", signed=True)
"""The number of the advisory lock on changes of tables."""


class PostgresCatalogue(PooledCatalogue[PostgresSession]):
    """The tables of the schema that is first in the search path; thread-safe."""

    def __init__(self, dialect: PostgresDialect) -> None:
        """Know nothing yet."""
        super().__init__(dialect)
        self._postgres = dialect

    def names_in(self, session: PostgresSession) -> List[str]:
        """Return the names of the tables that are not the driver's own, sorted."""
        found = session.query(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = current_schema()::regnamespace"
        )
        return sorted(name for (name,) in found if not name.startswith(INTERNAL_PREFIX))

    def _described(
        self, session: PostgresSession, name: str, stored: Optional[Table]
    ) -> Optional[TableDescription]:
        """Describe a table or view, None where there is none of that name."""
        return describe(session, name, stored, self._postgres)

    def _has_table(self, session: PostgresSession, name: str) -> bool:
        """Whether the schema has a table of that name."""
        return bool(
            session.query(
                "SELECT 1 FROM pg_class WHERE relname = %s"
                " AND relnamespace = current_schema()::regnamespace",
                (name,),
            )
        )

    def _create_own_tables(self, session: PostgresSession) -> None:
        """Create the driver's own tables where they are missing."""
        session.query(
            f"CREATE TABLE IF NOT EXISTS {TABLES}"
            " (name text PRIMARY KEY, definition text NOT NULL)"
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
