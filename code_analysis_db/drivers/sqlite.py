"""The SQLite driver.

Configuration: see :class:`~.sqlite_config.SQLiteConfig` and
:class:`~.limits.Limits`; only ``path`` must be given.

    >>> driver = SQLiteDriver()
    >>> driver.connect({"path": ":memory:"})
    >>> driver.create_table({"name": "t", "columns": [{"name": "a", "type": "TEXT"}]})
    True
    >>> driver.insert("t", {"a": "x"})
    1
    >>> driver.disconnect()
"""

from __future__ import annotations

from typing import Any, Mapping

from ..dialects.sqlite import SQLiteDialect
from .backup.sqlite_backups import SQLiteBackups
from .isolation import IsolationLevel
from .sql_connection import SqlParts
from .sql_driver import SqlDriver
from .sqlite_catalogue import SQLiteCatalogue
from .sqlite_config import SQLiteConfig
from .sqlite_database import SQLiteDatabase
from .sqlite_raw import SQLiteRawSql
from .sqlite_result_types import SQLiteResultTypes
from .sqlite_rows import SQLiteRowWriter
from .sqlite_scopes import SQLiteScopes
from .sqlite_session import SQLiteSession
from .sqlite_tables import SQLiteTables
from .sync.synchroniser import Synchroniser


class SQLiteDriver(SqlDriver[SQLiteSession]):
    """A SQLite file, as tables.

    Readers run beside each other and beside the writer, of which there is one.
    """

    _database: SQLiteDatabase

    def __init__(self) -> None:
        """Make an unconnected driver."""
        self._sqlite = SQLiteDialect()
        super().__init__(self._sqlite)

    @property
    def driver_type(self) -> str:
        """``"sqlite"``."""
        return "sqlite"

    @property
    def default_isolation(self) -> IsolationLevel:
        """SQLite knows no other."""
        return IsolationLevel.SERIALIZABLE

    @property
    def has_single_writer(self) -> bool:
        """One session writes at a time."""
        return True

    def _open(self, config: Mapping[str, Any]) -> SqlParts[SQLiteSession]:
        """Check the configuration and open the file.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
            DriverConnectionError: the file cannot be opened.
            CorruptDatabaseError: the file is no database, or damaged.
        """
        dialect = self._sqlite
        database = SQLiteDatabase(SQLiteConfig.from_config(config), self.context)
        scopes = SQLiteScopes(database, self.context)
        catalogue = SQLiteCatalogue(database, dialect)
        tables = SQLiteTables(database, catalogue, dialect)
        backups = SQLiteBackups(database, catalogue, self.context)
        types = SQLiteResultTypes(database.open_session, dialect)
        return SqlParts(
            database=database,
            scopes=scopes,
            catalogue=catalogue,
            tables=tables,
            synchroniser=Synchroniser(
                database, catalogue, tables, backups, dialect, self.context
            ),
            backups=backups,
            writer=SQLiteRowWriter(),
            raw=SQLiteRawSql(types),
        )
