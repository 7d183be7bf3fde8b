"""Planning inserts and upserts into one table.

What needs thought is which id each row got: given by the caller, numbered by the
database, or told by the statement itself.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..enums import OnConflict, RowIdSource
from ..exceptions import DriverQueryError
from ..schema import Table, near_hint
from ..short_repr import short_repr
from .base import Dialect
from .column_codec import ColumnCodec, column_codecs
from .fulltext import HiddenColumn, with_hidden
from .insert_plan import InsertPlan
from .insertion import Insertion
from .storage import RowsDecoder


def read_on_conflict(given: Any) -> Optional[OnConflict]:
    """Return the choice that a call names.

    Raises:
        DriverQueryError: there is no such choice.
    """
    if given is None:
        return None
    known = [choice.value for choice in OnConflict]
    if not isinstance(given, str) or given not in known:
        raise DriverQueryError(
            f"on_conflict is one of {', '.join(known)}, not"
            f" {short_repr(given)}{near_hint(given, known)}"
        )
    return OnConflict(given)


class InsertPlanner:
    """Makes the insert plans of a table."""

    def __init__(
        self, table: Table, dialect: Dialect, codecs: Dict[str, ColumnCodec]
    ) -> None:
        """Prepare to plan."""
        self._table = table
        self._dialect = dialect
        self._codecs = codecs
        self._hidden: Tuple[HiddenColumn, ...] = ()
        if dialect.fulltext is not None:
            self._hidden = dialect.fulltext.hidden(table)
        if self._hidden:
            self._table = with_hidden(table, self._hidden)
            self._codecs = column_codecs(self._table, dialect)

    def insert(
        self,
        columns: Tuple[str, ...],
        on_conflict: Optional[OnConflict],
        returning: Tuple[str, ...],
        decode: Optional[RowsDecoder],
    ) -> InsertPlan:
        """Plan an insert.

        Raises:
            DriverQueryError: the rows have no key to update over.
        """
        if on_conflict is OnConflict.UPDATE:
            return self.upsert(columns, self._met_key(columns), returning, decode)
        told = on_conflict is OnConflict.IGNORE
        insertion = self._insertion(
            columns, on_conflict=on_conflict, returning=returning, told=told
        )
        return self._plan(insertion, decode)

    def upsert(
        self,
        columns: Tuple[str, ...],
        conflict_columns: Tuple[str, ...],
        returning: Tuple[str, ...],
        decode: Optional[RowsDecoder],
    ) -> InsertPlan:
        """Plan an upsert over a key; a conflict on another key is an error.

        Raises:
            DriverQueryError: the columns are no key, or not among the rows'.
        """
        table = self._table
        keys = [frozenset(key) for key in table.unique_keys]
        if frozenset(conflict_columns) not in keys:
            raise DriverQueryError(
                f"no key of table {table.name!r} has exactly the columns"
                f" {list(conflict_columns)}; its keys are {_listed(table.unique_keys)}",
                table=table.name,
            )
        lacking = [name for name in conflict_columns if name not in columns]
        if lacking:
            raise DriverQueryError(
                f"an upsert into {table.name!r} needs a value for"
                f" {', '.join(map(repr, lacking))} in every row; name another key"
                " with conflict_columns",
                table=table.name,
            )
        assigned = tuple(name for name in columns if name not in conflict_columns)
        assigned += tuple(h.name for h in self._hidden if h.source in assigned)
        by_single_key = conflict_columns == table.primary_key
        insertion = self._insertion(
            columns,
            on_conflict=OnConflict.UPDATE,
            conflict_columns=conflict_columns,
            # With nothing to assign the key is assigned to itself: the row counts,
            # and is returned, as one that was updated.
            assigned=assigned or conflict_columns,
            returning=returning,
            told=table.single_key is not None and not by_single_key,
        )
        return self._plan(insertion, decode)

    def _met_key(self, columns: Tuple[str, ...]) -> Tuple[str, ...]:
        """Return the key over which ``on_conflict="update"`` updates: the primary key,
        or, where the rows lack it, the only other key that they have."""
        present = [
            key
            for key in self._table.unique_keys
            if all(name in columns for name in key)
        ]
        if present and (present[0] == self._table.primary_key or len(present) == 1):
            return present[0]
        found = f"several keys, {_listed(present)}" if present else "no key"
        raise DriverQueryError(
            f"on_conflict='update' into table {self._table.name!r}: the rows have"
            f" {found}; use upsert with conflict_columns",
            table=self._table.name,
        )

    def _insertion(self, columns: Tuple[str, ...], **asked: Any) -> Insertion:
        """Return what is to be done, with what the table says of its key."""
        key = self._table.single_key
        hidden = tuple(column.name for column in self._hidden)
        return Insertion(
            table=self._table,
            columns=columns + hidden,
            key=columns.index(key) if key in columns else None,
            numbered=self._table.numbered_key is not None,
            **asked,
        )

    def _plan(self, insertion: Insertion, decode: Optional[RowsDecoder]) -> InsertPlan:
        """Make a plan."""
        dialect, columns = self._dialect, insertion.columns
        key = insertion.table.single_key
        source = RowIdSource.GIVEN
        if insertion.told:
            source = RowIdSource.RETURNED
        elif insertion.numbered and insertion.key is None:
            source = (
                RowIdSource.GENERATED if dialect.has_last_id else RowIdSource.RETURNED
            )
        terms: List[str] = []
        if dialect.has_returning:
            told = (key,) if source is RowIdSource.RETURNED and key else ()
            terms = insertion.returned_terms(dialect, insertion.returning or told)
            if source is RowIdSource.RETURNED and not terms:
                terms = ["0"]
        rows_per_statement = 1
        if columns and not terms:
            room = dialect.max_parameters // len(columns)
            rows_per_statement = max(1, min(dialect.max_rows_per_insert, room))

        def write(row_count: int) -> str:
            """Return the statement for so many rows."""
            return insertion.text(dialect, row_count, terms)

        return InsertPlan(
            insertion,
            [self._codecs[name] for name in columns],
            write,
            rows_per_statement=rows_per_statement,
            source=source,
            decode=decode,
            hidden=self._hidden,
        )


def _listed(keys: Sequence[Sequence[str]]) -> str:
    """Return keys as text."""
    return ", ".join(str(list(key)) for key in keys) or "none"
