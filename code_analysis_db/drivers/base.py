"""The interface that every database driver implements.

A driver knows tables, columns and values; it knows nothing of Project, File or any
other object, and nothing of processes, sockets or messages.  The RPC server calls it
with the fields of a request; it can also be used directly, in one process:

    >>> from code_analysis_db.drivers import create_driver
    >>> driver = create_driver("sqlite", {"config": {"path": ":memory:"}})
    >>> driver.create_table({"name": "t", "columns": [{"name": "a", "type": "TEXT"}]})
    True
    >>> driver.insert("t", {"a": "x"})
    1
    >>> driver.select("t")
    [{'a': 'x'}]
    >>> driver.disconnect()

Every data operation takes ``transaction_id``; an unknown or ended one raises
:class:`~code_analysis_db.exceptions.DriverTransactionError`.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
    Union,
)

from ..dialects.base import Dialect
from ..exceptions import DriverError
from ..progress import ProgressListener
from ..schema.schema import Schema
from .execution_context import ExecutionContext
from .express import Express
from .isolation import IsolationLevel
from .row_operations import RowOperations

Params = Union[Sequence[Any], Mapping[str, Any]]
_R = TypeVar("_R")


class BaseDatabaseDriver(RowOperations):
    """One database, as tables.

    Attributes:
        context: what the calling thread says about the request that it runs.
    """

    def __init__(self) -> None:
        """Make an unconnected driver."""
        self.context = ExecutionContext()

    # --- identity and connection -------------------------------------------------

    @property
    @abstractmethod
    def driver_type(self) -> str:
        """The name that the driver is registered under, such as ``"sqlite"``."""

    @property
    @abstractmethod
    def is_thread_safe(self) -> bool:
        """Whether several threads may call the driver at once."""

    @property
    @abstractmethod
    def dialect(self) -> Dialect:
        """The database's SQL, whose flags tell what it can do."""

    @property
    @abstractmethod
    def default_isolation(self) -> IsolationLevel:
        """The isolation level of a transaction that asks for none."""

    @abstractmethod
    def connect(self, config: Dict[str, Any]) -> None:
        """Check the configuration and open the database.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
            DriverConnectionError: the database cannot be opened.
        """

    @abstractmethod
    def disconnect(self) -> None:
        """Roll back what is open and close every connection; twice is fine."""

    # --- tables ------------------------------------------------------------------

    @abstractmethod
    def create_table(self, schema: Dict[str, Any]) -> bool:
        """Create a table; False where it exists already (nothing is changed)."""

    @abstractmethod
    def drop_table(self, table_name: str) -> bool:
        """Drop a table; False where there is none."""

    @abstractmethod
    def alter_table(self, table_name: str, changes: Dict[str, Any]) -> bool:
        """Change a table as told, dropping included; False where it is so already.

        Raises:
            UnknownTableError: there is no such table.
            SchemaDefinitionError: ``changes`` has faults.
            UnsupportedError: it cannot be done, whatever is in the tables.
            SchemaSyncError: rows are in the way; nothing was changed.
        """

    @abstractmethod
    def list_tables(self) -> List[str]:
        """Return the tables' names, sorted, without the driver's own."""

    @abstractmethod
    def get_table_info(self, table_name: str) -> List[Dict[str, Any]]:
        """Describe the columns: name, type (logical), native_type, nullable, default,
        primary_key.

        Raises:
            UnknownTableError: there is no such table.
        """

    # --- the schema, and all of the database --------------------------------------

    @abstractmethod
    def sync_schema(
        self,
        schema_definition: Union[Mapping[str, Any], Schema],
        backup_dir: Optional[str] = None,
        *,
        dry_run: bool = False,
        allow_destructive: bool = False,
        keep_others: bool = False,
        progress: Optional[ProgressListener] = None,
    ) -> Dict[str, Any]:
        """Make the database's schema what the definition says, and report.

        Args:
            backup_dir: where a complete backup is made before the first change.
            dry_run: only tell what would be done.
            allow_destructive: drop and narrow what the definition has not, or has
                narrower; else it is left, and reported.
            keep_others: the definition is of some tables only: those that it has not
                stay, whatever ``allow_destructive`` says, and so does the version.
            progress: is told how far the work is.

        Raises:
            SchemaDefinitionError: the definition has faults; all are named.
            SchemaSyncError: rows stand in the way.
            SchemaVersionError: the database is newer than the definition.
            BackupError: the backup could not be made.
        """

    @abstractmethod
    def export_schema(self) -> Dict[str, Any]:
        """Return the whole database as a definition."""

    @abstractmethod
    def get_schema_version(self) -> str:
        """Return the version that the last schema sync stored, ``""`` for none."""

    @abstractmethod
    def get_schema_history(self) -> List[Dict[str, Any]]:
        """Return the syncs that there were, the first one first."""

    @abstractmethod
    def backup(
        self, directory: str, *, progress: Optional[ProgressListener] = None
    ) -> str:
        """Copy the whole database into a new file of a directory, and return its path.

        Raises:
            BackupError: it could not be written.
        """

    @abstractmethod
    def restore(
        self, backup: str, *, progress: Optional[ProgressListener] = None
    ) -> Dict[str, Any]:
        """Put everything back from a backup, and report.

        Raises:
            BackupError: it is none, or damaged; nothing was changed.
            UnsupportedError: it has what this database lacks; nothing was changed.
        """

    # --- raw SQL -----------------------------------------------------------------

    @abstractmethod
    def execute(
        self,
        sql: str,
        params: Optional[Params] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Run one statement of the database's own SQL.

        Returns:
            ``affected_rows``, ``last_insert_id`` (0 where there is none) and ``data``:
            a list of dicts for a statement that returns rows, else None.
        """

    @abstractmethod
    def execute_many(
        self,
        sql: str,
        params_list: Sequence[Params],
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Run one statement for each set of parameters, all or nothing; return the
        affected rows."""

    @abstractmethod
    def is_read_statement(self, sql: str) -> bool:
        """Whether the statement only reads, as far as its text tells."""

    # --- transactions ------------------------------------------------------------

    @abstractmethod
    def begin_transaction(
        self,
        *,
        isolation: Optional[str] = None,
        read_only: bool = False,
        write: bool = False,
    ) -> str:
        """Begin a transaction and return its id.

        Args:
            isolation: a level of the SQL standard (``"serializable"``, …); None is the
                database's default.
            read_only: refuse writes in it.
            write: take the write lock at once where the database has a single one.
        """

    @abstractmethod
    def commit_transaction(self, transaction_id: str) -> bool:
        """Commit; True when it is done."""

    @abstractmethod
    def rollback_transaction(
        self, transaction_id: str, *, reason: Optional[str] = None
    ) -> bool:
        """Roll back; True when it is done.

        Args:
            reason: why somebody else than its owner ended it; a later use of the id
                says so.
        """

    @abstractmethod
    def create_savepoint(self, transaction_id: str) -> str:
        """Set a savepoint and return its name."""

    @abstractmethod
    def release_savepoint(self, transaction_id: str, savepoint: str) -> bool:
        """Keep what was done since the savepoint and forget it."""

    @abstractmethod
    def rollback_to_savepoint(self, transaction_id: str, savepoint: str) -> bool:
        """Undo what was done since the savepoint and forget it."""

    @abstractmethod
    def atomic(
        self, transaction_id: Optional[str] = None, *, write: bool = True
    ) -> AbstractContextManager[None]:
        """Make the operations of the block one: all are applied, or none.

        Inside a transaction it is a savepoint; without, the operations that the same
        thread makes with no ``transaction_id`` become one transaction.
        """

    def run_atomic(
        self,
        work: Callable[[], _R],
        transaction_id: Optional[str] = None,
        *,
        write: bool = True,
    ) -> _R:
        """Run ``work`` as the block of :meth:`atomic` and return what it returns.

        Outside a transaction it may be run again, where the database gave up for the
        sake of others, or the connection to it was lost: nothing of it was applied
        then.  ``work`` must let the failure of an operation out, which ends it.
        """
        with self.atomic(transaction_id, write=write):
            return work()

    # --- hooks of the driver process ---------------------------------------------

    @property
    @abstractmethod
    def has_single_writer(self) -> bool:
        """Whether the database lets one connection write at a time (SQLite)."""

    @abstractmethod
    def has_transaction(self, transaction_id: str) -> bool:
        """Whether the transaction is open."""

    @abstractmethod
    def holds_write_lock(self, transaction_id: str) -> bool:
        """Whether the transaction is open and keeps all others from writing."""

    @property
    def connection_limit(self) -> Optional[int]:
        """How many statements can run at once, each on a connection of its own; None
        where there is no such limit."""
        return None

    @property
    def express(self) -> Optional[Express]:
        """What sends short reads ahead without waiting for them, None where the driver
        has nothing of the kind."""
        return None

    def held_connections(self) -> int:
        """Return how many connections open transactions and streams keep from others;
        those of statements that run now do not count."""
        return 0

    def maintain(self) -> None:
        """Do the upkeep that is due, when nothing else is to do; short by nature."""
        return None

    def run_group(
        self,
        operations: Sequence[Callable[[], _R]],
        failed: Callable[[DriverError], _R],
    ) -> List[_R]:
        """Run autocommit writes of different callers in one commit.

        Each operation returns its outcome and raises nothing.  Nothing may be told to
        its caller before this returns.  Where the whole group is lost, its members run
        one by one.  The default runs each on its own.

        Args:
            failed: makes the outcome of an operation whose commit failed.
        """
        return [operation() for operation in operations]

    @abstractmethod
    def stats(self) -> Dict[str, Any]:
        """Return figures about the database and its connections."""
