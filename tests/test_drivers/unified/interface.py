"""The unified interface as a test sees it, whichever way its calls take.

These are the signatures of the client's ``rpc`` and its transactions, without
``timeout``.  They are protocols, so that the client's own objects are checked against
them, and no wrapper stands between a test and what it tests.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import (
    Any,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Protocol,
    Sequence,
    Union,
)

from code_analysis_db.progress import ProgressListener
from code_analysis_db.rows import Row
from code_analysis_db.schema.schema import Schema

Definition = Union[Mapping[str, Any], Schema]
Where = Mapping[str, Any]


class Stream(Protocol):
    """Rows that are read one by one; also a context manager that closes it."""

    def __enter__(self) -> Stream:
        """Return the stream."""

    def __exit__(self, *raised: Any) -> None:
        """Close the stream."""

    def __iter__(self) -> Iterator[Row]:
        """Return the stream."""

    def __next__(self) -> Row:
        """Return the next row."""

    def close(self) -> None:
        """Read no more."""


class Rows(Protocol):
    """The methods over the rows of tables, and raw SQL."""

    def insert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        on_conflict: Optional[str] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Insert a row; return its id, or the row."""

    def insert_many(
        self,
        table_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        on_conflict: Optional[str] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> List[Any]:
        """Insert rows; return their ids, or the rows."""

    def upsert(
        self,
        table_name: str,
        data: Mapping[str, Any],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Insert or update a row; return its id, or the row."""

    def upsert_many(
        self,
        table_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> List[Any]:
        """Insert or update rows; return their ids, or the rows."""

    def update(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Update rows; return how many matched, or the rows."""

    def delete(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Any = None,
        transaction_id: Optional[str] = None,
    ) -> Any:
        """Delete rows; return how many, or the rows."""

    def select(
        self,
        table_name: str,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order_by: Any = None,
        *,
        distinct: bool = False,
        after: Optional[Sequence[Any]] = None,
        transaction_id: Optional[str] = None,
    ) -> List[Row]:
        """Return rows."""

    def select_iter(
        self,
        table_name: str,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order_by: Any = None,
        *,
        distinct: bool = False,
        after: Optional[Sequence[Any]] = None,
        chunk_size: int = 1000,
        transaction_id: Optional[str] = None,
    ) -> Stream:
        """Return rows one by one."""

    def count(
        self,
        table_name: str,
        where: Optional[Where] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Return how many rows match."""

    def search(
        self,
        table_name: str,
        query: str,
        *,
        index: Optional[str] = None,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
        snippet_length: int = 160,
        transaction_id: Optional[str] = None,
    ) -> List[Row]:
        """Return the best of the rows that a query finds."""

    def aggregate(
        self,
        table_name: str,
        aggregates: Mapping[str, Sequence[str]],
        where: Optional[Where] = None,
        group_by: Optional[Sequence[str]] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> List[Row]:
        """Return one row for each group."""

    def execute(
        self,
        sql: str,
        params: Any = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Run a statement of the database's own SQL."""

    def execute_many(
        self,
        sql: str,
        params_list: Sequence[Any],
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Run a statement for each set of parameters."""

    def batch(
        self, *, transaction_id: Optional[str] = None
    ) -> AbstractContextManager[Any]:
        """Collect operations; each returns a handle with a ``result``."""


class Transaction(Rows, Protocol):
    """The methods over rows within a transaction, or a savepoint of it."""

    id: str

    def commit(self) -> None:
        """Keep what was done."""

    def rollback(self) -> None:
        """Undo what was done."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a savepoint for a block."""


class Database(Rows, Protocol):
    """The whole interface."""

    def create_table(self, schema: Dict[str, Any]) -> bool:
        """Create a table; False where it exists."""

    def drop_table(self, table_name: str) -> bool:
        """Drop a table; False where there is none."""

    def alter_table(self, table_name: str, changes: Dict[str, Any]) -> bool:
        """Change a table; False where nothing was asked."""

    def list_tables(self) -> List[str]:
        """Return the tables' names, sorted."""

    def get_table_info(self, table_name: str) -> List[Dict[str, Any]]:
        """Describe the columns."""

    def get_schema_version(self) -> str:
        """Return the version that the last schema sync stored."""

    def sync_schema(
        self,
        schema_definition: Definition,
        backup_dir: Optional[str] = None,
        *,
        dry_run: bool = False,
        allow_destructive: bool = False,
        keep_others: bool = False,
        progress: Optional[ProgressListener] = None,
    ) -> Dict[str, Any]:
        """Make the schema what the definition says."""

    def export_schema(self) -> Dict[str, Any]:
        """Return the database as a definition."""

    def get_schema_history(self) -> List[Dict[str, Any]]:
        """Return the syncs that there were."""

    def backup(
        self, directory: str, *, progress: Optional[ProgressListener] = None
    ) -> str:
        """Copy the database into a file."""

    def restore(
        self, backup: str, *, progress: Optional[ProgressListener] = None
    ) -> Dict[str, Any]:
        """Put everything back from a backup."""

    def begin_transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
    ) -> str:
        """Begin a transaction and return its id."""

    def commit_transaction(self, transaction_id: str) -> bool:
        """Commit."""

    def rollback_transaction(self, transaction_id: str) -> bool:
        """Roll back."""

    def transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
    ) -> AbstractContextManager[Transaction]:
        """Open a transaction for a block."""
