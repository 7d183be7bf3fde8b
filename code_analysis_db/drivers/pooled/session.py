"""One connection to a database server.

A session runs statements under the calling thread's deadline and raises the package's
errors only.  It decides nothing about transactions beyond beginning and ending them;
one thread uses it at a time, but for :meth:`ServerSession.cancel`.

A driver's own session implements the methods that are abstract here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, List, NamedTuple, Optional, Sequence

from ..isolation import IsolationLevel
from .statement_watch import StatementWatch


class Outcome(NamedTuple):
    """What a statement gave.

    Attributes:
        row_count: rows that it met or returned.
        last_id: the number that the server gave to the first row inserted, 0 for none.
        columns: the names of the result's columns; they may repeat.
        type_codes: the server's own codes of the columns' types.
        rows: the result, empty where there is none.
    """

    row_count: int
    last_id: int
    columns: Sequence[str]
    type_codes: Sequence[int]
    rows: List[Sequence[Any]]


class ServerStream(ABC):
    """The rows of a running query, taken a few at a time; bounded in memory."""

    @abstractmethod
    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, ``count`` at most; fewer mean that it is the end."""

    @abstractmethod
    def close(self) -> None:
        """End the query; twice is fine."""


class ServerSession(ABC):
    """A connection in autocommit mode.

    Attributes:
        is_broken: the connection is of no more use; the pool closes it.
        idle_since: when the pool got it back, None while it is in use.
        watch: what stops its statements; the pool's.
    """

    is_broken: bool = False
    idle_since: Optional[float] = None
    watch: StatementWatch

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    @abstractmethod
    def execute(self, sql: str, params: Sequence[Any] = ()) -> Outcome:
        """Run one statement and return all that it gave.

        Raises:
            DriverError: the subclass that says what went wrong.
            OutcomeUnknownError: the connection was lost while a statement that may
                have been applied was under way.
        """

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run one statement and return all of its rows."""
        return self.execute(sql, params).rows

    @abstractmethod
    def stream(self, sql: str, params: Sequence[Any] = ()) -> ServerStream:
        """Start a query whose rows are read in portions."""

    @abstractmethod
    def begin(
        self,
        isolation: Optional[IsolationLevel] = None,
        *,
        read_only: bool = False,
        guarded: bool = False,
    ) -> None:
        """Begin a transaction.

        Args:
            isolation: None for the database's default.
            guarded: whether a statement that fails is undone alone and leaves the
                transaction usable; without, the transaction is only to be rolled back.
        """

    @abstractmethod
    def commit(self) -> None:
        """Commit.

        Raises:
            OutcomeUnknownError: the connection was lost before the answer came.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Roll back what is open; nothing where nothing is."""

    @abstractmethod
    def savepoint(self, name: str) -> None:
        """Set a savepoint."""

    @abstractmethod
    def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""

    @abstractmethod
    def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""

    @abstractmethod
    def is_alive(self, *, ask: bool) -> bool:
        """Tell whether the server still holds the connection.

        Args:
            ask: send a question, and do not only look whether the server has hung up.
        """

    @abstractmethod
    def cancel(self) -> None:
        """Ask the server to stop the statement that runs; from another thread."""

    @abstractmethod
    def abandon(self) -> None:
        """Shut the connection down under a statement that nothing else stops; from
        another thread."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; twice is fine."""
