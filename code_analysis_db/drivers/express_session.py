"""A connection over which a statement is sent and not waited for.

The thread that sends it goes on with other work, and comes back when the connection's
socket has something to read.  One thread uses a session at a time, but for
:meth:`ExpressSession.cancel`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum
from typing import Any, List, Sequence


class Wants(Enum):
    """What a session waits for before it can go on.

    Attributes:
        NOTHING: the answer is there as a whole.
        READ: something to read from the socket.
        WRITE: room in the socket for the rest of the statement.
    """

    NOTHING = "nothing"
    READ = "read"
    WRITE = "write"


class ExpressSession(ABC):
    """A connection in autocommit mode.

    Attributes:
        idle_since: when it was last used, in seconds of ``time.perf_counter``.
    """

    idle_since: float = 0.0

    @abstractmethod
    def fileno(self) -> int:
        """Return the socket's descriptor, also once it is closed."""

    @abstractmethod
    def send(self, sql: str, params: Sequence[Any]) -> Wants:
        """Send a query.

        Raises:
            DriverError: it could not be sent; the session is of no more use.
        """

    @abstractmethod
    def advance(self) -> Wants:
        """Go on after what the session wanted has come.

        Raises:
            DriverError: the query failed; the session is of no more use.
        """

    @property
    @abstractmethod
    def row_count(self) -> int:
        """How many rows the answer has."""

    @abstractmethod
    def rows(self) -> List[Sequence[Any]]:
        """Return the answer's rows, as they came."""

    @abstractmethod
    def is_held(self) -> bool:
        """Tell, without asking, whether the server still holds an idle connection."""

    @abstractmethod
    def cancel(self) -> None:
        """Ask the server to stop the query that runs; from another thread, and for as
        long as that takes."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; twice is fine."""
