"""A connection of psycopg2's asynchronous kind, one statement at a time: for what the
wire of :mod:`.postgres_wire_session` does not speak, which is encryption.
"""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter
from typing import Any, List, Optional, Sequence

from psycopg2.extensions import POLL_OK, POLL_READ, connection, cursor

from ..dialects.statement import Statement
from ..exceptions import DriverConnectionError
from .execution_context import ExecutionContext
from .express_session import MOST_ROWS, ExpressSession, Reply, Result, Wants
from .postgres_cancel import CancelRequest
from .postgres_connection import is_held
from .postgres_error import POSTGRES_ERRORS, translated
from .postgres_prepared import PreparedStatements


class _CursorResult(Result):
    """What a cursor holds."""

    __slots__ = ("_context", "_rows_of")

    def __init__(self, ran: cursor, context: ExecutionContext) -> None:
        """Keep the cursor, until the next statement."""
        self.count = max(ran.rowcount, 0)
        self.is_whole = self.count <= MOST_ROWS
        self._rows_of = ran
        self._context = context

    def rows(self) -> List[Sequence[Any]]:
        """Take the cursor's rows."""
        try:
            rows: List[Any] = self._rows_of.fetchall()
        except POSTGRES_ERRORS as error:
            raise translated(error, self._context) from error
        return rows


class PostgresExpressSession(ExpressSession):
    """An asynchronous connection; statements that come often are prepared."""

    def __init__(
        self, made: connection, context: ExecutionContext, *, prepares: bool
    ) -> None:
        """Use an asynchronous connection that is set up.

        Args:
            prepares: whether statements may be prepared.
        """
        self.idle_since = perf_counter()
        self._context = context
        self._connection = made
        self._cancel = CancelRequest(made)
        # known also when the connection is lost, which closes the socket
        self._descriptor: int = made.fileno()
        self._cursor = made.cursor()
        self._prepared = PreparedStatements() if prepares else None
        self._prepares = False
        self._put: Optional[Statement] = None
        self._sent = False
        self._is_there = False

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._descriptor

    def put(self, statements: Sequence[Statement]) -> None:
        """Take the only statement."""
        (self._put,) = statements

    def flush(self) -> Wants:
        """Send the statement, or the rest of it."""
        if self._put is None:
            return self._advance() if self._sent else Wants.READ
        sql, params = self._put.sql, self._put.params
        self._put = None
        prepared = self._prepared
        if prepared is not None:
            text = prepared.execution(sql)
            self._prepares = text is None
            sql = prepared.message(sql, len(params)) if text is None else text
        self._sent = True
        try:
            self._cursor.execute(sql, params)
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        return self._advance()

    @property
    def has_unsent(self) -> bool:
        """Whether the statement has not been sent yet."""
        return self._put is not None

    def receive(self) -> List[Reply]:
        """Take what the server has sent."""
        if not self._sent:
            self._look()
            return []
        if not self._is_there and self._advance() is not Wants.NOTHING:
            return []
        self._is_there = self._sent = False
        reply = Reply()
        reply.results.append(_CursorResult(self._cursor, self._context))
        return [reply]

    def _advance(self) -> Wants:
        """Have psycopg2 go on."""
        try:
            state = self._connection.poll()
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        if state == POLL_READ:
            return Wants.READ
        if state != POLL_OK:
            return Wants.WRITE
        if self._prepares and self._prepared is not None:
            self._prepared.settle(None)
        self._is_there = True
        return Wants.NOTHING

    def _look(self) -> None:
        """See what the server has sent unasked.

        Raises:
            DriverConnectionError: it has hung up.
        """
        with suppress(*POSTGRES_ERRORS):
            if not self._connection.closed and is_held(self._connection):
                return
        raise DriverConnectionError("the connection to the server was lost")

    def cancel(self) -> None:
        """Ask the server to stop the statement; from another thread."""
        self._cancel.send()

    def close(self) -> None:
        """Close the connection; twice is fine."""
        self._connection.close()

    def _failure(self, error: BaseException) -> BaseException:
        """Return the package's error for one of psycopg2's."""
        return translated(error, self._context)
