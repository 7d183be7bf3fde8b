"""The connections to a database server, as many as the configuration allows.

A session that has been idle is looked at before it is used: whether the server has hung
up, and, after a longer time, whether it answers.  One that is found dead is replaced
without its caller noticing, since nothing was sent.
"""

from __future__ import annotations

from time import perf_counter
from typing import Callable, Optional, TypeVar

from ...exceptions import DriverConnectionError
from ..execution_context import ExecutionContext
from ..interruption import check_wait
from ..session_pool import SessionPool
from .canceller import Canceller
from .pause import pause
from .session import ServerSession
from .statement_watch import StatementWatch

SS = TypeVar("SS", bound=ServerSession)
"""A server driver's session."""

_ASK_AFTER = 30.0
_PATIENCE = 5.0
_FIRST_PAUSE = 0.02


class ServerPool(SessionPool[SS]):
    """Sessions on one server; thread-safe.

    Attributes:
        limit: connections at most.
        on_shortage: called by whoever has to wait for a session while connections may
            be lent.
        on_spare: called when one could be lent that was asked for in vain.
    """

    def __init__(
        self,
        open_session: Callable[[], SS],
        context: ExecutionContext,
        canceller: Canceller,
        *,
        limit: int,
        timeout: float,
    ) -> None:
        """Make an empty pool; sessions are opened when they are needed.

        Args:
            limit: sessions at most.
            timeout: seconds to wait for one, where the request has no end of its own.
        """
        super().__init__(
            self._open_patiently, context, keep=limit, limit=limit, timeout=timeout
        )
        self.limit = limit
        self._connect = open_session
        self._canceller = canceller
        self._was_up = False
        self._down_since: Optional[float] = None
        self.on_shortage: Optional[Callable[[], None]] = None
        self.on_spare: Optional[Callable[[], None]] = None
        self._spare_wanted = False

    def take(self) -> SS:
        """Return a session that is connected, as far as can be told.

        Raises:
            LockTimeoutError: all are in use, and none was given back in time.
            DriverConnectionError: the server cannot be reached, or the pool is closed.
        """
        while True:
            session = super().take()
            if session.idle_since is None:
                return session
            try:
                alive = self._look(session, session.idle_since)
            except BaseException:
                self.discard(session)
                raise
            if alive:
                session.idle_since = None
                return session
            self.discard(session)

    def _look(self, session: SS, idle_since: float) -> bool:
        """Tell whether the server holds a session that was idle."""
        if perf_counter() - idle_since <= _ASK_AFTER:
            return session.is_alive(ask=False)
        return session.watch.run(_answers, session)

    def give_back(self, session: SS) -> None:
        """Take a session back: clean, or not at all."""
        if session.is_broken:
            self.discard(session)
            return
        session.idle_since = perf_counter()
        super().give_back(session)
        if self._spare_wanted and self._idle:
            self._spare_wanted = False
            if self.on_spare is not None:
                self.on_spare()

    def _is_clean(self, session: SS) -> bool:
        """Roll back what is open; tell whether that worked."""
        return super()._is_clean(session) and not session.is_broken

    # --- connections beside the sessions -------------------------------------------

    def lend(self) -> bool:
        """Leave a connection to somebody else, who says when it is closed; an idle
        session gives way to it.

        Returns:
            False where there is none to spare; ``on_spare`` is called when there is.
        """
        with self._lock:
            if self._closed:
                return False
            if not self._waiters and self._count < self._limit:
                self._count += 1
                return True
            try:
                session = self._idle.popleft()
            except IndexError:
                self._spare_wanted = True
                return False
            self._all.discard(session)
        session.close()
        return True

    def take_back(self) -> None:
        """Count a connection as closed that was lent."""
        self._count_less()

    def _miss(self) -> None:
        """Ask for a connection that was lent."""
        if self.on_shortage is not None:
            self.on_shortage()

    def _stop(self, session: SS) -> None:
        """End a session: one that is in use is cut off, and closed by its user."""
        if session.idle_since is None:
            session.abandon()
        else:
            session.close()

    def _open_patiently(self) -> SS:
        """Open a session; a server that restarts is given a little time.

        Only one that was there before: what cannot be reached at first is an error at
        once, and so is what has been away for longer.
        """
        delay = _FIRST_PAUSE
        while True:
            try:
                session = self._connect()
            except DriverConnectionError:
                now = perf_counter()
                if self._down_since is None:
                    self._down_since = now
                if not self._was_up or now > self._down_since + _PATIENCE:
                    raise
                check_wait(self._context)
                pause(self._context, delay)
                delay = min(2 * delay, 0.5)
                if self._closed:
                    raise
            else:
                break
        self._was_up = True
        self._down_since = None
        session.idle_since = None
        session.watch = StatementWatch(session, self._context, self._canceller)
        return session


def _answers(session: ServerSession) -> bool:
    """Ask the server whether it holds the session."""
    return session.is_alive(ask=True)
