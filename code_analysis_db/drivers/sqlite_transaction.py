"""A transaction on one SQLite session.

It is what an id of :meth:`~.sqlite.SQLiteDriver.begin_transaction` stands for, and
also what groups the writes of several callers or of one batch into one commit.

BEGIN is sent with the first statement: IMMEDIATE, with the write lock, where that
writes, else deferred; a deferred one takes the write lock at its first write.
Lock order: the transaction's own lock, then the driver's writer lock.
"""

from __future__ import annotations

import threading
from typing import Callable, List, Optional, Set, TypeVar

from ..dialects.table_statements import Statement
from ..exceptions import (
    DriverError,
    DriverTransactionError,
    ReadOnlyError,
    RetryableError,
)
from .execution_context import ExecutionContext
from .interruption import check_deadline
from .sqlite_cursor import SQLiteCursor, TransactionCursor
from .sqlite_session import SQLiteSession
from .writer_lock import WriterLock

R = TypeVar("R")
Work = Callable[[SQLiteSession], R]


class SQLiteTransaction:
    """Statements on a session that are committed or rolled back together.

    Attributes:
        name: what errors call it.
        ended: why it ended, None while it is open.
        splits: whether something was asked of a group that has to run alone; the
            group is rolled back then and its members run one by one.
        is_group: whether it holds the writes of different callers.
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
            done: takes the session when the transaction has ended.
        """
        self.name = name
        self.ended: Optional[str] = None
        self.splits = False
        self.is_group = is_group
        self._session = session
        self._writer = writer
        self._context = context
        self._read_only = read_only
        self._done = done
        self._begun = False
        self._writes = False
        self._savepoints: List[str] = []
        self._savepoint_number = 0
        self._cursors: Set[SQLiteCursor] = set()
        self._lock = threading.RLock()

    @property
    def has_write_lock(self) -> bool:
        """Whether it keeps all others from writing."""
        return self._writes

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

    def write(self, work: Work[R], *, several: bool) -> R:
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
                self._session.control("SAVEPOINT statements")
            try:
                result = work(self._session)
            except BaseException as error:
                self._undo(error, several, had_lock)
                raise
            if several:
                self._session.control("RELEASE statements")
            return result

    def open_cursor(self, statement: Statement) -> SQLiteCursor:
        """Start a read that ends with the transaction at the latest."""
        with self._lock:
            self._begin_reading()
            cursor = TransactionCursor(
                self._session, statement, self._cursors.discard, self._lock
            )
            self._cursors.add(cursor)
            if not self._writes:
                self._session.may_wait = False
            return cursor

    def _begin_reading(self) -> None:
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
            self._session.control("ROLLBACK TO statements")
            self._session.control("RELEASE statements")
        if isinstance(error, RetryableError) and not had_lock:
            # SQLite refused its write lock, so that the driver's is not due either
            self._writes = False
            self._writer.release()

    # --- savepoints ---------------------------------------------------------------

    def create_savepoint(self) -> str:
        """Set a savepoint and return its name."""
        with self._lock:
            self._begin_reading()
            self._savepoint_number += 1
            savepoint = f"savepoint_{self._savepoint_number}"
            self._session.control(f"SAVEPOINT {savepoint}")
            self._savepoints.append(savepoint)
            return savepoint

    def release_savepoint(self, savepoint: str) -> None:
        """Keep what was done since the savepoint; later ones go with it."""
        with self._lock:
            self._forget_savepoint(savepoint)
            self._session.control(f"RELEASE {savepoint}")

    def rollback_to_savepoint(self, savepoint: str) -> None:
        """Undo what was done since the savepoint; later ones go with it."""
        with self._lock:
            self._forget_savepoint(savepoint)
            self._session.control(f"ROLLBACK TO {savepoint}")
            self._session.control(f"RELEASE {savepoint}")

    def _forget_savepoint(self, savepoint: str) -> None:
        """Take the savepoint and those after it off the list."""
        self._check_open()
        if savepoint not in self._savepoints:
            raise DriverTransactionError(
                f"unknown savepoint {savepoint!r} in {self.name}"
            )
        del self._savepoints[self._savepoints.index(savepoint) :]

    # --- end ----------------------------------------------------------------------

    def commit(self) -> None:
        """Commit; where that fails, roll back and raise."""
        with self._lock:
            self._check_open()
            self._close_cursors()
            try:
                if self._begun:
                    self._session.control("COMMIT")
            except BaseException as error:
                self.rollback(f"its commit failed: {error}")
                raise
            self._close("committed")

    def rollback(self, reason: str) -> None:
        """Roll back, if it has not ended; ``reason`` says why."""
        with self._lock:
            if self.ended is None:
                self._close_cursors()
                try:
                    self._session.rollback()
                finally:
                    self._close(reason)

    def _check_open(self) -> None:
        """Refuse to go on after the end."""
        if self.ended is not None:
            raise DriverTransactionError(f"{self.name} has ended: {self.ended}")

    def _close_cursors(self) -> None:
        """Close the reads that are still open."""
        for cursor in list(self._cursors):
            cursor.close()

    def _close(self, reason: str) -> None:
        """Note the end and let the next writer go on."""
        self._close_cursors()
        self._session.may_wait = True
        self.ended = reason
        if self._writes:
            self._writes = False
            self._writer.release()
        if self._done is not None:
            self._done(self._session)
