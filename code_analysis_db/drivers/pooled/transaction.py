"""A transaction on a server's session.

One that its owner goes on with after a failure is *guarded*: a statement that fails
undoes itself only.  One that ends with its first failure is not, which saves the server
work: it is only to be rolled back then, whole or to a savepoint.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable

from ...dialects.statement import Statement
from ...exceptions import (
    DriverConnectionError,
    DriverError,
    DriverTransactionError,
    OutcomeUnknownError,
    TransactionLostError,
)
from ..row_cursor import RowCursor
from ..scope import R, Work
from ..statement_cursor import LockedCursor
from ..transaction import Transaction
from .cursor import ReadCursor, StreamCursor
from .database import rows_of, stream_of
from .pool import SS

_STATEMENTS = "statements"


class PooledTransaction(Transaction[SS]):
    """Statements on a session that are committed or rolled back together.

    Attributes:
        is_lost: whether it ended because its connection was lost.
    """

    def __init__(
        self, name: str, session: SS, done: Callable[[SS], None], *, guarded: bool
    ) -> None:
        """Make a transaction that the session has begun."""
        super().__init__(name, session, done)
        self.is_lost = False
        self._guarded = guarded
        self._failed = False

    # --- statements ---------------------------------------------------------------

    def write(self, work: Work[SS, R], *, several: bool) -> R:
        """Run ``work`` with the session; an error in it undoes all of it, or, in an
        unguarded transaction, leaves it to be rolled back."""
        if several and self._guarded:
            work = partial(_undone_together, work)
        return self._run(work, self._session)

    def read(self, work: Work[SS, R]) -> R:
        """Run ``work``, which only reads, with the session."""
        return self._run(work, self._session)

    def open_cursor(self, statement: Statement, *, stream: bool = False) -> RowCursor:
        """Start a read that ends with the transaction at the latest."""
        done = self._cursors.discard
        session = self._session
        with self._lock:
            cursor: RowCursor
            if stream:
                started = self._run(partial(stream_of, statement), session)
                cursor = StreamCursor(session, started, statement, done)
            else:
                rows = self._run(partial(rows_of, statement), session)
                cursor = ReadCursor(statement, rows, done)
            self._cursors.add(cursor)
            return LockedCursor(cursor, self._lock)

    def _run(self, call: Callable[..., R], *args: Any) -> R:
        """Run a call that uses the session, under the thread's deadline."""
        result: R = self._noting(self._session.watch.run, call, *args)
        return result

    def _noting(self, call: Callable[..., R], *args: Any) -> R:
        """Run a call that uses the session; note what its failure means."""
        with self._lock:
            self._begin()
            try:
                return call(*args)
            except BaseException as error:
                failure = self._failure(error)
                if failure is error:
                    raise
                raise failure from error

    # --- parts --------------------------------------------------------------------

    def _begin(self) -> None:
        """Refuse to go on after the end, or after a failure that nothing undid."""
        self._check_open()
        if self._failed:
            raise DriverTransactionError(
                f"a statement of {self.name} has failed; roll back to a savepoint"
                " before it, or all of it"
            )

    def _failure(self, error: BaseException) -> BaseException:
        """Return what to raise for an error of the session's, and note what it means
        for the transaction."""
        session = self._session
        if session.is_broken:
            self.is_lost = True
            self._close("its connection to the server was lost")
            lost = isinstance(error, DriverConnectionError)
            if self._guarded and lost and not isinstance(error, OutcomeUnknownError):
                return self._gone(error)
        elif isinstance(error, DriverTransactionError) and not session.in_transaction:
            self._close(str(error))
        elif not session.in_transaction:
            self._close(f"rolled back by the server: {error}")
            if isinstance(error, DriverError):
                error.message += f"; {self.name} was rolled back as a whole"
                error.args = (error.message,)
        elif not self._guarded:
            self._failed = True
        return error

    def _control(self, step: Callable[[str], None], savepoint: str) -> None:
        """Run a step of the session's over a savepoint."""
        self._run(step, savepoint)

    def rollback_to_savepoint(self, savepoint: str) -> None:
        """Undo what was done since the savepoint, whatever the deadline; later ones go
        with it."""
        with self._lock:
            self._forget_savepoint(savepoint)
            self._failed = False
            self._noting(self._session.rollback_to, savepoint)

    def _commit(self) -> None:
        """Commit in the database."""
        self._begin()
        session = self._session
        try:
            # A commit that was never sent is no unknown outcome.
            if not session.is_alive(ask=False):
                session.is_broken = True
                raise DriverConnectionError("the server has ended the connection")
            session.watch.run(session.commit)
        except DriverConnectionError as error:
            if self._guarded and not isinstance(error, OutcomeUnknownError):
                raise self._gone(error) from error
            raise
        finally:
            self.is_lost = session.is_broken

    def _gone(self, error: BaseException) -> TransactionLostError:
        """Return the error for a transaction that went with its connection."""
        return TransactionLostError(
            f"{self.name} is gone, and nothing of it was applied: {error}"
        )


def _undone_together(work: Work[SS, R], session: SS) -> R:
    """Run work of several statements; a failure undoes all of them."""
    session.savepoint(_STATEMENTS)
    try:
        result = work(session)
    except BaseException:
        if session.in_transaction and not session.is_broken:
            session.rollback_to(_STATEMENTS)
        raise
    session.release(_STATEMENTS)
    return result
