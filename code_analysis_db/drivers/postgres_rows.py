"""The writes of table rows on PostgreSQL.

Many rows go by COPY; those of which something is to be told go by INSERT with
RETURNING, several in a statement: what comes back is matched with the rows by their
keys, since a server may return it in any order.  Where a table numbers its rows, the
numbers of many are taken beforehand.
"""

from __future__ import annotations

from functools import partial
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
)
from uuid import UUID

import attrs
from psycopg2.extensions import AsIs

from ..dialects.insert_plan import EncodedRows, InsertPlan
from ..dialects.insertion import Insertion
from ..dialects.postgres import PostgresDialect
from ..dialects.storage import turned
from ..dialects.table_statements import Statement, TableStatements
from ..enums import OnConflict
from ..rows import RowBlock
from ..schema import Table
from .postgres_copy import CopySource
from .postgres_numbering import advance, take
from .postgres_session import PostgresSession
from .row_operations import Returning, RowId, Where
from .row_writer import PlannedRows, Rows, RowWriter
from .scope import Scope

_COPIED_FROM = 50
"""Measured: from so many rows on COPY is quicker than INSERT."""
_ROWS_PER_INSERT = 500
_DEFAULT: Any = AsIs("DEFAULT")

Chunk = Tuple[List[Sequence[Any]], List[Any]]


class PostgresRowWriter(RowWriter[PostgresSession]):
    """Writes rows."""

    def __init__(self, dialect: PostgresDialect) -> None:
        """Write in the dialect."""
        self._dialect = dialect

    # --- changing -----------------------------------------------------------------

    def update(
        self,
        scope: Scope[PostgresSession],
        statements: TableStatements,
        where: Where,
        data: Mapping[str, Any],
        returning: Returning,
        *,
        all_rows: bool,
        max_affected: Optional[int],
    ) -> Union[int, RowBlock]:
        """Update the rows that match; a number that is given to one of them is made
        known to the sequence."""
        statement = statements.update(where, data, returning, all_rows)
        table = statements.table
        number = data.get(table.numbered_key) if table.numbered_key else None
        if number is not None:
            before, leading = advance(table, number, self._dialect)
            statement = statement._replace(
                sql=before + statement.sql, params=[*leading, *statement.params]
            )
        return self.change(scope, statement, max_affected)

    def run_change(
        self, statement: Statement, session: PostgresSession
    ) -> Tuple[int, Rows]:
        """Run an UPDATE or DELETE and return how many rows it met, and its rows."""
        if not statement.columns:
            return session.change(statement.sql, statement.params), []
        rows = session.query(statement.sql, statement.params)
        return len(rows), rows

    # --- inserting ----------------------------------------------------------------

    def insert_rows(
        self, planned: Sequence[PlannedRows], session: PostgresSession
    ) -> List[RowId]:
        """Insert the rows and return their ids, in the rows' order."""
        ids: List[RowId] = []
        for plan, encoded in planned:
            if len(encoded) == 1:
                ids.append(self._insert_one(plan, encoded[0], session))
            elif encoded:
                ids += self._insert_many(plan, encoded, session)
        return ids

    def _insert_one(
        self, plan: InsertPlan, row: Sequence[Any], session: PostgresSession
    ) -> RowId:
        """Insert a row and return its id."""
        return _id_of(plan.insertion, row, self._send_one(plan, row, session))

    def lone_insert(
        self, plan: InsertPlan, row: Sequence[Any]
    ) -> Optional[Tuple[str, Callable[[Rows], RowId]]]:
        """Return the plan's statement, unless there is a place in the row for a number,
        given or not."""
        insertion = plan.insertion
        if insertion.numbered and insertion.key is not None:
            return None
        return plan.sql(1), partial(_id_of, insertion, row)

    def _send_one(
        self, plan: InsertPlan, row: Sequence[Any], session: PostgresSession
    ) -> Rows:
        """Insert a row and return what the plan's statement returns of it, or else the
        number that it got."""
        insertion = plan.insertion
        key, sql = insertion.key, plan.sql(1)
        if key is None or not insertion.numbered:
            return session.query(sql, row)
        if row[key] is not None:
            before, leading = advance(insertion.table, row[key], self._dialect)
            return session.query_once(before + sql, [*leading, *row])
        if not insertion.told and not insertion.returning:
            terms = self._terms(insertion, _told(insertion))
            sql = insertion.text(self._dialect, 1, terms)
        return session.query_once(sql, (*row[:key], _DEFAULT, *row[key + 1 :]))

    def _insert_many(
        self, plan: InsertPlan, rows: List[Sequence[Any]], session: PostgresSession
    ) -> Sequence[RowId]:
        """Insert rows and return their ids."""
        insertion = plan.insertion
        copied = insertion.on_conflict is None and len(rows) >= _COPIED_FROM
        if copied and insertion.numbered and insertion.key is None:
            numbers = take(session, insertion.table, len(rows), self._dialect)
            names = insertion.table.primary_key + insertion.columns
            self._copy(insertion.table, names, [numbers, *_columns(rows)], session)
            return numbers
        insertion, rows = self._numbered(insertion, rows, session)
        key = insertion.key
        if insertion.told:
            told = self._returned(plan, insertion, rows, _told(insertion), session)
            return [None if r is None else _row_id(r[0]) if r else 0 for r in told]
        if insertion.on_conflict is not None:
            for chunk, _ in self._chunks(insertion, rows):
                self._send(insertion, chunk, (), session)
        elif copied and insertion.columns:
            self._copy(insertion.table, insertion.columns, _columns(rows), session)
        else:
            self._send(insertion, rows, (), session)
        return [0] * len(rows) if key is None else [row[key] for row in rows]

    def insert_returning(
        self, planned: Sequence[PlannedRows], session: PostgresSession
    ) -> Rows:
        """Insert the rows and return them as stored, in the rows' order."""
        all_rows: Rows = []
        for plan, encoded in planned:
            wanted = plan.returning_columns
            returned: Rows
            if len(encoded) == 1:
                returned = self._send_one(plan, encoded[0], session)
            else:
                insertion, rows = self._numbered(plan.insertion, encoded, session)
                found = self._returned(plan, insertion, rows, wanted, session)
                returned = [row for row in found if row is not None]
            all_rows += plan.decode(returned) if plan.decode is not None else returned
        return all_rows

    # --- numbers ------------------------------------------------------------------

    def _numbered(
        self,
        insertion: Insertion,
        rows: List[Sequence[Any]],
        session: PostgresSession,
    ) -> Tuple[Insertion, List[Sequence[Any]]]:
        """Return the insertion with a number in each row, where the table numbers
        them; not where rows may become existing ones, which have theirs."""
        key = insertion.key
        if not insertion.numbered:
            return insertion, rows
        given = [] if key is None else [r[key] for r in rows if r[key] is not None]
        if given:
            before, params = advance(insertion.table, max(given), self._dialect)
            if before:
                session.query_once(before, params)
        lacking = len(rows) - len(given)
        if not lacking:
            return insertion, rows
        if _updates_by_another_key(insertion):
            return insertion, rows if key is None else _with_defaults(rows, key)
        numbers = take(session, insertion.table, lacking, self._dialect)
        if key is None:
            name = insertion.table.primary_key
            insertion = attrs.evolve(insertion, columns=name + insertion.columns, key=0)
            return insertion, [(n, *row) for n, row in zip(numbers, rows)]
        fresh = iter(numbers)
        return insertion, [
            row if row[key] is not None else (*row[:key], next(fresh), *row[key + 1 :])
            for row in rows
        ]

    # --- statements ---------------------------------------------------------------

    def _send(
        self,
        insertion: Insertion,
        rows: Sequence[Sequence[Any]],
        terms: Sequence[str],
        session: PostgresSession,
    ) -> Rows:
        """Insert rows and return what the terms give of them, in any order."""
        if not insertion.columns:
            sql = insertion.text(self._dialect, 1, terms)
            return [told for _ in rows for told in session.query(sql)]
        returned: Rows = []
        for start in range(0, len(rows), _ROWS_PER_INSERT):
            portion = rows[start : start + _ROWS_PER_INSERT]
            sql = insertion.text(self._dialect, len(portion), terms)
            params = [value for row in portion for value in row]
            returned += session.query_once(sql, params)
        return returned

    def _copy(
        self,
        table: Table,
        names: Sequence[str],
        values: Sequence[Sequence[Any]],
        session: PostgresSession,
    ) -> None:
        """Insert the values of the columns of these names by COPY."""
        target = self._dialect.quote(table.name)
        listed = ", ".join(map(self._dialect.quote, names))
        columns = [table.by_name[name] for name in names]
        session.copy(
            f"COPY {target} ({listed}) FROM STDIN", CopySource(columns, values)
        )

    def _terms(self, insertion: Insertion, names: Sequence[str]) -> List[str]:
        """Return what a RETURNING clause has for columns."""
        return insertion.returned_terms(self._dialect, names)

    # --- what rows return ---------------------------------------------------------

    def _returned(
        self,
        plan: InsertPlan,
        insertion: Insertion,
        rows: List[Sequence[Any]],
        wanted: Sequence[str],
        session: PostgresSession,
    ) -> List[Optional[Sequence[Any]]]:
        """Insert rows and return what is wanted of each, None for one left out."""
        found: List[Optional[Sequence[Any]]] = []
        matching = _matching_columns(insertion)
        terms = self._terms(insertion, (*matching, *wanted)) or ["0"]
        for chunk, keys in self._chunks(insertion, rows):
            returned = self._send(insertion, chunk, terms, session)
            if not matching:
                found.append(returned[0] if returned else None)
                continue
            told = self._by_key(plan, matching, returned)
            found += [told.get(key) for key in keys]
        return found

    def _by_key(
        self, plan: InsertPlan, matching: Sequence[str], returned: Rows
    ) -> Dict[Any, Sequence[Any]]:
        """Return what rows returned by their keys, in stored form."""
        if not returned:
            return {}
        width = len(matching)
        codecs = {codec.column.name: codec for codec in plan.codecs}
        values: List[Any] = list(zip(*returned))[:width]
        for place, name in enumerate(matching):
            if name in codecs:
                values[place] = codecs[name].encode(values[place])
        return {key: row[width:] for key, row in zip(zip(*values), returned)}

    def _chunks(
        self, insertion: Insertion, rows: List[Sequence[Any]]
    ) -> Iterator[Chunk]:
        """Yield rows that can go in one statement, with their keys: no two of them
        have the same, which one statement could not update twice."""
        names = _matching_columns(insertion)
        if not names:
            for row in rows:
                yield [row], [()]
            return
        places = [insertion.columns.index(name) for name in names]
        chunk: Dict[Any, Sequence[Any]] = {}
        for row in rows:
            key = tuple(row[place] for place in places)
            if key in chunk or len(chunk) == _ROWS_PER_INSERT:
                yield list(chunk.values()), list(chunk)
                chunk = {}
            chunk[key] = row
        if chunk:
            yield list(chunk.values()), list(chunk)


def _columns(rows: List[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Return the columns of rows."""
    return rows.columns if isinstance(rows, EncodedRows) else turned(rows)


def _told(insertion: Insertion) -> Sequence[str]:
    """Return the columns that tell a row's id."""
    key = insertion.table.single_key
    return () if key is None else (key,)


def _id_of(insertion: Insertion, row: Sequence[Any], rows: Rows) -> RowId:
    """Return the id of a row that was inserted, of what its statement returned."""
    key = insertion.key
    if insertion.told or (insertion.numbered and (key is None or row[key] is None)):
        return _row_id(rows[0][0]) if rows else None
    return 0 if key is None else row[key]


def _row_id(value: Any) -> RowId:
    """Return a key as the id of its row: a UUID as its text."""
    return str(value) if isinstance(value, UUID) else value


def _with_defaults(rows: List[Sequence[Any]], key: int) -> List[Sequence[Any]]:
    """Return rows whose number, where they have none, is the server's to give."""
    return [
        row if row[key] is not None else (*row[:key], _DEFAULT, *row[key + 1 :])
        for row in rows
    ]


def _updates_by_another_key(insertion: Insertion) -> bool:
    """Whether rows may become existing ones that have numbers already."""
    return (
        insertion.on_conflict is OnConflict.UPDATE
        and insertion.conflict_columns != insertion.table.primary_key
    )


def _matching_columns(insertion: Insertion) -> Tuple[str, ...]:
    """Return the columns by which a row is known again: the key that it meets, else
    the primary key; none where the rows lack it."""
    if insertion.on_conflict is OnConflict.UPDATE:
        return insertion.conflict_columns
    key = insertion.table.primary_key
    return key if all(name in insertion.columns for name in key) else ()
