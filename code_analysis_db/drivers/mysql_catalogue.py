"""The tables of a MySQL database, and what the driver keeps of them."""

from __future__ import annotations

import json
from typing import List, Optional

from ..dialects.mysql import MySQLDialect
from ..exceptions import LockTimeoutError, UnknownTableError
from ..schema import INTERNAL_PREFIX, Table
from .catalogue import PROPERTIES, TABLES
from .mysql_introspection import describe
from .mysql_session import MySQLSession
from .pooled.catalogue import PooledCatalogue
from .table_description import TableDescription

_LOCK = "CONCAT('code_analysis_db:', LEFT(SHA2(DATABASE(), 256), 32))"
"""The name of the lock on changes of tables, which all databases of a server share."""
_PATIENCE = 86_400


class MySQLCatalogue(PooledCatalogue[MySQLSession]):
    """The tables of the database that the sessions are connected to; thread-safe."""

    def __init__(self, dialect: MySQLDialect) -> None:
        """Know nothing yet."""
        super().__init__(dialect)
        self._mysql = dialect

    def names_in(self, session: MySQLSession) -> List[str]:
        """Return the names of the tables that are not the driver's own, sorted."""
        found = session.query(
            "SELECT TABLE_NAME FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'VIEW'"
        )
        return sorted(name for (name,) in found if not name.startswith(INTERNAL_PREFIX))

    def _described(
        self, session: MySQLSession, name: str, stored: Optional[Table]
    ) -> Optional[TableDescription]:
        """Describe a table or view, None where there is none of that name."""
        return describe(session, name, stored, self._mysql)

    def _has_table(self, session: MySQLSession, name: str) -> bool:
        """Whether the database has a table of that name."""
        return bool(
            session.query(
                "SELECT 1 FROM information_schema.TABLES"
                " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s"
                " AND CAST(TABLE_NAME AS BINARY) = %s",
                (name, name),
            )
        )

    def _create_own_tables(self, session: MySQLSession) -> None:
        """Create the driver's own tables where they are missing."""
        for name, value in ((TABLES, "definition"), (PROPERTIES, "value")):
            session.query(
                f"CREATE TABLE IF NOT EXISTS {name} (name varchar(64) PRIMARY KEY,"
                f" {value} longtext NOT NULL) {self._mysql.table_options()}"
            )

    def store(self, session: MySQLSession, table: Table) -> None:
        """Keep a table's definition, in place of one that is there."""
        self._create_own_tables(session)
        session.query(
            f"REPLACE INTO {TABLES} (name, definition) VALUES (%s, %s)",
            (table.name, json.dumps(table.to_definition())),
        )

    def table_in(self, session: MySQLSession, name: str) -> Optional[Table]:
        """Return a table of the database, None where there is none of that name."""
        known = self._known.statements.get(name)
        if known is not None:
            return known.table
        try:
            return self.describe_in(session, name).table
        except UnknownTableError:
            return None

    def lock_changes(self, session: MySQLSession) -> None:
        """Keep others from changing tables.

        Raises:
            LockTimeoutError: somebody else does so all the time.
        """
        ((taken,),) = session.query(f"SELECT GET_LOCK({_LOCK}, {_PATIENCE})")
        if taken != 1:
            raise LockTimeoutError("another process changes the tables all the time")

    def unlock_changes(self, session: MySQLSession) -> None:
        """Let others change tables."""
        session.query(f"SELECT RELEASE_LOCK({_LOCK})")
