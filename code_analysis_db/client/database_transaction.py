"""A transaction with the repositories of objects."""

from __future__ import annotations

from typing import Optional

from .object_tables import ObjectTables
from .repositories import Repositories
from .request_caller import RequestCaller
from .transaction import Transaction


class DatabaseTransaction(Transaction, Repositories):
    """A transaction in terms of tables and of objects (``transaction.files``, …)."""

    def __init__(
        self,
        caller: RequestCaller,
        transaction_id: str,
        tables: ObjectTables,
        savepoint: Optional[str] = None,
    ) -> None:
        """Use a transaction that has begun, or its part since ``savepoint``."""
        Transaction.__init__(self, caller, transaction_id, savepoint)
        Repositories.__init__(self, self, tables)

    def _part(self, savepoint: str) -> "DatabaseTransaction":
        """Return the part of this transaction since ``savepoint``."""
        return DatabaseTransaction(self._caller, self.id, self._tables, savepoint)
