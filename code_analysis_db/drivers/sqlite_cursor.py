"""The rows of an open select on SQLite, and who gets its session back."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from typing import Any, Callable, List, Sequence

from ..dialects.table_statements import Statement
from ..exceptions import DriverQueryError
from .row_cursor import RowCursor
from .sqlite_error import SQLITE_ERRORS
from .sqlite_session import SQLiteSession

_PORTION = 10_000


class SQLiteCursor(RowCursor):
    """A running SELECT; it is closed by itself when its last row was taken."""

    __slots__ = ("columns", "session", "_cursor", "_decode", "_closed", "_state")

    def __init__(
        self,
        session: SQLiteSession,
        statement: Statement,
        closed: Callable[[SQLiteCursor], object],
    ) -> None:
        """Start the statement.

        Args:
            closed: called once, when the cursor needs its session no more.
        """
        self.columns = list(statement.columns)
        self.session = session
        self._decode = statement.decode
        self._closed = closed
        self._cursor = session.execute(statement.sql, statement.params)
        self._state = "open"

    @property
    def result_columns(self) -> List[str]:
        """The names that the database gives to the columns; they may repeat."""
        return [column[0] for column in self._cursor.description or ()]

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, ``count`` at most; fewer mean that it is the end.

        Raises:
            DriverQueryError: the cursor was closed before its end.
        """
        if self._state != "open":
            if self._state == "read":
                return []
            raise DriverQueryError("the cursor was closed before its end")
        try:
            rows: List[Any] = self._cursor.fetchmany(count)
        except SQLITE_ERRORS as error:
            raise self.session.translated(error) from error
        if len(rows) < count:
            # at its last row SQLite's statement has ended by itself
            self._state = "read"
            self._closed(self)
        decode = self._decode
        return decode(rows) if decode is not None and rows else rows

    def fetch_all(self) -> List[Sequence[Any]]:
        """Return the rows that remain."""
        rows: List[Sequence[Any]] = []
        while True:
            portion = self.fetch(_PORTION)
            rows += portion
            if len(portion) < _PORTION:
                return rows

    def close(self) -> None:
        """Give the session back."""
        if self._state == "open":
            self._state = "closed"
            with suppress(sqlite3.ProgrammingError):
                # says that the driver was disconnected, which ended the read
                self._cursor.close()
            self._closed(self)


class TransactionCursor(SQLiteCursor):
    """A cursor whose session serves a transaction, of which other threads may be."""

    __slots__ = ("_lock",)

    def __init__(
        self,
        session: SQLiteSession,
        statement: Statement,
        closed: Callable[[SQLiteCursor], object],
        lock: threading.RLock,
    ) -> None:
        """Start the statement; ``lock`` is the transaction's."""
        super().__init__(session, statement, closed)
        self._lock = lock

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, as :meth:`SQLiteCursor.fetch` does."""
        with self._lock:
            return super().fetch(count)

    def close(self) -> None:
        """End the read; the session stays the transaction's."""
        with self._lock:
            super().close()
