"""Sessions that wait for their next use, a bounded number of them.

Taking and giving back an idle session takes no lock: both ends of a deque are atomic.
Whoever finds none, and may open none, queues up; a session that is given back goes to
the one that has waited longest.  A thread first shows what it has (the session put
back, itself in the queue) and then looks for its counterpart, so that of two which meet
one sees the other.
"""

from __future__ import annotations

import threading
from collections import deque
from math import inf
from time import perf_counter
from typing import Any, Callable, Deque, Generic, Optional, Protocol, Set, TypeVar

from ..exceptions import DriverConnectionError, DriverError, LockTimeoutError
from .execution_context import ExecutionContext
from .interruption import check_wait, wait


class PoolSession(Protocol):
    """What a pool needs of its sessions."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def rollback(self) -> None:
        """Roll back what is open."""

    def close(self) -> None:
        """Close the session; twice is fine."""


P = TypeVar("P", bound=PoolSession)
"""A session of a pool."""


class _Waiter(threading.Event):
    """A thread that waits for a session.

    Attributes:
        session: the one that it was given.
        may_open: whether it is to open one, which counts already.
    """

    session: Optional[Any] = None
    may_open: bool = False


class SessionPool(Generic[P]):
    """A bounded number of sessions of one kind; thread-safe.

    The session used last is used next, its cache being warm.
    """

    def __init__(
        self,
        open_session: Callable[[], P],
        context: ExecutionContext,
        *,
        keep: int,
        limit: int,
        timeout: float,
    ) -> None:
        """Make an empty pool.

        Args:
            keep: idle sessions that are kept open.
            limit: sessions at most; who wants one more waits.
            timeout: seconds to wait for a session.
        """
        self._open_session = open_session
        self._context = context
        self._keep = keep
        self._limit = limit
        self._timeout = timeout
        self._idle: Deque[P] = deque()
        self._waiters: Deque[_Waiter] = deque()
        self._all: Set[P] = set()
        self._count = 0
        self._lock = threading.Lock()
        self._closed = False

    def __len__(self) -> int:
        """Return how many sessions are open, idle ones included."""
        return len(self._all)

    @property
    def idle(self) -> int:
        """How many sessions wait for their next use."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many threads wait for a session."""
        return len(self._waiters)

    def take(self) -> P:
        """Return an idle session, or a new one.

        Raises:
            LockTimeoutError: all are in use, and none was given back in time.
            DriverConnectionError: the pool is closed.
        """
        if not self._waiters:
            try:
                return self._idle.pop()
            except IndexError:
                return self._open_or_wait()
        return self._open_or_wait()

    def give_back(self, session: P) -> None:
        """Take a session back; a transaction that is open is rolled back."""
        if (
            self._closed
            or len(self._idle) >= self._keep
            or (session.in_transaction and not self._is_clean(session))
        ):
            self.discard(session)
            return
        self._idle.append(session)
        if self._waiters:
            self._serve()

    def discard(self, session: P) -> None:
        """Close a session that was taken, and let another take its place."""
        self._all.discard(session)
        try:
            session.close()
        finally:
            self._count_less()

    def close(self) -> None:
        """Close every session, those in use too."""
        self._closed = True
        with self._lock:
            waiters = list(self._waiters)
            self._waiters.clear()
        for waiter in waiters:
            waiter.set()
        self._idle.clear()
        for session in list(self._all):
            self._stop(session)
        self._all.clear()

    def _is_clean(self, session: P) -> bool:
        """Roll back what is open; tell whether that worked."""
        try:
            session.rollback()
        except DriverError:
            return False
        return True

    def _stop(self, session: P) -> None:
        """Close a session that may be in use."""
        session.close()

    def _miss(self) -> None:
        """Take note that somebody has to wait."""
        return None

    # --- waiting ------------------------------------------------------------------

    def _open_or_wait(self) -> P:
        """Open a session where the limit allows it, else wait for one."""
        waiter = self._queue_up()
        until = perf_counter() + self._timeout
        deadline = self._context.deadline
        if deadline is not None and deadline.at != inf:
            until = deadline.at
        try:
            while waiter.session is None and not waiter.may_open:
                if self._closed:
                    raise DriverConnectionError("the driver is not connected")
                check_wait(self._context)
                if perf_counter() >= until:
                    raise LockTimeoutError(
                        f"all {self._limit} sessions of the database are in use;"
                        " close cursors that are read no further"
                    )
                wait(waiter, self._context, until)
        except BaseException:
            self._leave_queue(waiter)
            raise
        return self._open_one() if waiter.session is None else waiter.session

    def _queue_up(self) -> _Waiter:
        """Wait for a session in the queue, or at its head have one already."""
        waiter = _Waiter()
        with self._lock:
            self._waiters.append(waiter)
        self._serve()
        if not waiter.is_set():
            self._miss()
        return waiter

    def _serve(self) -> None:
        """Give those who have waited longest what there is."""
        with self._lock:
            while self._waiters:
                waiter = self._waiters[0]
                try:
                    waiter.session = self._idle.pop()
                except IndexError:
                    if self._count >= self._limit:
                        return
                    self._count += 1
                    waiter.may_open = True
                self._waiters.popleft()
                waiter.set()

    def _leave_queue(self, waiter: _Waiter) -> None:
        """Give up waiting; what came at the last moment goes to the next."""
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
        if waiter.session is not None:
            self.give_back(waiter.session)
        elif waiter.may_open:
            self._count_less()

    def _open_one(self) -> P:
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
        with self._lock:
            self._count -= 1
        self._serve()
