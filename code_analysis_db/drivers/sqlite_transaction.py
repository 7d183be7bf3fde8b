"""A transaction on one SQLite session.

It is what an id of :meth:`~.sqlite.SQLiteDriver.begin_transaction` stands for, and
also what groups the writes of several callers or of one batch into one commit.

BEGIN is sent with the first statement: IMMEDIATE, with the write lock, where that
writes, else deferred; a deferred one takes the write lock at its first write.
Lock order: the transaction's own lock, then the driver's writer lock.
"""

from __future__ import annotations

from typing import Callable, Optional

from ..dialects.statement import Statement
from ..exceptions import DriverError, ReadOnlyError, RetryableError
from .execution_context import ExecutionContext
from .interruption import check_deadline
from .row_cursor import RowCursor
from .scope import R, Work
from .sqlite_cursor import SQLiteCursor
from .sqlite_session import SQLiteSession
from .statement_cursor import LockedCursor
from .transaction import Transaction
from .writer_lock import WriterLock


class SQLiteTransaction(Transaction[SQLiteSession]):
    """Statements on a session that are committed or rolled back together.

    Attributes:
        splits: whether something was asked of a group that has to run alone; the
            group is rolled back then and its members run one by one.
    """

    def __init__(
        self,
        name: str,
        session: SQLiteSession,
        writer: WriterLock,
        context: ExecutionContext,
        *,
        read_only: bool = False,
        is_group: bool = False,
        done: Optional[Callable[[SQLiteSession], None]] = None,
    ) -> None:
        """Make a transaction that has not begun in the database.

        Args:
            is_group: whether it holds the writes of different callers.
            done: takes the session when the transaction has ended.
        """
        super().__init__(name, session, done)
        self.splits = False
        self._is_group = is_group
        self._writer = writer
        self._context = context
        self._read_only = read_only
        self._begun = False
        self._writes = False

    @property
    def has_write_lock(self) -> bool:
        """Whether it keeps all others from writing."""
        return self._writes

    def give_way(self) -> None:
        """Have a group's members run one by one."""
        self.splits = self._is_group

    # --- statements ---------------------------------------------------------------

    def begin_writing(self) -> None:
        """Take the write lock, with BEGIN IMMEDIATE where nothing was sent yet.

        Raises:
            ReadOnlyError: the transaction only reads.
            LockTimeoutError: the lock was not had in time.
            StorageError: the file was deleted, or another is in its place.
        """
        with self._lock:
            self._check_open()
            if self._read_only:
                raise ReadOnlyError(f"{self.name} is read-only")
            if self._writes:
                return
            self._writer.acquire(self.name)
            try:
                self._session.check_file()
                if not self._begun:
                    self._session.rollback()
                    self._session.control("BEGIN IMMEDIATE")
            except BaseException:
                self._writer.release()
                raise
            self._begun = self._writes = True

    def write(self, work: Work[SQLiteSession, R], *, several: bool) -> R:
        """Run ``work`` with the session; an error in it undoes all of it.

        Args:
            several: whether it is more than one statement, or may fail after its
                statement was done: then only a savepoint can undo it.
        """
        with self._lock:
            had_lock = self._writes
            if self.ended is not None or not had_lock:
                self.begin_writing()
            check_deadline(self._context)
            if several:
                self._session.savepoint("statements")
            try:
                result = work(self._session)
            except BaseException as error:
                self._undo(error, several, had_lock)
                raise
            if several:
                self._session.release("statements")
            return result

    def read(self, work: Work[SQLiteSession, R]) -> R:
        """Run ``work``, which only reads, with the session."""
        with self._lock:
            self._begin()
            result = work(self._session)
            if not self._writes:
                self._session.may_wait = False
            return result

    def open_cursor(self, statement: Statement, *, stream: bool = False) -> RowCursor:
        """Start a read that ends with the transaction at the latest."""
        with self._lock:
            self._begin()
            cursor = SQLiteCursor(self._session, statement, self._cursors.discard)
            self._cursors.add(cursor)
            if not self._writes:
                self._session.may_wait = False
            return LockedCursor(cursor, self._lock)

    def _begin(self) -> None:
        """Send a deferred BEGIN where nothing was sent yet."""
        self._check_open()
        if not self._begun:
            self._session.control("BEGIN")
            self._begun = True

    def _undo(self, error: BaseException, several: bool, had_lock: bool) -> None:
        """Leave the transaction as it was before the write that failed."""
        if not self._session.in_transaction:
            self._close(f"rolled back by sqlite: {error}")
            if isinstance(error, DriverError):
                error.message += f"; {self.name} was rolled back as a whole"
                error.args = (error.message,)
            return
        if several:
            self._session.rollback_to("statements")
        if isinstance(error, RetryableError) and not had_lock:
            # SQLite refused its write lock, so that the driver's is not due either
            self._writes = False
            self._writer.release()

    def _commit(self) -> None:
        """Commit, if anything was sent."""
        if self._begun:
            self._session.commit()

    def _close(self, reason: str) -> None:
        """Note the end and let the next writer go on."""
        self._close_cursors()
        self._session.may_wait = True
        if self._writes:
            self._writes = False
            self._writer.release()
        super()._close(reason)
