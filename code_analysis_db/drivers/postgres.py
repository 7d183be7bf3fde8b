"""The PostgreSQL driver, on psycopg2.

Configuration: see :class:`~.postgres_config.PostgresConfig`,
:class:`~.server_config.ServerConfig` and :class:`~.limits.Limits`; ``database`` and
``user`` must be given, or a ``url`` that holds them::

    driver = PostgresDriver()
    driver.connect({"url": "postgresql://me:secret@localhost/code"})

Distributed engines that speak PostgreSQL's protocol can stand behind it as far as they
have what it uses: identity columns and their sequences, ``json`` and ``uuid``,
savepoints, ON CONFLICT, RETURNING, COPY and advisory locks.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Mapping, Optional

from ..dialects.base import Dialect
from ..dialects.postgres import PostgresDialect
from .backup.backup_parts import BackupParts
from .backup.postgres_backups import PostgresBackups
from .express_session import ExpressSession
from .isolation import IsolationLevel
from .pooled.driver import PooledDriver
from .pooled.raw import PooledRawSql
from .postgres_catalogue import PostgresCatalogue
from .postgres_config import PostgresConfig
from .postgres_express_connection import open_express
from .postgres_rows import PostgresRowWriter
from .postgres_session import PostgresSession


class PostgresDriver(PooledDriver[PostgresSession]):
    """A PostgreSQL database, as tables."""

    def __init__(self) -> None:
        """Make an unconnected driver."""
        self._postgres = PostgresDialect()
        super().__init__(self._postgres)

    @property
    def driver_type(self) -> str:
        """The name that the driver is registered under."""
        return "postgres"

    @property
    def default_isolation(self) -> IsolationLevel:
        """The level that PostgreSQL itself has by default."""
        return IsolationLevel.READ_COMMITTED

    def _read_config(self, config: Mapping[str, Any]) -> PostgresConfig:
        """Check the configuration and return it as a value."""
        return PostgresConfig.from_config(config)

    def _session(self, config: PostgresConfig) -> PostgresSession:
        """Connect."""
        return PostgresSession(config, self.context)

    def _make_express(
        self, config: PostgresConfig
    ) -> Optional[Callable[[], ExpressSession]]:
        """Return what opens connections that are not waited for."""
        return partial(open_express, config, self.context)

    def _make_catalogue(self, dialect: Dialect) -> PostgresCatalogue:
        """Return the catalogue of the tables."""
        return PostgresCatalogue(self._postgres)

    def _make_writer(self, dialect: Dialect) -> PostgresRowWriter:
        """Return what writes rows."""
        return PostgresRowWriter(self._postgres)

    def _make_raw(self, dialect: Dialect) -> PooledRawSql[PostgresSession]:
        """Return what runs raw SQL; the typecasters have decoded its results."""
        return PooledRawSql()

    def _make_backups(self, parts: BackupParts) -> PostgresBackups:
        """Return what copies the whole database."""
        return PostgresBackups(parts)
