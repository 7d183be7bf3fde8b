"""Where a statement runs: in a transaction, or for itself."""

from __future__ import annotations

from typing import Callable, Protocol, TypeVar

from ..dialects.table_statements import Statement
from .sqlite_cursor import SQLiteCursor
from .sqlite_session import SQLiteSession

_R = TypeVar("_R")


class SQLiteScope(Protocol):
    """What transactions and the database itself have in common."""

    def write(self, work: Callable[[SQLiteSession], _R], *, several: bool) -> _R:
        """Run ``work`` with a session that may write; an error undoes all of it.

        Args:
            several: whether it is more than one statement, or may fail after its
                statement was done.
        """

    def open_cursor(self, statement: Statement) -> SQLiteCursor:
        """Start a read."""
