"""The driver of MySQL (8.0.19 and later) and MariaDB (10.6 and later).

Configuration: see :class:`~.mysql_config.MySQLConfig`; ``database`` and ``user`` must
be given.

    driver = MySQLDriver()
    driver.connect({"host": "db", "database": "code", "user": "me", "password": "…"})

This module puts the parts together.  PyMySQL opens the connections
(``mysql_connect``); statements are spoken over them by ``mysql_wire``.
"""

from __future__ import annotations

from typing import Any, Mapping, cast

from ..dialects.base import Dialect
from ..dialects.mysql import MySQLDialect
from ..dialects.mysql_flavour import MYSQL
from .backup.backup_parts import BackupParts
from .backup.mysql_backups import MySQLBackups
from .isolation import IsolationLevel
from .mysql_catalogue import MySQLCatalogue
from .mysql_config import MySQLConfig
from .mysql_raw import MySQLRawSql
from .mysql_rows import MySQLRowWriter
from .mysql_session import MySQLSession
from .pooled.driver import PooledDriver


class MySQLDriver(PooledDriver[MySQLSession]):
    """A database on a MySQL or MariaDB server."""

    def __init__(self) -> None:
        """Make an unconnected driver."""
        super().__init__(MySQLDialect(MYSQL))

    @property
    def driver_type(self) -> str:
        """The name that the driver is registered under."""
        return "mysql"

    @property
    def default_isolation(self) -> IsolationLevel:
        """What the servers have by default, and the sessions are set to."""
        return IsolationLevel.REPEATABLE_READ

    # --- parts --------------------------------------------------------------------

    def _read_config(self, config: Mapping[str, Any]) -> MySQLConfig:
        """Check the configuration."""
        return MySQLConfig.from_config(config)

    def _session(self, config: MySQLConfig) -> MySQLSession:
        """Connect."""
        return MySQLSession(config, self.context)

    def _dialect_of(self, session: MySQLSession) -> Dialect:
        """Return the dialect of the server's flavour."""
        return MySQLDialect(session.flavour)

    def _make_catalogue(self, dialect: Dialect) -> MySQLCatalogue:
        """Return the catalogue of the tables."""
        self._own_catalogue = MySQLCatalogue(cast(MySQLDialect, dialect))
        return self._own_catalogue

    def _make_writer(self, dialect: Dialect) -> MySQLRowWriter:
        """Return what writes rows."""
        return MySQLRowWriter(cast(MySQLDialect, dialect))

    def _make_raw(self, dialect: Dialect) -> MySQLRawSql:
        """Return what runs raw SQL."""
        return MySQLRawSql(self._own_catalogue, cast(MySQLDialect, dialect))

    def _make_backups(self, parts: BackupParts) -> MySQLBackups:
        """Return what copies the whole database."""
        return MySQLBackups(parts)
