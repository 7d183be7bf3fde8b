"""A SQLite driver's connection: opening, closing, transactions, upkeep.

What is done with tables and rows is in ``sqlite``, whose driver derives from this.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, TypeVar

from ..dialects.sqlite import SQLiteDialect
from ..exceptions import DriverConnectionError, DriverError
from .base import BaseDatabaseDriver
from .sqlite_catalogue import SQLiteCatalogue
from .sqlite_config import SQLiteConfig
from .sqlite_database import SQLiteDatabase
from .sqlite_result_types import SQLiteResultTypes
from .sqlite_scopes import SQLiteScopes
from .sqlite_tables import SQLiteTables

_R = TypeVar("_R")


class _NotConnected:
    """Stands for what a driver has while it is connected."""

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse whatever is asked for; Python's own protocols are not there."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise DriverConnectionError("the driver is not connected")


_NOT_CONNECTED: Any = _NotConnected()


class SQLiteConnection(BaseDatabaseDriver):
    """The part of the SQLite driver that has the file open."""

    def __init__(self) -> None:
        """Make an unconnected driver."""
        super().__init__()
        self._dialect = SQLiteDialect()
        self._database: SQLiteDatabase = _NOT_CONNECTED
        self._scopes: SQLiteScopes = _NOT_CONNECTED
        self._catalogue: SQLiteCatalogue = _NOT_CONNECTED
        self._tables: SQLiteTables = _NOT_CONNECTED
        self._types: SQLiteResultTypes = _NOT_CONNECTED

    # --- identity and connection --------------------------------------------------

    @property
    def driver_type(self) -> str:
        """``"sqlite"``."""
        return "sqlite"

    @property
    def is_thread_safe(self) -> bool:
        """Several threads may call: readers run beside each other and the writer."""
        return True

    @property
    def has_single_writer(self) -> bool:
        """One session writes at a time."""
        return True

    def connect(self, config: Dict[str, Any]) -> None:
        """Check the configuration and open the file.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
            DriverConnectionError: the file cannot be opened, or the driver has one.
            CorruptDatabaseError: the file is no database, or damaged.
        """
        if self._database is not _NOT_CONNECTED:
            raise DriverConnectionError("the driver is connected already")
        database = SQLiteDatabase(SQLiteConfig.from_config(config), self.context)
        self._database = database
        self._scopes = SQLiteScopes(database, self.context)
        self._catalogue = SQLiteCatalogue(database.readers, self._dialect)
        self._tables = SQLiteTables(database, self._catalogue, self._dialect)
        self._types = SQLiteResultTypes(database.open_session, self._dialect)

    def disconnect(self) -> None:
        """Roll back what is open and close every session; twice is fine."""
        if self._database is _NOT_CONNECTED:
            return
        database, scopes, types = self._database, self._scopes, self._types
        self._database = self._scopes = self._types = _NOT_CONNECTED
        self._catalogue = self._tables = _NOT_CONNECTED
        try:
            scopes.close()
            types.close()
        finally:
            database.close()

    def is_schema_outdated(self) -> bool:
        """Tell whether another process changed the schema, and read it anew then."""
        return self._catalogue.is_outdated()

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
        return self._scopes.transaction(transaction_id).create_savepoint()

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

    # --- hooks of the driver process ----------------------------------------------

    def run_group(
        self,
        operations: Sequence[Callable[[], _R]],
        failed: Callable[[DriverError], _R],
    ) -> List[_R]:
        """Run autocommit writes of different callers in one commit."""
        return self._scopes.run_group(operations, failed)

    def has_transaction(self, transaction_id: str) -> bool:
        """Whether the transaction is open."""
        return self._scopes.find(transaction_id) is not None

    def holds_write_lock(self, transaction_id: str) -> bool:
        """Whether the transaction is open and keeps all others from writing."""
        transaction = self._scopes.find(transaction_id)
        return transaction is not None and transaction.has_write_lock

    def maintain(self) -> None:
        """Move the write-ahead log into the file."""
        self._database.checkpoint()

    def stats(self) -> Dict[str, Any]:
        """Return sizes of file and log, and numbers of sessions and transactions."""
        return {**self._database.stats(), "transactions": len(self._scopes)}
