"""Finds the declared types of a query's result columns.

Python's ``sqlite3`` does not hand out SQLite's column metadata.  SQLite keeps it in a
view all the same: ``PRAGMA table_info`` of a temporary view gives the declared type of
each result column that is a plain column of a table, and none that matters here for
expressions.  A view takes no parameters, so NULLs stand for them: types do not depend
on them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Callable, Match, Optional, Sequence, Tuple

from ..dialects.sqlite import SQLiteDialect
from ..dialects.storage import RowsDecoder, rows_decoder
from ..exceptions import DriverError
from .sqlite_session import SQLiteSession

_REMEMBERED = 500
_VIEW = "temp.described_query"


class SQLiteResultTypes:
    """Decoders of raw queries' rows, remembered by the queries' text; thread-safe."""

    def __init__(
        self, open_session: Callable[[], SQLiteSession], dialect: SQLiteDialect
    ) -> None:
        """Describe on a session of its own, opened when first needed."""
        self._open_session = open_session
        self._dialect = dialect
        self._session: Optional[SQLiteSession] = None
        self._version = -1
        self._lock = threading.Lock()
        self._decoders: OrderedDict[str, Optional[RowsDecoder]] = OrderedDict()

    def decoder(self, sql: str, columns: Sequence[str]) -> Optional[RowsDecoder]:
        """Return what decodes the rows of a query, None where nothing needs it."""
        with self._lock:
            session = self._current_session()
            if sql in self._decoders:
                return self._decoders[sql]
            types = self._types(session, sql)
            decoder = rows_decoder(
                "of the query", columns, list(map(self._dialect.native_decoder, types))
            )
            self._decoders[sql] = decoder
            if len(self._decoders) > _REMEMBERED:
                self._decoders.popitem(last=False)
            return decoder

    def close(self) -> None:
        """Close the session."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    def _current_session(self) -> SQLiteSession:
        """Return the session; what another version of the schema told is forgotten."""
        if self._session is None:
            self._session = self._open_session()
        ((version,),) = self._session.query("PRAGMA schema_version")
        if version != self._version:
            self._version = version
            self._decoders.clear()
        return self._session

    def _types(self, session: SQLiteSession, sql: str) -> Tuple[str, ...]:
        """Return the declared type of each result column, ``""`` for none."""
        try:
            session.query(f"CREATE VIEW {_VIEW} AS {self._without_parameters(sql)}")
        except DriverError:
            # EXPLAIN, PRAGMA: their results are no columns of tables
            return ()
        try:
            found = session.query(
                "SELECT type FROM pragma_table_info('described_query')"
            )
        finally:
            session.query(f"DROP VIEW {_VIEW}")
        return tuple(declared for (declared,) in found)

    def _without_parameters(self, sql: str) -> str:
        """Return the query with NULLs for its parameters."""
        return self._dialect.lexicon.pattern.sub(_null_for_question, sql)


def _null_for_question(piece: Match[str]) -> str:
    """Return a piece of SQL, NULL where it is a parameter."""
    return "NULL" if piece.lastgroup == "question" else piece[0]
