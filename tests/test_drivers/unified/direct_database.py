"""The whole unified interface, called on a driver in the test's own process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional

from code_analysis_db.progress import ProgressListener

from .direct_rows import DirectRows
from .direct_transaction import DirectTransaction
from .interface import Definition


class DirectDatabase(DirectRows):
    """The methods over rows, tables and transactions."""

    def create_table(self, schema: Dict[str, Any]) -> bool:
        """Create a table."""
        return self.driver.create_table(schema)

    def drop_table(self, table_name: str) -> bool:
        """Drop a table."""
        return self.driver.drop_table(table_name)

    def alter_table(self, table_name: str, changes: Dict[str, Any]) -> bool:
        """Change a table."""
        return self.driver.alter_table(table_name, changes)

    def list_tables(self) -> List[str]:
        """Return the tables' names."""
        return self.driver.list_tables()

    def get_table_info(self, table_name: str) -> List[Dict[str, Any]]:
        """Describe the columns."""
        return self.driver.get_table_info(table_name)

    def get_schema_version(self) -> str:
        """Return the stored version."""
        return self.driver.get_schema_version()

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
        """Synchronise the schema."""
        return self.driver.sync_schema(
            schema_definition,
            backup_dir,
            dry_run=dry_run,
            allow_destructive=allow_destructive,
            keep_others=keep_others,
            progress=progress,
        )

    def export_schema(self) -> Dict[str, Any]:
        """Return the database as a definition."""
        return self.driver.export_schema()

    def get_schema_history(self) -> List[Dict[str, Any]]:
        """Return the syncs that there were."""
        return self.driver.get_schema_history()

    def backup(
        self, directory: str, *, progress: Optional[ProgressListener] = None
    ) -> str:
        """Copy the database into a file."""
        return self.driver.backup(directory, progress=progress)

    def restore(
        self, backup: str, *, progress: Optional[ProgressListener] = None
    ) -> Dict[str, Any]:
        """Put everything back from a backup."""
        return self.driver.restore(backup, progress=progress)

    def begin_transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
    ) -> str:
        """Begin a transaction."""
        return self.driver.begin_transaction(
            isolation=isolation, read_only=read_only, write=write
        )

    def commit_transaction(self, transaction_id: str) -> bool:
        """Commit."""
        return self.driver.commit_transaction(transaction_id)

    def rollback_transaction(self, transaction_id: str) -> bool:
        """Roll back."""
        return self.driver.rollback_transaction(transaction_id)

    @contextmanager
    def transaction(
        self,
        isolation: Optional[str] = None,
        *,
        read_only: bool = False,
        write: bool = False,
    ) -> Iterator[DirectTransaction]:
        """Open a transaction for a block."""
        id = self.begin_transaction(isolation, read_only=read_only, write=write)
        with DirectTransaction(self.driver, id).ending() as transaction:
            yield transaction
