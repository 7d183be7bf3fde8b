"""Raw SQL on MySQL and MariaDB.

A result column that is a plain column of a table of the database has the values that
``select`` gives of it; others have what their native types tell.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..dialects.mysql import MySQLDialect
from ..dialects.mysql_storage import decode_dates, decode_datetimes, decode_times
from ..dialects.storage import Converter
from ..exceptions import DriverError
from .mysql_catalogue import MySQLCatalogue
from .mysql_result import TINY_OF_ONE, ResultColumn
from .mysql_session import MySQLSession
from .pooled.raw import PooledRawSql
from .pooled.session import Outcome

_TIMESTAMP, _DATE, _TIME, _DATETIME = 7, 10, 11, 12
_BOOLEANS = {0: False, 1: True}


def _booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Return bools for 0 and 1."""
    return [_BOOLEANS.get(value, value) for value in values]


_BY_CODE: Dict[int, Converter] = {
    _TIMESTAMP: decode_datetimes,
    _DATETIME: decode_datetimes,
    _DATE: decode_dates,
    _TIME: decode_times,
    TINY_OF_ONE: _booleans,
}


class MySQLRawSql(PooledRawSql[MySQLSession]):
    """Runs statements of the server's SQL."""

    def __init__(self, catalogue: MySQLCatalogue, dialect: MySQLDialect) -> None:
        """Look up the tables of result columns in the catalogue."""
        self._catalogue = catalogue
        self._dialect = dialect

    def run(self, sql: str, params: Sequence[Any], session: MySQLSession) -> Outcome:
        """Run a statement; the rows that it gave are values of the types of their
        columns."""
        reply = session.ask(sql, params)
        columns = reply.columns
        return Outcome(
            reply.affected,
            reply.last_id,
            [column.name for column in columns],
            [column.code for column in columns],
            self._decoded(columns, reply.rows, session) if reply.rows else [],
        )

    def _decoded(
        self,
        columns: Sequence[ResultColumn],
        rows: List[Sequence[Any]],
        session: MySQLSession,
    ) -> List[Sequence[Any]]:
        """Return rows as values; what does not fit its type stays as it came (a TIME
        of 30 hours)."""
        decoders: List[Tuple[int, Converter]] = []
        for place, column in enumerate(columns):
            decode = self._declared(column, session) or _BY_CODE.get(column.code)
            if decode is not None:
                decoders.append((place, decode))
        if not decoders:
            return rows
        values: List[Sequence[Any]] = list(zip(*rows))
        for place, decode in decoders:
            try:
                values[place] = decode(values[place])
            except (ValueError, LookupError, TypeError):
                continue
        return list(zip(*values))

    def _declared(
        self, column: ResultColumn, session: MySQLSession
    ) -> Optional[Converter]:
        """Return the decoder of the column of a table that a result column is."""
        if not column.origin or column.database != session.database:
            return None
        try:
            table = self._catalogue.table_in(session, column.table)
        except DriverError:
            # what was asked for is done; that this is not known is no failure
            return None
        declared = None if table is None else table.by_name.get(column.origin)
        return None if declared is None else self._dialect.storage(declared).decode
