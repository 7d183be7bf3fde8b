"""A transaction with the repositories of objects, in an event loop."""

from __future__ import annotations

from typing import Optional

from ..object_tables import ObjectTables
from .caller import AsyncCaller
from .repositories import AsyncRepositories
from .transaction import AsyncTransaction


class AsyncDatabaseTransaction(AsyncTransaction, AsyncRepositories):
    """A transaction in terms of tables and of objects (``transaction.files``, …)."""

    def __init__(
        self,
        caller: AsyncCaller,
        transaction_id: str,
        tables: ObjectTables,
        savepoint: Optional[str] = None,
    ) -> None:
        """Use a transaction that has begun, or its part since ``savepoint``."""
        AsyncTransaction.__init__(self, caller, transaction_id, savepoint)
        AsyncRepositories.__init__(self, self, tables)

    def _part(self, savepoint: str) -> "AsyncDatabaseTransaction":
        """Return the part of this transaction since ``savepoint``."""
        return AsyncDatabaseTransaction(self._caller, self.id, self._tables, savepoint)
