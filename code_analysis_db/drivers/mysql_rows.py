"""The writes of table rows on MySQL and MariaDB, and the rows that they return.

The servers' writes return no rows (MariaDB's only in part): those of an update or a
delete are read and locked before it, those of an insert are read back by their key.
"""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Sequence, Set, Tuple

import attrs

from ..dialects.insert_plan import InsertPlan
from ..dialects.insertion import Insertion
from ..dialects.mysql import MySQLDialect
from ..dialects.statement import Statement
from ..enums import OnConflict
from ..exceptions import NotNullViolationError, SerializationError
from ..schema import DefaultExpression, NativeDefault
from .mysql_insert import MOST_ROWS, MySQLInsert
from .mysql_literal import statement as text_of
from .mysql_read_back import KeyValues, read_back
from .mysql_session import MySQLSession
from .row_operations import RowId
from .row_writer import PlannedRows, Rows, RowWriter

_Chunk = Tuple[List[Sequence[Any]], List[KeyValues]]


class MySQLRowWriter(RowWriter[MySQLSession]):
    """Writes rows."""

    def __init__(self, dialect: MySQLDialect) -> None:
        """Write in the dialect."""
        self._dialect = dialect

    # --- changing -----------------------------------------------------------------

    def run_change(
        self, statement: Statement, session: MySQLSession
    ) -> Tuple[int, Rows]:
        """Run an UPDATE or DELETE and return how many rows it met, and its rows."""
        lookup = statement.lookup
        rows: Rows = []
        if lookup is not None:
            rows = session.query(lookup.sql, lookup.params)
        affected = session.run(text_of(statement.sql, statement.params)).affected
        if lookup is None:
            return affected, rows
        if affected != len(rows):
            raise SerializationError(
                f"{len(rows)} rows were to be changed and {affected} were: others have"
                " changed the table in the meantime"
            )
        if lookup.assigned:
            for place, row in enumerate(rows):
                changed = list(row)
                for column, value in lookup.assigned:
                    changed[column] = value
                rows[place] = changed
        return affected, rows

    # --- inserting ----------------------------------------------------------------

    def is_several(self, planned: Sequence[PlannedRows]) -> bool:
        """Tell whether an insert that returns ids takes more than one statement."""
        if len(planned) != 1:
            return True
        plan, rows = planned[0]
        insertion = plan.insertion
        if len(rows) == 1:
            return False
        tells_numbers = insertion.numbered and insertion.key is not None
        return (
            insertion.told
            or tells_numbers
            or not insertion.columns
            or len(rows) > MOST_ROWS
        )

    def insert_rows(
        self, planned: Sequence[PlannedRows], session: MySQLSession
    ) -> List[RowId]:
        """Insert the rows and return their ids, in the rows' order."""
        ids: List[RowId] = []
        for plan, rows in planned:
            _check_given(plan.insertion, rows)
            ids += MySQLInsert(plan.insertion, self._dialect, session).run(rows)
        return ids

    def insert_returning(
        self, planned: Sequence[PlannedRows], session: MySQLSession
    ) -> Rows:
        """Insert the rows and return them as stored, in the rows' order."""
        found: Rows = []
        for plan, rows in planned:
            returned = self._returned(plan, rows, session)
            found += plan.decode(returned) if plan.decode is not None else returned
        return found

    def _returned(
        self, plan: InsertPlan, rows: Sequence[Sequence[Any]], session: MySQLSession
    ) -> Rows:
        """Insert rows and return what is wanted of each that was not left out."""
        insertion = plan.insertion
        _check_given(insertion, rows)
        if not _tells_key(insertion):
            insertion, rows = self._completed(insertion, rows, session)
        key = _key(insertion)
        returned: Rows = []
        for chunk, keys in _chunks(insertion, key, rows):
            ids = MySQLInsert(insertion, self._dialect, session).run(chunk)
            if not key:
                returned += _echo(insertion, chunk, ids)
                continue
            if insertion.on_conflict is not OnConflict.UPDATE and len(key) == 1:
                keys = [(i if k == (None,) else k[0],) for (k, i) in zip(keys, ids)]
            kept = [k for k, row_id in zip(keys, ids) if row_id is not None]
            by_key = read_back(
                insertion.table, key, kept, insertion.returning, self._dialect, session
            )
            returned += [by_key[k] for k in kept]
        return returned

    def _completed(
        self,
        insertion: Insertion,
        rows: Sequence[Sequence[Any]],
        session: MySQLSession,
    ) -> Tuple[Insertion, Sequence[Sequence[Any]]]:
        """Return the insertion with the defaults of all columns that the rows lack,
        those that the server computes too."""
        table = insertion.table
        lacking = [c for c in table.columns if c.name not in insertion.columns]
        values: List[Any] = []
        for column in lacking:
            sql = self._dialect.default_text(column) or "NULL"
            if isinstance(column.default, (DefaultExpression, NativeDefault)):
                ((value,),) = session.query(f"SELECT CAST({sql} AS CHAR)")
            elif column.default is None:
                value = None
            else:
                encode = self._dialect.storage(column).encode
                value = column.default.value
                value = encode((value,))[0] if encode is not None else value
            values.append(value)
        columns = insertion.columns + tuple(column.name for column in lacking)
        key = table.single_key
        completed = attrs.evolve(
            insertion,
            columns=columns,
            key=columns.index(key) if key is not None else None,
        )
        return completed, [(*row, *values) for row in rows]


def _check_given(insertion: Insertion, rows: Sequence[Sequence[Any]]) -> None:
    """Refuse rows that lack a column which takes no NULL and has no default.

    The server does so by itself, but for a column that ON DUPLICATE KEY UPDATE names:
    that gets an empty value.
    """
    table = insertion.table
    if insertion.on_conflict is None or not rows:
        return
    for column in table.columns:
        if (
            not column.nullable
            and column.default is None
            and column.name not in insertion.columns
            and column.name != table.numbered_key
        ):
            raise NotNullViolationError(
                f"column {column.name!r} of table {table.name!r} takes no NULL and has"
                " no default",
                table=table.name,
                column=column.name,
            )


def _tells_key(insertion: Insertion) -> bool:
    """Whether the rows can be read back, by the key that they bring or get."""
    table = insertion.table
    if insertion.on_conflict is OnConflict.UPDATE or insertion.numbered:
        return True
    key = table.primary_key
    return bool(key) and all(name in insertion.columns for name in key)


def _key(insertion: Insertion) -> Tuple[str, ...]:
    """Return the columns by which rows are read back, none where there is no key."""
    if insertion.on_conflict is OnConflict.UPDATE:
        return insertion.conflict_columns
    return insertion.table.primary_key


def _chunks(
    insertion: Insertion, key: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Iterator[_Chunk]:
    """Yield rows with their keys; no two of a chunk have the same, so that each is read
    back as it was made.  A number that the server gives is None."""
    places = [
        insertion.columns.index(name) if name in insertion.columns else None
        for name in key
    ]
    chunk: List[Sequence[Any]] = []
    keys: List[KeyValues] = []
    seen: Set[KeyValues] = set()
    for row in rows:
        row_key = tuple(None if place is None else row[place] for place in places)
        if len(chunk) == MOST_ROWS or (row_key in seen and None not in row_key):
            if key:
                yield chunk, keys
                chunk, keys, seen = [], [], set()
        chunk.append(row)
        keys.append(row_key)
        seen.add(row_key)
    if chunk:
        yield chunk, keys


def _echo(
    insertion: Insertion, rows: Sequence[Sequence[Any]], ids: Sequence[Optional[RowId]]
) -> Rows:
    """Return what is wanted of rows that have a value for every column."""
    places = [insertion.columns.index(name) for name in insertion.returning]
    return [
        tuple(row[place] for place in places)
        for row, row_id in zip(rows, ids)
        if row_id is not None
    ]
