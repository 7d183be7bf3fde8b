"""The database on a server with its pool: statements outside transactions.

What is tried again, and when:

* a read whose connection was lost, once, on another connection;
* work of several statements, which is one transaction, whose connection was lost before
  COMMIT was sent, once: nothing was applied;
* a single write, which goes bare, only where the session says for certain that it was
  not applied; else the outcome is unknown, and said to be;
* any of them after a deadlock or a serialization failure, a few times.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from ...dialects.statement import Statement
from ...exceptions import DriverError
from ..database import Database
from ..execution_context import ExecutionContext
from ..row_cursor import RowCursor
from ..scope import R, Work
from .attempts import Attempts
from .canceller import Canceller
from .cursor import ReadCursor, StreamCursor
from .pool import SS, ServerPool
from .session import ServerStream


class PooledDatabase(Database[SS]):
    """A database on a server; thread-safe.

    Attributes:
        pool: its sessions.
        pinned: the sessions that transactions and streams keep from others.
    """

    def __init__(
        self, pool: ServerPool[SS], context: ExecutionContext, canceller: Canceller
    ) -> None:
        """Work with the sessions of ``pool``."""
        self.pool = pool
        self.pinned: Set[SS] = set()
        self._context = context
        self._canceller = canceller

    def attempts(self) -> Attempts:
        """Return a fresh count of the attempts at a piece of work."""
        return Attempts(self._context)

    # --- statements ---------------------------------------------------------------

    def write(self, work: Work[SS, R], *, several: bool) -> R:
        """Run ``work`` with a session: in a transaction where it is several
        statements, else bare."""
        return self._run(partial(_whole, work) if several else work)

    def read(self, work: Work[SS, R]) -> R:
        """Run ``work``, which only reads, with a session."""
        return self._run(work, harmless=True)

    def look(self, work: Work[SS, R]) -> R:
        """Run ``work``, which reads the tables' definitions, as one transaction."""
        return self._run(partial(_whole, work), harmless=True)

    def _run(self, work: Work[SS, R], *, harmless: bool = False) -> R:
        """Run ``work`` with a session, and give that back.

        Args:
            harmless: whether doing it twice does not matter.
        """
        result, session = self._taken(work, harmless)
        self.pool.give_back(session)
        return result

    def open_cursor(self, statement: Statement, *, stream: bool = False) -> RowCursor:
        """Start a read, or do all of it at once."""
        if not stream:
            return ReadCursor(statement, self.read(partial(rows_of, statement)))
        started, session = self.pin(partial(stream_of, statement), harmless=True)
        return StreamCursor(session, started, statement, self._stream_done)

    def _stream_done(self, cursor: StreamCursor[SS]) -> None:
        """Take back the session of a stream that has come to its end."""
        self.unpin(cursor.session)

    # --- sessions -----------------------------------------------------------------

    def pin(self, work: Work[SS, R], *, harmless: bool = False) -> Tuple[R, SS]:
        """Run ``work`` with a session that stays taken until it is unpinned, and
        return both.

        Args:
            harmless: whether doing it twice does not matter.
        """
        result, session = self._taken(work, harmless)
        self.pinned.add(session)
        return result, session

    def unpin(self, session: SS) -> None:
        """Take a pinned session back."""
        self.pool.give_back(session)
        self.pinned.discard(session)

    def _taken(self, work: Work[SS, R], harmless: bool) -> Tuple[R, SS]:
        """Run ``work`` with a session under the thread's deadline, on another again
        where that may be; return the session with the result."""
        attempts: Optional[Attempts] = None
        while True:
            session = self.pool.take()
            try:
                return session.watch.run(work, session), session
            except BaseException as error:
                lost = session.is_broken
                self.pool.give_back(session)
                if not isinstance(error, DriverError):
                    raise
                attempts = attempts or self.attempts()
                if not attempts.may_repeat(error, lost=lost, harmless=harmless):
                    raise

    # --- care ---------------------------------------------------------------------

    def close(self) -> None:
        """Close every session."""
        self.pool.close()
        self._canceller.close()

    def stats(self) -> Dict[str, Any]:
        """Return how many connections there are and what they do."""
        return {
            "connections": len(self.pool),
            "idle_connections": self.pool.idle,
            "held_connections": len(self.pinned),
            "waiting_for_connection": self.pool.waiting,
            "connection_limit": self.pool.limit,
        }


def rows_of(statement: Statement, session: SS) -> List[Sequence[Any]]:
    """Return all rows of a read, as they came."""
    return session.query(statement.sql, statement.params)


def stream_of(statement: Statement, session: SS) -> ServerStream:
    """Start a read whose rows stay at the server."""
    return session.stream(statement.sql, statement.params)


def _whole(work: Work[SS, R], session: SS) -> R:
    """Run ``work`` as one transaction; the pool rolls back one that failed."""
    session.begin()
    result = work(session)
    session.commit()
    return result
