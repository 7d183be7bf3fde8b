"""The rows of a running query, read from the connection as they are asked for."""

from __future__ import annotations

from typing import Any, List, Protocol, Sequence

from .mysql_fault import MySQLFault
from .mysql_result import ResultColumn
from .mysql_wire import MySQLWire
from .pooled.session import ServerStream

_AT_ONCE = 10_000
_NOT_WORTH_A_CONNECTION = 100_000
"""Cells of a result's rest that are read and thrown away."""


class StreamedSession(Protocol):
    """What a stream needs of its session."""

    is_broken: bool

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def failure(self, error: MySQLFault, *, applies: bool) -> BaseException:
        """Return the package's error."""

    def stream_ended(self) -> None:
        """Note that no rows are under way any more."""

    def cancel(self) -> None:
        """Ask the server to stop the statement."""

    def abandon(self) -> None:
        """Shut the connection down."""


class MySQLStream(ServerStream):
    """A result of which the server sends on as it is read."""

    def __init__(
        self,
        session: StreamedSession,
        wire: MySQLWire,
        columns: Sequence[ResultColumn],
    ) -> None:
        """Read the rows that come after ``columns``."""
        self._session = session
        self._wire = wire
        self._columns = columns
        self._kept: List[Sequence[Any]] = []
        self._is_under_way = bool(columns)
        if not columns:
            session.stream_ended()

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, ``count`` at most; fewer mean that it is the end."""
        if self._is_under_way:
            return self._read(count)
        rows, self._kept = self._kept[:count], self._kept[count:]
        return rows

    def keep_rest(self) -> None:
        """Read the rows that are left into memory, for another statement to run."""
        while self._is_under_way:
            self._kept += self._read(_AT_ONCE)

    def close(self) -> None:
        """End the query.

        A long rest is not waited for: outside of a transaction the connection is given
        up, inside the server is asked to stop.
        """
        self._kept = []
        if not self._is_under_way or self._session.is_broken:
            return
        portion = max(1, _NOT_WORTH_A_CONNECTION // len(self._columns))
        if len(self._read(portion)) < portion:
            return
        if self._session.in_transaction:
            self._session.cancel()
            self._drain()
        else:
            self._session.abandon()
        self._end()

    def _drain(self) -> None:
        """Read what the server has sent before it was stopped."""
        is_end = False
        while not is_end:
            try:
                _, is_end = self._wire.rows(self._columns, _AT_ONCE)
            except MySQLFault as error:
                self._session.failure(error, applies=False)
                is_end = True

    def _read(self, count: int) -> List[Sequence[Any]]:
        """Read rows from the connection."""
        try:
            rows, is_end = self._wire.rows(self._columns, count)
        except MySQLFault as error:
            self._end()
            raise self._session.failure(error, applies=False) from error
        if is_end:
            self._end()
        return rows

    def _end(self) -> None:
        """Note that no rows are under way any more."""
        self._is_under_way = False
        self._session.stream_ended()
