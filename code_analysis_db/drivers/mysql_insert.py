"""Sends planned rows to a MySQL session, and finds out the ids that they got.

Rows go in statements of many, as long as the server takes them.  Where each row's fate
is to be told (left out? which row was updated?), they go one by one.  What should have
been one statement outside of a transaction, and becomes several, gets one of its own.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import groupby
from typing import Any, Iterator, List, Optional, Sequence, Tuple

from ..dialects.insertion import Insertion
from ..dialects.mysql import NOT_INSERTED, MySQLDialect, guard_column, needs_guard
from ..enums import OnConflict
from ..exceptions import InvalidValueError, NotNullViolationError
from .mysql_literal import statement
from .mysql_read_back import KeyValues, read_back
from .mysql_session import MySQLSession
from .mysql_upsert import upsert_one
from .mysql_values import Rows, values_text
from .row_operations import RowId

MOST_ROWS = 1000
"""Of one statement; measured: more of them gain nothing."""
_SPARE = 1024


class MySQLInsert:
    """One insert or upsert of rows that have the same columns."""

    def __init__(
        self, insertion: Insertion, dialect: MySQLDialect, session: MySQLSession
    ) -> None:
        """Prepare the text around the rows' values."""
        self._insertion = insertion
        self._dialect = dialect
        self._session = session
        self._columns = [insertion.table.by_name[name] for name in insertion.columns]
        self._head = statement(insertion.head(dialect), ()) + b" VALUES "
        self._tail = statement(insertion.tail(dialect), ())

    def run(self, rows: Rows) -> List[RowId]:
        """Insert the rows and return their ids, in the rows' order; None for one that
        was left out."""
        try:
            return self._run(rows)
        except _TooLong:
            with _transaction(self._session):
                return self._run(rows)

    def _run(self, rows: Rows) -> List[RowId]:
        """Do as :meth:`run` says."""
        insertion = self._insertion
        if insertion.on_conflict is OnConflict.UPDATE:
            return self._upsert(rows)
        if insertion.told or not insertion.columns:
            return [self._one(row) for row in rows]
        ids: List[RowId] = []
        for numbered, run in self._runs(rows):
            if numbered:
                ids += self._numbered(run)
            else:
                for _ in self._session.run_each(self._chunks(run)):
                    continue
                ids += self._given(run)
        return ids

    # --- ways ---------------------------------------------------------------------

    def _one(self, row: Sequence[Any]) -> RowId:
        """Insert a row by itself."""
        insertion = self._insertion
        sql = insertion.text(self._dialect, 1)
        reply = self._session.run(statement(sql, row))
        if reply.last_id == NOT_INSERTED:
            return None
        return self._id_of(row, reply.last_id)

    def _id_of(self, row: Sequence[Any], last_id: int) -> RowId:
        """Return a row's id, given or told by the server."""
        key = self._insertion.key
        given: RowId = None if key is None else row[key]
        if given is not None:
            return given
        return last_id if self._insertion.numbered else 0

    def _numbered(self, rows: Rows) -> List[RowId]:
        """Insert rows that the server numbers, those of a statement in one go."""
        ids: List[RowId] = []
        stride = self._session.facts.stride
        for reply in self._session.run_each(self._chunks(rows)):
            beyond = reply.last_id + reply.affected * stride
            ids += range(reply.last_id, beyond, stride)
        return ids

    def _upsert(self, rows: Rows) -> List[RowId]:
        """Insert or update rows."""
        insertion = self._insertion
        if needs_guard(insertion.table, insertion.conflict_columns):
            with _transaction(self._session):
                return self._one_by_one(rows)
        guard = guard_column(insertion.table, insertion.conflict_columns)
        ids: List[RowId] = []
        for numbered, run in self._runs(rows):
            # of several rows that the server numbers it tells the first one's number
            size = 1 if numbered and not insertion.told else MOST_ROWS
            for start in range(0, len(run), size):
                ids += self._guarded(run[start : start + size], guard)
        return ids

    def _guarded(self, rows: Rows, guard: Optional[str]) -> List[RowId]:
        """Upsert rows; where they have met another key than the one that was meant,
        one by one, for the error that it is."""
        met = self._met_keys(rows)
        if len(rows) > 1 and any(None in key for key in met):
            # by NULLs no row is found again
            return [one for row in rows for one in self._guarded([row], guard)]
        try:
            last_id = 0
            for reply in self._session.run_each(self._chunks(rows)):
                last_id = reply.last_id
        except (NotNullViolationError, InvalidValueError) as error:
            if guard is None or error.column != guard:
                raise
            with _transaction(self._session):
                return self._one_by_one(rows)
        if len(rows) == 1 and (self._insertion.numbered or not met):
            return [self._id_of(rows[0], last_id)]
        return self._ids_of(met) if met else self._given(rows)

    def _met_keys(self, rows: Rows) -> List[KeyValues]:
        """Return the keys by which rows are known again that may be others' by now;
        none where they have ids of their own."""
        insertion = self._insertion
        if not insertion.told or insertion.key is not None:
            return []
        places = [insertion.columns.index(n) for n in insertion.conflict_columns]
        return [tuple(row[place] for place in places) for row in rows]

    def _ids_of(self, met: List[KeyValues]) -> List[RowId]:
        """Return the ids of the rows that have the keys."""
        insertion = self._insertion
        found = read_back(
            insertion.table,
            insertion.conflict_columns,
            met,
            insertion.table.primary_key,
            self._dialect,
            self._session,
        )
        return [found[key][0] for key in met]

    def _one_by_one(self, rows: Rows) -> List[RowId]:
        """Upsert rows without the server's own upsert."""
        return [
            upsert_one(self._insertion, row, self._dialect, self._session)
            for row in rows
        ]

    # --- parts --------------------------------------------------------------------

    def _given(self, rows: Rows) -> List[RowId]:
        """Return the ids that the rows have; 0 for each where there is none."""
        key = self._insertion.key
        return [0] * len(rows) if key is None else [row[key] for row in rows]

    def _runs(self, rows: Rows) -> Iterator[Tuple[bool, Rows]]:
        """Yield neighbouring rows, and whether the server numbers them."""
        insertion = self._insertion
        key = insertion.key
        if key is None or not insertion.numbered:
            yield insertion.numbered and key is None, rows
            return
        for numbered, run in groupby(rows, key=lambda row: row[key] is None):
            yield numbered, list(run)

    def _chunks(self, rows: Rows) -> Iterator[bytes]:
        """Yield statements for all of the rows."""
        most = self._session.facts.max_packet - _SPARE
        pending = [
            rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)
        ]
        pending.reverse()
        while pending:
            chunk = pending.pop()
            text = self._head + values_text(self._columns, chunk) + self._tail
            if len(text) > most and len(chunk) > 1:
                if not self._session.in_transaction:
                    raise _TooLong
                half = len(chunk) // 2
                pending += (chunk[half:], chunk[:half])
                continue
            yield text


class _TooLong(Exception):
    """Rows that were to go in one statement are too long for one."""


@contextmanager
def _transaction(session: MySQLSession) -> Iterator[None]:
    """Apply all of the block's statements, or none of them."""
    if session.in_transaction:
        yield
        return
    session.begin()
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
