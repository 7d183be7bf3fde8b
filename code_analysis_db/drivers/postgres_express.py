"""A connection of psycopg2's asynchronous kind, for short reads."""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter
from typing import Any, List, Sequence

from psycopg2.extensions import POLL_OK, POLL_READ, connection

from .execution_context import ExecutionContext
from .express_session import ExpressSession, Wants
from .postgres_cancel import CancelRequest
from .postgres_config import PostgresConfig
from .postgres_connection import is_held, open_asynchronously
from .postgres_error import POSTGRES_ERRORS, translated
from .postgres_prepared import PreparedStatements


class PostgresExpressSession(ExpressSession):
    """An asynchronous connection; statements that come often are prepared."""

    def __init__(self, config: PostgresConfig, context: ExecutionContext) -> None:
        """Connect and set the connection up, waiting for the server.

        Raises:
            DriverConnectionError: no host could be reached or would have us.
        """
        self.idle_since = perf_counter()
        self._context = context
        self._connection: connection = open_asynchronously(config)
        self._cancel = CancelRequest(self._connection)
        # known also when the connection is lost, which closes the socket
        self._descriptor: int = self._connection.fileno()
        self._cursor = self._connection.cursor()
        self._prepared = PreparedStatements() if config.prepared_statements else None
        self._prepares = False

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._descriptor

    def send(self, sql: str, params: Sequence[Any]) -> Wants:
        """Send a query, prepared where it comes often."""
        prepared = self._prepared
        if prepared is not None:
            text = prepared.execution(sql)
            self._prepares = text is None
            sql = prepared.message(sql, len(params)) if text is None else text
        try:
            self._cursor.execute(sql, params)
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        return self.advance()

    def advance(self) -> Wants:
        """Take what the server has sent."""
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
        return Wants.NOTHING

    @property
    def row_count(self) -> int:
        """How many rows the answer has."""
        count: int = self._cursor.rowcount
        return count

    def rows(self) -> List[Sequence[Any]]:
        """Return the answer's rows."""
        try:
            rows: List[Any] = self._cursor.fetchall()
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        return rows

    def is_held(self) -> bool:
        """Look whether the server has hung up."""
        with suppress(*POSTGRES_ERRORS):
            return not self._connection.closed and is_held(self._connection)
        return False

    def cancel(self) -> None:
        """Ask the server to stop the query; from another thread."""
        self._cancel.send()

    def close(self) -> None:
        """Close the connection; twice is fine."""
        self._connection.close()

    def _failure(self, error: BaseException) -> BaseException:
        """Return the package's error for one of psycopg2's."""
        return translated(error, self._context)
