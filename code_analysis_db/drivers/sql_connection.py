"""What drivers of SQL databases share of their connection: opening, closing,
transactions, the hooks of the driver process.

What is done with tables and rows is in ``sql_driver``, whose driver derives from this.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import (
    Any,
    Callable,
    Dict,
    Generic,
    List,
    Mapping,
    NoReturn,
    Optional,
    Sequence,
)

import attrs

from ..dialects.base import Dialect
from ..exceptions import DriverConnectionError, DriverError
from .backup.backups import Backups
from .base import BaseDatabaseDriver
from .catalogue import Catalogue
from .database import Database
from .fulltext_upkeep import FulltextUpkeep
from .raw_sql import RawSql
from .row_writer import RowWriter
from .scope import R, S
from .scopes import Scopes
from .sync.synchroniser import Synchroniser
from .tables import TableChanges


@attrs.frozen
class SqlParts(Generic[S]):
    """What a driver has while it is connected.

    Attributes:
        database: the sessions, and the scope of statements outside transactions.
        scopes: the transactions.
        catalogue: what is known of the tables.
        tables: what changes them.
        synchroniser: what makes them all what a definition says.
        backups: what copies the whole database.
        writer: what writes rows.
        raw: what runs raw SQL.
    """

    database: Database[S]
    scopes: Scopes[S, Any]
    catalogue: Catalogue[S]
    tables: TableChanges[S]
    synchroniser: Synchroniser[S]
    backups: Backups[S]
    writer: RowWriter[S]
    raw: RawSql[S]


class _NotConnected:
    """Stands for what a driver has while it is connected."""

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse whatever is asked for; Python's own protocols are not there."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise DriverConnectionError("the driver is not connected")


_ABSENT: Any = _NotConnected()
_NO_PARTS: SqlParts[Any] = SqlParts(*[_ABSENT] * len(attrs.fields(SqlParts)))


class SqlConnection(BaseDatabaseDriver, Generic[S]):
    """The part of a driver that has the database open."""

    def __init__(self, dialect: Dialect) -> None:
        """Make an unconnected driver of a database that speaks ``dialect``."""
        super().__init__()
        self._dialect = dialect
        self._upkeep: FulltextUpkeep[S] = FulltextUpkeep(dialect)
        self._take(_NO_PARTS)

    def _take(self, parts: SqlParts[S]) -> None:
        """Work with ``parts`` from now on."""
        self._database = parts.database
        self._scopes = parts.scopes
        self._catalogue = parts.catalogue
        self._tables = parts.tables
        self._synchroniser = parts.synchroniser
        self._backups = parts.backups
        self._writer = parts.writer
        self._raw = parts.raw

    # --- connection ---------------------------------------------------------------

    @property
    def dialect(self) -> Dialect:
        """The database's SQL, whose flags tell what it can do."""
        return self._dialect

    @property
    def is_thread_safe(self) -> bool:
        """Several threads may call: each statement has a session of its own."""
        return True

    def connect(self, config: Mapping[str, Any]) -> None:
        """Check the configuration and open the database.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
            DriverConnectionError: it cannot be opened, or the driver has one.
        """
        if self._database is not _ABSENT:
            raise DriverConnectionError("the driver is connected already")
        self._take(self._open(config))

    @abstractmethod
    def _open(self, config: Mapping[str, Any]) -> SqlParts[S]:
        """Check the configuration and open the database, as :meth:`connect` says."""

    def disconnect(self) -> None:
        """Roll back what is open and close every session; twice is fine."""
        if self._database is _ABSENT:
            return
        database, scopes, raw = self._database, self._scopes, self._raw
        self._take(_NO_PARTS)
        try:
            scopes.close()
            raw.close()
        finally:
            database.close()

    # --- transactions -------------------------------------------------------------

    def begin_transaction(
        self,
        *,
        isolation: Optional[str] = None,
        read_only: bool = False,
        write: bool = False,
    ) -> str:
        """Begin a transaction and return its id."""
        return self._scopes.begin(isolation, read_only=read_only, write=write)

    def commit_transaction(self, transaction_id: str) -> bool:
        """Commit; where that fails the transaction is rolled back."""
        self._scopes.commit(transaction_id)
        return True

    def rollback_transaction(
        self, transaction_id: str, *, reason: Optional[str] = None
    ) -> bool:
        """Roll back; a later use of the id tells the ``reason``."""
        self._scopes.rollback(transaction_id, reason or "rolled back")
        return True

    def create_savepoint(self, transaction_id: str) -> str:
        """Set a savepoint and return its name."""
        savepoint: str = self._scopes.transaction(transaction_id).create_savepoint()
        return savepoint

    def release_savepoint(self, transaction_id: str, savepoint: str) -> bool:
        """Keep what was done since the savepoint and forget it."""
        self._scopes.transaction(transaction_id).release_savepoint(savepoint)
        return True

    def rollback_to_savepoint(self, transaction_id: str, savepoint: str) -> bool:
        """Undo what was done since the savepoint and forget it."""
        self._scopes.transaction(transaction_id).rollback_to_savepoint(savepoint)
        return True

    def atomic(
        self, transaction_id: Optional[str] = None, *, write: bool = True
    ) -> AbstractContextManager[None]:
        """Make the operations of the block one: all are applied, or none."""
        return self._scopes.atomic(transaction_id, write=write)

    def run_atomic(
        self,
        work: Callable[[], R],
        transaction_id: Optional[str] = None,
        *,
        write: bool = True,
    ) -> R:
        """Run ``work`` as one: all of its operations are applied, or none."""
        return self._scopes.run_atomic(work, transaction_id, write=write)

    # --- hooks of the driver process ----------------------------------------------

    def run_group(
        self,
        operations: Sequence[Callable[[], R]],
        failed: Callable[[DriverError], R],
    ) -> List[R]:
        """Run autocommit writes of different callers, in one commit where the database
        gains by it."""
        return self._scopes.run_group(operations, failed)

    def has_transaction(self, transaction_id: str) -> bool:
        """Whether the transaction is open."""
        return self._scopes.find(transaction_id) is not None

    def holds_write_lock(self, transaction_id: str) -> bool:
        """Whether the transaction is open and keeps all others from writing."""
        transaction = self._scopes.find(transaction_id)
        return transaction is not None and transaction.has_write_lock

    def maintain(self) -> None:
        """Do the upkeep that is due."""
        self._database.maintain()

    def stats(self) -> Dict[str, Any]:
        """Return figures about the database, its sessions and transactions."""
        return {**self._database.stats(), "transactions": len(self._scopes)}
