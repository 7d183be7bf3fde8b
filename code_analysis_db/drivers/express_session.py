"""A connection over which statements are sent and not waited for.

The thread that sends them goes on with other work, and comes back when the connection's
socket has something to read.  A session may take more statements before it has
answered: the answers come in the order of the questions.  One thread uses a session at
a time, but for :meth:`ExpressSession.cancel`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum
from typing import Any, List, Optional, Sequence

from ..dialects.statement import Statement

MOST_ROWS = 256
"""Rows of an answer; a session need not give more of them."""


class Wants(Enum):
    """What a session waits for before it can go on.

    Attributes:
        NOTHING: an answer is there; :meth:`ExpressSession.receive` gives it.
        READ: something to read from the socket.
        WRITE: room in the socket for the rest of what is to be sent.
    """

    NOTHING = "nothing"
    READ = "read"
    WRITE = "write"


class Result(ABC):
    """What one statement gave.

    Attributes:
        count: how many rows it met or returned.
        is_whole: whether :meth:`rows` has all of the rows.
    """

    __slots__ = ("count", "is_whole")

    count: int
    is_whole: bool

    @abstractmethod
    def rows(self) -> List[Sequence[Any]]:
        """Return the rows.

        Raises:
            DriverError: a value is none of the interface.
        """


class Reply:
    """What came of statements that were sent together, which are one transaction.

    Attributes:
        results: of the statements that were run, in their order.
        code: the database's own for the failure of the statement that comes next, or of
            the commit where there is none; nothing of what they did was kept.  None
            where all is done.
        message: what the database says of it.
    """

    __slots__ = ("code", "message", "results")

    def __init__(self) -> None:
        """Have no results yet."""
        self.results: List[Result] = []
        self.code: Optional[str] = None
        self.message = ""


class ExpressSession(ABC):
    """A connection in autocommit mode.

    Attributes:
        idle_since: when it was last used, in seconds of ``time.perf_counter``.
        capacity: how many times :meth:`put` may be called before there is a reply.
        groups: whether several statements may be put together, which then are one
            transaction, and a statement that has to wait for a lock gives up.
    """

    idle_since: float = 0.0
    capacity: int = 1
    groups: bool = False

    @abstractmethod
    def fileno(self) -> int:
        """Return the socket's descriptor, also once it is closed."""

    @abstractmethod
    def put(self, statements: Sequence[Statement]) -> None:
        """Take statements that :meth:`flush` is to send; one reply will come for them.

        Raises:
            DriverError: a value cannot be sent this way; nothing was taken.
        """

    @abstractmethod
    def flush(self) -> Wants:
        """Send what was taken, as far as the socket has room for it.

        Raises:
            DriverError: it could not be sent; the session is of no more use.
        """

    @property
    @abstractmethod
    def has_unsent(self) -> bool:
        """Whether part of what was taken has not been sent; the server does nothing
        for statements that have not come as a whole."""

    @abstractmethod
    def receive(self) -> List[Reply]:
        """Return the replies that are complete, after the socket had something to read.

        Raises:
            DriverError: the connection is lost; the session is of no more use.
        """

    @abstractmethod
    def cancel(self) -> None:
        """Ask the server to stop the statement that runs; from another thread, and for
        as long as that takes."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; twice is fine."""
