"""The rows of a running query, read from a cursor of the server's."""

from __future__ import annotations

from typing import Any, List, Protocol, Sequence

from ..exceptions import DriverQueryError
from .pooled.session import ServerStream

_NO_CURSOR = "34000"


class StreamedSession(Protocol):
    """What a stream needs of its session."""

    is_broken: bool

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run one statement and return its rows."""

    def commit(self) -> None:
        """Commit what is open."""

    def rollback(self) -> None:
        """Roll back what is open."""


class PostgresStream(ServerStream):
    """A cursor that was declared; what has been fetched is not kept."""

    def __init__(
        self, session: StreamedSession, name: str, *, ends_transaction: bool
    ) -> None:
        """Read from the cursor ``name``.

        Args:
            ends_transaction: whether the transaction is the stream's own.
        """
        self._session = session
        self._name = name
        self._ends_transaction = ends_transaction
        self._open = True

    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, ``count`` at most; fewer mean that it is the end."""
        return self._session.query(f"FETCH {count} FROM {self._name}")

    def close(self) -> None:
        """Close the cursor; a transaction of its own ends with it."""
        if not self._open:
            return
        self._open = False
        session = self._session
        if session.is_broken or not session.in_transaction:
            return
        if self._ends_transaction:
            session.rollback()
            return
        try:
            session.query(f"CLOSE {self._name}")
        except DriverQueryError as error:
            # a rollback to a savepoint before its declaration has taken it
            if error.database_code != _NO_CURSOR:
                raise
