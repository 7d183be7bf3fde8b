"""The rows of a select on a server: read already, or streamed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, Generic, List, Sequence

from ...dialects.statement import Statement
from ...exceptions import DriverError
from ..statement_cursor import StatementCursor
from .pool import SS
from .session import ServerStream


def _nothing(_: object) -> None:
    """Let go of nothing."""


class ReadCursor(StatementCursor):
    """Rows that were read all at once; their session is free."""

    __slots__ = ("_rows", "_place")

    def __init__(
        self,
        statement: Statement,
        rows: List[Sequence[Any]],
        closed: Callable[[ReadCursor], object] = _nothing,
    ) -> None:
        """Give out ``rows``, as they came."""
        super().__init__(statement, closed)
        self._rows = rows
        self._place = 0

    def _take(self, count: int) -> List[Any]:
        """Return the next rows."""
        rows, start = self._rows, self._place
        if not start and len(rows) < count:
            return rows
        self._place = start + count
        return rows[start : start + count]

    def _end(self) -> None:
        """Let the rows go."""
        self._rows = []


class StreamCursor(StatementCursor, Generic[SS]):
    """Rows that stay at the server until they are fetched.

    Attributes:
        session: that reads them, and nothing else until the end.
    """

    __slots__ = ("session", "_stream")

    def __init__(
        self,
        session: SS,
        stream: ServerStream,
        statement: Statement,
        closed: Callable[[StreamCursor[SS]], object],
    ) -> None:
        """Read ``stream``, which ``session`` has started for the statement."""
        super().__init__(statement, closed)
        self.session = session
        self._stream = stream

    def _take(self, count: int) -> List[Any]:
        """Return the next rows."""
        rows: List[Any] = self.session.watch.run(self._stream.fetch, count)
        return rows

    def _end(self) -> None:
        """End the query."""
        if not self.session.is_broken:
            with suppress(DriverError):
                # the pool looks at what became of the session
                self._stream.close()
