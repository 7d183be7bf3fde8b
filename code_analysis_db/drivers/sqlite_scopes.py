"""The scopes of a SQLite database, and the groups of writes of several callers.

A unit, of one caller or a group, is on the write session.
"""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence

from ..exceptions import DriverError, DriverTransactionError
from .execution_context import ExecutionContext
from .isolation import IsolationLevel
from .scope import R
from .scopes import Scopes
from .sqlite_database import SQLiteDatabase
from .sqlite_session import SQLiteSession
from .sqlite_transaction import SQLiteTransaction


class SQLiteScopes(Scopes[SQLiteSession, SQLiteTransaction]):
    """The scopes of one database; thread-safe."""

    def __init__(self, database: SQLiteDatabase, context: ExecutionContext) -> None:
        """Start with no transaction."""
        super().__init__(database)
        self._database = database
        self._context = context

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
        transaction_id = self._add(transaction)
        if write:
            try:
                transaction.begin_writing()
            except BaseException as error:
                self.rollback(transaction_id, f"it could not begin: {error}")
                raise
        return transaction_id

    def run_group(
        self,
        operations: Sequence[Callable[[], R]],
        failed: Callable[[DriverError], R],
    ) -> List[R]:
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
        self, group: SQLiteTransaction, operations: Sequence[Callable[[], R]]
    ) -> Optional[List[R]]:
        """Run the group and commit; None where it was lost."""
        outcomes: List[R] = []
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
