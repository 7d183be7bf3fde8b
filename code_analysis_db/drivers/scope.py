"""Where a statement runs: in a transaction, or for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Callable, Generic, List, Protocol, Sequence, TypeVar

from ..dialects.statement import Statement
from .row_cursor import RowCursor


class DriverSession(Protocol):
    """What every driver's session can do; one thread uses it at a time."""

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run one statement and return all of its rows."""

    def commit(self) -> None:
        """Commit what is open."""

    def rollback(self) -> None:
        """Roll back what is open; nothing where nothing is."""

    def savepoint(self, name: str) -> None:
        """Set a savepoint."""

    def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""

    def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""


S = TypeVar("S", bound=DriverSession)
"""A driver's session."""

R = TypeVar("R")
Work = Callable[[S], R]
"""What is done with a session."""


class Scope(ABC, Generic[S]):
    """What transactions and the database itself have in common."""

    @abstractmethod
    def write(self, work: Work[S, R], *, several: bool) -> R:
        """Run ``work`` with a session that may write; an error undoes all of it.

        Args:
            several: whether it is more than one statement, or may fail after its
                statement was done.
        """

    @abstractmethod
    def read(self, work: Work[S, R]) -> R:
        """Run ``work``, which only reads, with a session."""

    @abstractmethod
    def open_cursor(self, statement: Statement, *, stream: bool = False) -> RowCursor:
        """Start a read.

        Args:
            stream: whether the rows are to be read as they are fetched, however many
                there are; else the scope may read them all at once.
        """

    def first_rows(self, statement: Statement, count: int) -> List[Sequence[Any]]:
        """Run a read and return its first rows, ``count`` at most."""
        cursor = self.open_cursor(statement)
        try:
            return cursor.fetch(count)
        finally:
            cursor.close()
