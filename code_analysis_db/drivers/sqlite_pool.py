"""Sessions that wait for their next use."""

from __future__ import annotations

import threading
from collections import deque
from time import perf_counter
from typing import Callable, Deque, Set

from ..exceptions import DriverConnectionError, DriverError, LockTimeoutError
from .execution_context import ExecutionContext
from .interruption import check_wait
from .sqlite_session import SQLiteSession

_SLICE = 0.02


class SQLitePool:
    """A bounded number of sessions of one kind; thread-safe.

    Taking and giving back an idle session costs no lock: both ends of a deque are
    atomic.  The session used last is used next, its cache being warm.
    """

    def __init__(
        self,
        open_session: Callable[[], SQLiteSession],
        context: ExecutionContext,
        *,
        keep: int,
        limit: int,
        timeout: float,
    ) -> None:
        """Make an empty pool.

        Args:
            keep: idle sessions that are kept open.
            limit: sessions in use at most; who wants one more waits.
            timeout: seconds to wait for a session.
        """
        self._open_session = open_session
        self._context = context
        self._keep = keep
        self._limit = limit
        self._timeout = timeout
        self._idle: Deque[SQLiteSession] = deque()
        self._all: Set[SQLiteSession] = set()
        self._count = 0
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        """Return how many sessions are open, idle ones included."""
        return len(self._all)

    def take(self) -> SQLiteSession:
        """Return an idle session, or a new one.

        Raises:
            LockTimeoutError: all are in use, and none was given back in time.
            DriverConnectionError: the pool is closed.
        """
        try:
            return self._idle.pop()
        except IndexError:
            return self._open_or_wait()

    def give_back(self, session: SQLiteSession) -> None:
        """Take a session back; a transaction that is open is rolled back.

        Those of a closed pool are closed already.
        """
        if self._closed:
            return
        dirty = session.in_transaction and not _clean(session)
        if dirty or len(self._idle) >= self._keep:
            self._all.discard(session)
            session.close()
            self._count_less()
            return
        self._idle.append(session)
        if self._count >= self._limit:
            with self._changed:
                self._changed.notify()

    def close(self) -> None:
        """Close every session, those in use too."""
        self._closed = True
        for session in list(self._all):
            session.interrupt()
        self._idle.clear()
        for session in list(self._all):
            session.close()
        self._all.clear()

    def _open_or_wait(self) -> SQLiteSession:
        """Open a session where the limit allows it, else wait for one."""
        until = perf_counter() + self._timeout
        with self._changed:
            while self._count >= self._limit and not self._closed:
                if self._idle:
                    return self._idle.pop()
                check_wait(self._context)
                if perf_counter() >= until:
                    raise LockTimeoutError(
                        f"all {self._limit} sessions of the database are in use;"
                        " close cursors that are read no further"
                    )
                self._changed.wait(_SLICE)
            self._count += 1
        return self._open_one()

    def _open_one(self) -> SQLiteSession:
        """Open the session that was counted already."""
        try:
            if self._closed:
                raise DriverConnectionError("the driver is not connected")
            session = self._open_session()
        except BaseException:
            self._count_less()
            raise
        self._all.add(session)
        return session

    def _count_less(self) -> None:
        """Count one session less."""
        with self._changed:
            self._count -= 1
            self._changed.notify()


def _clean(session: SQLiteSession) -> bool:
    """Roll back what is open; tell whether that worked."""
    try:
        session.rollback()
    except DriverError:
        return False
    return True
