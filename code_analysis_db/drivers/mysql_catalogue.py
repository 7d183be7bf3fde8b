"""The tables of a MySQL database, and what the driver keeps of them."""

from __future__ import annotations

from typing import Optional, Sequence

from ..dialects.mysql import MySQLDialect
from ..exceptions import LockTimeoutError, UnknownTableError
from ..schema import Table
from .catalogue import PROPERTIES, TABLES
from .introspection.mysql import MySQLReader
from .introspection.mysql_form import mysql_form
from .mysql_session import MySQLSession
from .pooled.catalogue import PooledCatalogue

_LOCK = "CONCAT('code_analysis_db:', LEFT(SHA2(DATABASE(), 256), 32))"
"""The name of the lock on changes of tables, which all databases of a server share."""
_PATIENCE = 86_400


class MySQLCatalogue(PooledCatalogue[MySQLSession]):
    """The tables of the database that the sessions are connected to; thread-safe."""

    def __init__(self, dialect: MySQLDialect) -> None:
        """Know nothing yet."""
        super().__init__(dialect, MySQLReader(dialect))
        self._mysql = dialect

    def normalised(self, session: MySQLSession, table: Table) -> Table:
        """Return a wanted table with its texts as the server gives them back."""
        return mysql_form(session, table, self._mysql)

    def has_table(self, session: MySQLSession, name: str) -> bool:
        """Whether the database has a table of that name."""
        return bool(
            session.query(
                "SELECT 1 FROM information_schema.TABLES"
                " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s"
                " AND CAST(TABLE_NAME AS BINARY) = %s",
                (name, name),
            )
        )

    def create_own_tables(self, session: MySQLSession) -> None:
        """Create the driver's own tables where they are missing; where they are not
        nothing is run that would commit a transaction."""
        if self.has_table(session, TABLES) and self.has_table(session, PROPERTIES):
            return
        options = self._mysql.table_options()
        session.query(
            f"CREATE TABLE IF NOT EXISTS {TABLES} (name varchar(64) PRIMARY KEY,"
            f" definition longtext NOT NULL, snapshot longtext) {options}"
        )
        session.query(
            f"CREATE TABLE IF NOT EXISTS {PROPERTIES} (name varchar(64) PRIMARY KEY,"
            f" value longtext NOT NULL) {options}"
        )

    def _replacing(self, fields: Sequence[str]) -> str:
        """Return the clause of an INSERT that replaces rows of the same name."""
        has_alias = self._mysql.flavour.has_row_alias
        new = "new.{0}" if has_alias else "VALUES({0})"
        updates = ", ".join(f"{field} = {new.format(field)}" for field in fields[1:])
        return f"{'AS new ' if has_alias else ''}ON DUPLICATE KEY UPDATE {updates}"

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
