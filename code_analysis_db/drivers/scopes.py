"""Opens and ends transactions, and says in which scope a thread's statement runs.

Beside transactions with ids a thread can have one open *unit*: the transaction that
:meth:`Scopes.atomic` opened, which the thread's statements without an id join.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from typing import Any, Callable, Generic, Iterator, List, Optional, Sequence, TypeVar

from ..exceptions import DriverError, DriverTransactionError
from .database import Database
from .scope import R, S, Scope
from .transaction import Transaction
from .transaction_table import TransactionTable

T = TypeVar("T", bound=Transaction[Any])
"""A driver's transaction."""


class _ThreadUnit(threading.local):
    """Per thread: the unit that its statements without an id join."""

    unit: Optional[Any] = None


class Scopes(ABC, Generic[S, T]):
    """The scopes of one database; thread-safe."""

    def __init__(self, database: Database[S]) -> None:
        """Start with no transaction."""
        self._outside = database
        self._transactions: TransactionTable[T] = TransactionTable()
        self._thread = _ThreadUnit()

    def __len__(self) -> int:
        """Return how many transactions with ids are open."""
        return len(self._transactions)

    def current(self, transaction_id: Optional[str]) -> Scope[S]:
        """Return the scope for a statement of the calling thread.

        Raises:
            DriverTransactionError: the transaction is unknown or has ended.
        """
        if transaction_id is not None:
            return self._transactions.get(transaction_id)
        return self._thread.unit or self._outside

    def refuse_inside(self, transaction_id: Optional[str], what: str) -> None:
        """Raise where ``what`` would run in a transaction.

        Raises:
            DriverTransactionError: a transaction is open.
        """
        unit = self._thread.unit
        if transaction_id is not None:
            self._transactions.get(transaction_id)
        elif unit is None:
            return
        else:
            unit.give_way()
        raise DriverTransactionError(
            f"{what} inside a transaction is refused; do it before or after"
        )

    def close(self) -> None:
        """Roll back every transaction."""
        for transaction_id in self._transactions.ids():
            self.rollback(transaction_id, "rolled back: the driver was disconnected")

    # --- transactions with ids ----------------------------------------------------

    @abstractmethod
    def begin(self, isolation: Optional[str], *, read_only: bool, write: bool) -> str:
        """Begin a transaction and return its id."""

    def _add(self, transaction: T) -> str:
        """Keep a transaction, named after the id that it gets."""
        transaction_id = self._transactions.add(transaction)
        transaction.name = f"transaction {transaction_id!r}"
        return transaction_id

    def commit(self, transaction_id: str) -> None:
        """Commit a transaction; where that fails it is rolled back."""
        transaction = self._transactions.get(transaction_id)
        try:
            transaction.commit()
        finally:
            self._transactions.end(transaction_id, transaction.ended or "committed")

    def rollback(self, transaction_id: str, reason: str) -> None:
        """Roll a transaction back; one that the database ended is only forgotten."""
        transaction = self._transactions.get(transaction_id)
        try:
            transaction.rollback(reason)
        finally:
            self._transactions.end(transaction_id, transaction.ended or reason)

    def find(self, transaction_id: str) -> Optional[T]:
        """Return the transaction of that id, None where it is not open.

        One that the database ended is forgotten, but for the reason.
        """
        transaction = self._transactions.find(transaction_id)
        if transaction is None or transaction.ended is None:
            return transaction
        with suppress(DriverTransactionError):
            self._transactions.end(transaction_id, transaction.ended)
        return None

    def transaction(self, transaction_id: str) -> T:
        """Return the open transaction of that id."""
        return self._transactions.get(transaction_id)

    # --- units --------------------------------------------------------------------

    @contextmanager
    def atomic(self, transaction_id: Optional[str], *, write: bool) -> Iterator[None]:
        """Make the block's operations one, as the driver's ``atomic`` says."""
        outer = self._thread.unit
        if transaction_id is not None:
            outer = self._transactions.get(transaction_id)
        if outer is not None:
            with _savepoint(outer):
                yield
            return
        with self._inside(self._unit(write)):
            yield

    @contextmanager
    def _inside(self, unit: T) -> Iterator[None]:
        """Have the block's statements join ``unit``, and end it with the block."""
        self._thread.unit = unit
        try:
            yield
            unit.commit()
        except BaseException as error:
            unit.rollback(f"rolled back: {error}")
            raise
        finally:
            self._thread.unit = None

    def run_atomic(
        self, work: Callable[[], R], transaction_id: Optional[str], *, write: bool
    ) -> R:
        """Run ``work`` as one, as the driver's ``run_atomic`` says."""
        with self.atomic(transaction_id, write=write):
            return work()

    def run_group(
        self,
        operations: Sequence[Callable[[], R]],
        failed: Callable[[DriverError], R],
    ) -> List[R]:
        """Run the operations in one commit where the database gains by it, as the
        driver's ``run_group`` says."""
        return [operation() for operation in operations]

    @abstractmethod
    def _unit(self, write: bool) -> T:
        """Return a new unit; one that writes may keep others from writing."""


@contextmanager
def _savepoint(transaction: Transaction[Any]) -> Iterator[None]:
    """Undo what the block did in the transaction if it fails."""
    savepoint = transaction.create_savepoint()
    try:
        yield
    except BaseException:
        if transaction.ended is None:
            transaction.rollback_to_savepoint(savepoint)
        raise
    transaction.release_savepoint(savepoint)
