"""The transactions of a driver by their ids, and why the recent ones ended."""

from __future__ import annotations

import threading
from typing import Dict, Generic, List, Optional, TypeVar
from uuid import uuid4

from ..exceptions import DriverTransactionError

_REMEMBERED = 1000
_T = TypeVar("_T")


class TransactionTable(Generic[_T]):
    """Open transactions, and a bounded memory of ended ones; thread-safe."""

    def __init__(self) -> None:
        """Make an empty table."""
        self._open: Dict[str, _T] = {}
        self._ended: Dict[str, str] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def add(self, transaction: _T) -> str:
        """Keep a transaction and return the id that it gets."""
        transaction_id = uuid4().hex
        self._open[transaction_id] = transaction
        return transaction_id

    def get(self, transaction_id: str) -> _T:
        """Return the open transaction of that id.

        Raises:
            DriverTransactionError: there is none; the message says why it ended.
        """
        try:
            return self._open[transaction_id]
        except (KeyError, TypeError):
            raise self._gone(transaction_id) from None

    def find(self, transaction_id: str) -> Optional[_T]:
        """Return the open transaction of that id, or None."""
        return self._open.get(transaction_id)

    def end(self, transaction_id: str, reason: str) -> _T:
        """Take a transaction out; a later use of its id tells the ``reason``.

        Of several threads that end it, one gets it.

        Raises:
            DriverTransactionError: it has ended already, or never was.
        """
        with self._lock:
            try:
                transaction = self._open.pop(transaction_id)
            except (KeyError, TypeError):
                raise self._gone(transaction_id) from None
            self._ended[transaction_id] = reason
            while len(self._ended) > _REMEMBERED:
                del self._ended[next(iter(self._ended))]
        return transaction

    def ids(self) -> List[str]:
        """Return the ids of the open transactions."""
        with self._lock:
            return list(self._open)

    def _gone(self, transaction_id: str) -> DriverTransactionError:
        """Return the error for an id that is not open."""
        reason = None
        if isinstance(transaction_id, str):
            reason = self._ended.get(transaction_id)
        if reason is None:
            return DriverTransactionError(f"unknown transaction {transaction_id!r}")
        return DriverTransactionError(
            f"transaction {transaction_id!r} has ended: {reason}"
        )
