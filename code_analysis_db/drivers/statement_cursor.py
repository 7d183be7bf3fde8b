"""The rows of a running select, whatever runs it."""

from __future__ import annotations

import threading
from abc import abstractmethod
from typing import Any, Callable, List, Sequence

from ..dialects.statement import Statement
from ..exceptions import DriverQueryError
from .row_cursor import RowCursor


class StatementCursor(RowCursor):
    """A running SELECT; it is closed by itself when its last row was taken."""

    __slots__ = ("columns", "_decode", "_closed", "_state")

    def __init__(self, statement: Statement, closed: Callable[[Any], object]) -> None:
        """Keep what the rows are to be made of.

        Args:
            closed: called once, with the cursor, when it needs its session no more.
        """
        self.columns = list(statement.columns)
        self._decode = statement.decode
        self._closed = closed
        self._state = "open"

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, ``count`` at most; fewer mean that it is the end.

        Raises:
            DriverQueryError: the cursor was closed before its end.
        """
        if self._state != "open":
            if self._state == "read":
                return []
            raise DriverQueryError("the cursor was closed before its end")
        rows = self._take(count)
        if len(rows) < count:
            self._state = "read"
            self._end()
            self._closed(self)
        decode = self._decode
        return decode(rows) if decode is not None and rows else rows

    def close(self) -> None:
        """End the read and give the session back."""
        if self._state == "open":
            self._state = "closed"
            self._end()
            self._closed(self)

    @abstractmethod
    def _take(self, count: int) -> List[Any]:
        """Return the next rows as the database gives them."""

    @abstractmethod
    def _end(self) -> None:
        """End the statement, which may have come to its end by itself."""


class LockedCursor(RowCursor):
    """A cursor whose session serves a transaction, of which other threads may be."""

    __slots__ = ("columns", "_cursor", "_lock")

    def __init__(self, cursor: RowCursor, lock: threading.RLock) -> None:
        """Read ``cursor`` under the transaction's ``lock``."""
        self.columns = cursor.columns
        self._cursor = cursor
        self._lock = lock

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, as the cursor's ``fetch`` does."""
        with self._lock:
            return self._cursor.fetch(count)

    def close(self) -> None:
        """End the read; the session stays the transaction's."""
        with self._lock:
            self._cursor.close()
