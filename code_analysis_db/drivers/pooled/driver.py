"""A driver of a database server: a pool of sessions, and what works with them.

A server's own driver says how it connects, and brings its catalogue, its row writer and
the types of its raw results.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Any, Callable, Mapping, Optional

import attrs

from ...dialects.base import Dialect
from ..backup.backups import Backups
from ..backup.backup_parts import BackupParts
from ..express import Express
from ..express_session import ExpressSession
from ..row_writer import RowWriter
from ..server_config import ServerConfig
from ..sql_connection import SqlParts
from ..sql_driver import SqlDriver
from ..sync.synchroniser import Synchroniser
from .canceller import Canceller
from .catalogue import PooledCatalogue
from .database import PooledDatabase
from .express import PooledExpress
from .pool import SS, ServerPool
from .raw import PooledRawSql
from .scopes import PooledScopes
from .statement_watch import StatementWatch
from .tables import PooledTables


class PooledDriver(SqlDriver[SS]):
    """A database on a server, as tables."""

    def __init__(self, dialect: Dialect) -> None:
        """Make an unconnected driver of a server that speaks ``dialect``."""
        super().__init__(dialect)
        self._connected: Optional[PooledDatabase[SS]] = None
        self._express: Optional[PooledExpress[SS]] = None

    # --- what a driver writes -----------------------------------------------------

    @abstractmethod
    def _read_config(self, config: Mapping[str, Any]) -> ServerConfig:
        """Check the keys of ``config`` and return them as a value.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
        """

    @abstractmethod
    def _session(self, config: Any) -> SS:
        """Connect, in the time that the thread's deadline and ``config``, which
        :meth:`_read_config` made, leave for it.

        Raises:
            DriverConnectionError: the server cannot be reached, or refuses.
        """

    def _dialect_of(self, session: SS) -> Dialect:
        """Return the dialect of the server that the first session is on."""
        return self._dialect

    @abstractmethod
    def _make_catalogue(self, dialect: Dialect) -> PooledCatalogue[SS]:
        """Return the catalogue of the tables."""

    @abstractmethod
    def _make_writer(self, dialect: Dialect) -> RowWriter[SS]:
        """Return what writes rows."""

    @abstractmethod
    def _make_raw(self, dialect: Dialect) -> PooledRawSql[SS]:
        """Return what runs raw SQL."""

    def _make_express(self, config: Any) -> Optional[Callable[[], ExpressSession]]:
        """Return what connects for short statements, None where the driver has no
        connections of that kind."""
        return None

    def _make_backups(self, parts: BackupParts) -> Backups[SS]:
        """Return what copies the whole database."""
        return Backups()

    # --- connection ---------------------------------------------------------------

    def _lone_session(self, config: Any, canceller: Canceller) -> SS:
        """Connect beside the pool, for work that takes as long as it takes."""
        session = self._session(attrs.evolve(config, statement_timeout=None))
        session.watch = StatementWatch(session, self.context, canceller)
        return session

    def _open(self, config: Mapping[str, Any]) -> SqlParts[SS]:
        """Check the configuration and open the first session."""
        checked = self._read_config(config)
        canceller = Canceller()
        pool: ServerPool[SS] = ServerPool(
            partial(self._session, checked),
            self.context,
            canceller,
            limit=checked.connection_pool_size,
            timeout=checked.connection_timeout,
        )
        database = PooledDatabase(pool, self.context, canceller)
        try:
            self._dialect = dialect = database.read(self._dialect_of)
        except BaseException:
            database.close()
            raise
        catalogue = self._make_catalogue(dialect)
        writer = self._make_writer(dialect)
        self._connected = database
        connect = self._make_express(checked)
        if connect is not None:
            self._express = PooledExpress(pool, catalogue, writer, connect)
        tables = PooledTables(database, catalogue, dialect)
        backups = self._make_backups(
            BackupParts(
                checked.database,
                partial(self._lone_session, checked, canceller),
                catalogue,
                tables,
                writer,
                dialect,
                self.context,
            )
        )
        return SqlParts(
            database=database,
            scopes=PooledScopes(database, self.default_isolation),
            catalogue=catalogue,
            tables=tables,
            synchroniser=Synchroniser(
                database, catalogue, tables, backups, dialect, self.context
            ),
            backups=backups,
            writer=writer,
            raw=self._make_raw(dialect),
        )

    # --- hooks of the driver process ----------------------------------------------

    @property
    def has_single_writer(self) -> bool:
        """Several sessions write at once."""
        return False

    @property
    def connection_limit(self) -> Optional[int]:
        """How many connections the pool may have, None while there is none."""
        return None if self._connected is None else self._connected.pool.limit

    @property
    def express(self) -> Optional[Express]:
        """What sends short statements ahead, if the driver does so."""
        return self._express

    def held_connections(self) -> int:
        """Return how many connections transactions and streams keep from others."""
        return 0 if self._connected is None else len(self._connected.pinned)
