"""Opens and ends transactions, and says in which scope a thread's statement runs.

Beside transactions with ids a thread can have one open *unit*: the transaction that
:meth:`SQLiteScopes.atomic` or :meth:`SQLiteScopes.run_group` opened on the write
session, which the thread's statements without an id join.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Callable, Iterator, List, Optional, Sequence, TypeVar

from ..exceptions import DriverError, DriverTransactionError
from .execution_context import ExecutionContext
from .isolation import IsolationLevel
from .sqlite_database import SQLiteDatabase
from .sqlite_scope import SQLiteScope
from .sqlite_transaction import SQLiteTransaction
from .transaction_table import TransactionTable

_R = TypeVar("_R")


class _ThreadUnit(threading.local):
    """Per thread: the unit that its statements without an id join."""

    unit: Optional[SQLiteTransaction] = None


class SQLiteScopes:
    """The scopes of one database; thread-safe."""

    def __init__(self, database: SQLiteDatabase, context: ExecutionContext) -> None:
        """Start with no transaction."""
        self._database = database
        self._context = context
        self._transactions: TransactionTable[SQLiteTransaction] = TransactionTable()
        self._thread = _ThreadUnit()

    def __len__(self) -> int:
        """Return how many transactions with ids are open."""
        return len(self._transactions)

    def current(self, transaction_id: Optional[str]) -> SQLiteScope:
        """Return the scope for a statement of the calling thread.

        Raises:
            DriverTransactionError: the transaction is unknown or has ended.
        """
        if transaction_id is not None:
            return self._transactions.get(transaction_id)
        return self._thread.unit or self._database

    def refuse_inside(self, transaction_id: Optional[str], what: str) -> None:
        """Raise where ``what`` would run in a transaction.

        A group of different callers' writes gives way: it runs one by one then.

        Raises:
            DriverTransactionError: a transaction is open.
        """
        unit = self._thread.unit
        if transaction_id is not None:
            self._transactions.get(transaction_id)
        elif unit is None:
            return
        else:
            unit.splits = unit.is_group
        raise DriverTransactionError(
            f"{what} inside a transaction is refused; do it before or after"
        )

    def close(self) -> None:
        """Roll back every transaction."""
        for transaction_id in self._transactions.ids():
            self.rollback(transaction_id, "rolled back: the driver was disconnected")

    # --- transactions with ids ----------------------------------------------------

    def begin(self, isolation: Optional[str], *, read_only: bool, write: bool) -> str:
        """Begin a transaction and return its id.

        SQLite's transactions are serializable, which is as good for whoever asked for
        less.
        """
        IsolationLevel.parse(isolation, IsolationLevel.SERIALIZABLE)
        if read_only and write:
            raise DriverTransactionError("a transaction cannot be read_only and write")
        database = self._database
        read_only = read_only or database.config.read_only
        pool = database.readers if read_only else database.writers
        session = pool.take()
        transaction = SQLiteTransaction(
            "a transaction",
            session,
            database.writer,
            self._context,
            read_only=read_only,
            done=pool.give_back,
        )
        transaction_id = self._transactions.add(transaction)
        transaction.name = f"transaction {transaction_id!r}"
        if write:
            try:
                transaction.begin_writing()
            except BaseException as error:
                self.rollback(transaction_id, f"it could not begin: {error}")
                raise
        return transaction_id

    def commit(self, transaction_id: str) -> None:
        """Commit a transaction; where that fails it is rolled back."""
        transaction = self._transactions.get(transaction_id)
        try:
            transaction.commit()
        finally:
            self._transactions.end(transaction_id, transaction.ended or "committed")

    def rollback(self, transaction_id: str, reason: str) -> None:
        """Roll a transaction back; one that SQLite rolled back is only forgotten."""
        transaction = self._transactions.get(transaction_id)
        try:
            transaction.rollback(reason)
        finally:
            self._transactions.end(transaction_id, transaction.ended or reason)

    def find(self, transaction_id: str) -> Optional[SQLiteTransaction]:
        """Return the transaction of that id, None where it is not open."""
        transaction = self._transactions.find(transaction_id)
        return None if transaction is None or transaction.ended else transaction

    def transaction(self, transaction_id: str) -> SQLiteTransaction:
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
        unit = self._unit(write)
        self._thread.unit = unit
        try:
            yield
            unit.commit()
        except BaseException as error:
            unit.rollback(f"rolled back: {error}")
            raise
        finally:
            self._thread.unit = None

    def run_group(
        self,
        operations: Sequence[Callable[[], _R]],
        failed: Callable[[DriverError], _R],
    ) -> List[_R]:
        """Run the operations in one commit, as the driver's ``run_group`` says."""
        if len(operations) < 2 or self._database.config.read_only:
            return [operation() for operation in operations]
        group = self._new_unit(is_group=True)
        try:
            group.begin_writing()
        except DriverError as error:
            return [failed(error) for _ in operations]
        outcomes = self._group_outcomes(group, operations)
        if outcomes is None:
            # nobody was told anything yet, so that all of it can be done again
            return [operation() for operation in operations]
        return outcomes

    def _group_outcomes(
        self, group: SQLiteTransaction, operations: Sequence[Callable[[], _R]]
    ) -> Optional[List[_R]]:
        """Run the group and commit; None where it was lost."""
        outcomes: List[_R] = []
        self._thread.unit = group
        try:
            for operation in operations:
                outcomes.append(operation())
                if group.ended is not None or group.splits:
                    return None
            group.commit()
        except DriverError:
            return None
        finally:
            self._thread.unit = None
            group.rollback("its members run one by one")
        return outcomes

    def _unit(self, write: bool) -> SQLiteTransaction:
        """Return a new unit; one that writes has the write lock."""
        if write:
            unit = self._new_unit()
            unit.begin_writing()
            return unit
        readers = self._database.readers
        return SQLiteTransaction(
            "the block",
            readers.take(),
            self._database.writer,
            self._context,
            read_only=True,
            done=readers.give_back,
        )

    def _new_unit(self, is_group: bool = False) -> SQLiteTransaction:
        """Return a unit on the write session, whose lock it has yet to take."""
        return SQLiteTransaction(
            "a group of writes" if is_group else "the block",
            self._database.write_session,
            self._database.writer,
            self._context,
            is_group=is_group,
        )


@contextmanager
def _savepoint(transaction: SQLiteTransaction) -> Iterator[None]:
    """Undo what the block did in the transaction if it fails."""
    savepoint = transaction.create_savepoint()
    try:
        yield
    except BaseException:
        if transaction.ended is None:
            transaction.rollback_to_savepoint(savepoint)
        raise
    transaction.release_savepoint(savepoint)
