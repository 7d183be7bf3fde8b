"""The rows of an open select on SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any, Callable, List

from ..dialects.statement import Statement
from .sqlite_error import SQLITE_ERRORS
from .sqlite_session import SQLiteSession
from .statement_cursor import StatementCursor


class SQLiteCursor(StatementCursor):
    """A running SELECT.

    Attributes:
        session: that runs it.
    """

    __slots__ = ("session", "_cursor")

    def __init__(
        self,
        session: SQLiteSession,
        statement: Statement,
        closed: Callable[[SQLiteCursor], object],
    ) -> None:
        """Start the statement."""
        super().__init__(statement, closed)
        self.session = session
        self._cursor = session.execute(statement.sql, statement.params)

    def _take(self, count: int) -> List[Any]:
        """Return the next rows."""
        try:
            return self._cursor.fetchmany(count)
        except SQLITE_ERRORS as error:
            raise self.session.translated(error) from error

    def _end(self) -> None:
        """End the statement."""
        with suppress(sqlite3.ProgrammingError):
            # says that the driver was disconnected, which ended the read
            self._cursor.close()
