"""Whose turn it is while a server's connections are few.

There are two lines.  In one stand those that take a connection out of the pool: an
autocommit statement, the begin of a transaction, the opening of a stream.  The first of
them starts when

    those of its kind that run + connections held by transactions and streams < limit

so that the driver always finds it a connection and no thread sleeps over an empty pool.
In the other line stand those that have their connection already: whatever belongs to an
open transaction or stream.  They start at once, whoever else waits, since it is by
their coming to an end that connections become free.

No thread-safety of its own; the caller brings the lock.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Optional, Set

from ..drivers.base import BaseDatabaseDriver
from .job import Job
from .turn import Turn


class ConnectionTurns:
    """Turns that wait, and the count of those that run.

    Attributes:
        limit: connections that may be in use.
        running: the turns that run.
    """

    def __init__(self, driver: BaseDatabaseDriver, limit: int) -> None:
        """Share out ``limit`` connections of ``driver``."""
        self.limit = limit
        self.running: Set[Turn] = set()
        self._held = driver.held_connections
        self._taking = 0
        self._have_one: Deque[Turn] = deque()
        self._want_one: Deque[Turn] = deque()

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits."""
        return not (self.running or self._have_one or self._want_one)

    @property
    def waiting(self) -> int:
        """How many wait for a connection."""
        return len(self._want_one)

    @property
    def held(self) -> int:
        """How many connections transactions and streams hold."""
        return self._held()

    @property
    def in_use(self) -> int:
        """How many connections are in use, held ones included."""
        return min(self._taking + self._held(), self.limit)

    @property
    def may_start(self) -> bool:
        """Whether somebody who waits could start now."""
        return bool(self._have_one) or (
            bool(self._want_one) and self._taking + self._held() < self.limit
        )

    def add(self, turn: Turn) -> None:
        """Put a turn at the end of its line."""
        (self._want_one if turn.takes_connection else self._have_one).append(turn)

    def remove(self, job: Job) -> None:
        """Take a job that somebody else has claimed out of its line."""
        for line in (self._want_one, self._have_one):
            for turn in line:
                if turn.job is job:
                    line.remove(turn)
                    return

    def start(self) -> Optional[Turn]:
        """Claim and start the next turn; None where none may start.  :meth:`end` must
        follow."""
        while self.may_start:
            turn = (self._have_one or self._want_one).popleft()
            if turn.claim():
                self._count(turn)
                return turn
        return None

    def start_ahead(self, turn: Turn) -> bool:
        """Start a turn that stood in no line; False where it has to.  :meth:`end` must
        follow."""
        if turn.takes_connection and (
            self._want_one or self._taking + self._held() >= self.limit
        ):
            return False
        self._count(turn)
        return True

    def _count(self, turn: Turn) -> None:
        """Count a turn that starts."""
        self.running.add(turn)
        self._taking += turn.takes_connection

    def end(self, turn: Turn) -> None:
        """Note the end of a turn; its connection is back, or is held."""
        self.running.discard(turn)
        self._taking -= turn.takes_connection
