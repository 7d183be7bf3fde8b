"""The statements over one table, from what a call asks for.

A call is read once, into the *shape* that its SQL text depends on and the parameters
in stored form; the text is a cached function of the shape.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..exceptions import DriverQueryError, GuardError
from ..schema import Table
from .aggregation import (
    Aggregate,
    aggregate_decoders,
    aggregate_text,
    read_aggregates,
)
from .assignment import read_assigned
from .base import Dialect
from .column_codec import ColumnCodec, column_codecs
from .column_list import check_names, read_names
from .condition import TRUE, Condition, all_of, settled
from .insert_plan import InsertPlan
from .insert_planner import InsertPlanner, read_on_conflict
from .ordering import Order, read_after, read_order, read_row_count
from .search_statement import SearchMaker
from .select_maker import SelectMaker
from .statement import Lookup, Statement
from .storage import RowsDecoder, rows_decoder
from .table_conditions import TableConditions

__all__ = ["Statement", "TableStatements"]

_CACHED_TEXTS = 512
_CACHED_PLANS = 128


class _Text(NamedTuple):
    """The text of a statement, and what its rows are."""

    sql: str
    columns: Tuple[str, ...] = ()
    decode: Optional[RowsDecoder] = None


class TableStatements:
    """Makes the statements over a table.

    Thread-safe.  Keep one a table, and make a new one when the table changes.

    Attributes:
        table: the table.
        dialect: whose SQL the statements are in.
        conditions: what may be asked of the table's rows.
        make_select: makes the select of a :class:`~.selection.Selection`.
        make_search: makes the statements of a search, see :class:`.SearchMaker`.
    """

    def __init__(
        self,
        table: Table,
        dialect: Dialect,
        known: Mapping[str, TableStatements] = MappingProxyType({}),
    ) -> None:
        """Prepare the codecs of the columns.

        Args:
            known: the tables that were read, which conditions may reach into.
        """
        self.table = table
        self.dialect = dialect
        self._codecs: Dict[str, ColumnCodec] = column_codecs(table, dialect)
        self._quoted = dialect.quote(table.name)
        self._known = known
        self.conditions = TableConditions(table, self._codecs, dialect, self._other)
        self.make_select = SelectMaker(self.select, self.conditions.comparands).make
        self.make_search = SearchMaker(
            table, dialect, self._codecs, self.conditions
        ).make
        fulltext = dialect.fulltext
        self._hidden = () if fulltext is None else fulltext.hidden(table)
        self._planner = InsertPlanner(table, dialect, self._codecs)
        self._select_text = lru_cache(_CACHED_TEXTS)(self._write_select)
        self._change_text = lru_cache(_CACHED_TEXTS)(self._write_change)
        self._lookup_text = lru_cache(_CACHED_TEXTS)(self._write_lookup)
        self._aggregate_text = lru_cache(_CACHED_TEXTS)(self._write_aggregate)
        self._insert_plan = lru_cache(_CACHED_PLANS)(self._plan_insert)
        self._upsert_plan = lru_cache(_CACHED_PLANS)(self._plan_upsert)

    # --- reading ---------------------------------------------------------------------

    def select(
        self,
        where: Optional[Mapping[str, Any]] = None,
        columns: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order_by: Any = None,
        distinct: bool = False,
        after: Optional[Sequence[Any]] = None,
    ) -> Statement:
        """Make a select.

        Raises:
            DriverQueryError: an argument that does not fit the table.
        """
        params: List[Any] = []
        condition = self.conditions.read(where, params)
        order: Order = ()
        if order_by:
            order = read_order(order_by, self._codecs, self.table.name)
        if after is not None:
            beyond = read_after(
                after,
                order,
                self.table.unique_keys,
                self._codecs,
                self.table.name,
                params,
            )
            condition = settled(all_of([condition, beyond]), params, 0)
        names = None if columns is None else read_names(columns, self.table)
        text = self._select_text(
            names,
            condition,
            order,
            bool(distinct),
            limit is not None,
            offset is not None,
        )
        if limit is not None:
            params.append(read_row_count("limit", limit))
        if offset is not None:
            params.append(read_row_count("offset", offset))
        return self._statement(text, params)

    def _write_select(
        self,
        columns: Optional[Tuple[str, ...]],
        condition: Condition,
        order: Order,
        distinct: bool,
        has_limit: bool,
        has_offset: bool,
    ) -> _Text:
        """Write a select."""
        names = columns or self.table.column_names
        shown = self._listed(names)
        if distinct and order:
            # of equal rows one is shown: what they are ordered by must be in there
            shown = ", ".join(self._codecs[name].ordered_term for name in names)
        words = ["SELECT DISTINCT" if distinct else "SELECT", shown]
        words += ["FROM", self._quoted, *self.conditions.clause(condition)]
        if order:
            for name, _ in order:
                if distinct and name not in names:
                    raise DriverQueryError(
                        f"with distinct, order_by takes selected columns only; {name!r}"
                        f" of table {self.table.name!r} is not selected",
                        table=self.table.name,
                        column=name,
                    )
            terms = [
                self.dialect.order_term(self.table.by_name[name], direction)
                for name, direction in order
            ]
            words.append(f"ORDER BY {', '.join(terms)}")
        if has_limit or has_offset:
            words.append(self.dialect.limit(has_limit, has_offset))
        return _Text(" ".join(words), names, self._decoder(names))

    def count(self, where: Optional[Mapping[str, Any]] = None) -> Statement:
        """Make a count of the rows that match: one row of one column."""
        return self.aggregate({"count": ("count", "*")}, where)

    def aggregate(
        self,
        aggregates: Mapping[str, Sequence[str]],
        where: Optional[Mapping[str, Any]] = None,
        group_by: Optional[Sequence[str]] = None,
    ) -> Statement:
        """Make an aggregation.

        Raises:
            DriverQueryError: an argument that does not fit the table.
        """
        params: List[Any] = []
        condition = self.conditions.read(where, params)
        wanted = read_aggregates(aggregates, self._codecs, self.table.name)
        groups = read_names(group_by, self.table) if group_by else ()
        text = self._aggregate_text(wanted, groups, condition)
        return self._statement(text, params)

    def _write_aggregate(
        self,
        wanted: Tuple[Aggregate, ...],
        groups: Tuple[str, ...],
        condition: Condition,
    ) -> _Text:
        """Write an aggregation."""
        names = (*groups, *(aggregate.result for aggregate in wanted))
        if len(set(names)) != len(names):
            raise DriverQueryError(
                f"the results {list(names)} have a name twice", table=self.table.name
            )
        shown = [self._codecs[name].term for name in groups]
        shown += [aggregate_text(a, self._codecs, self.dialect) for a in wanted]
        words = ["SELECT", ", ".join(shown), "FROM", self._quoted]
        words += self.conditions.clause(condition)
        if groups:
            words.append(f"GROUP BY {self._listed(groups)}")
        decoders = [self._codecs[name].decode for name in groups]
        decoders += aggregate_decoders(wanted, self._codecs)
        decode = rows_decoder(self.table.name, names, decoders)
        return _Text(" ".join(words), names, decode)

    # --- writing ---------------------------------------------------------------------

    def update(
        self,
        where: Optional[Mapping[str, Any]],
        data: Mapping[str, Any],
        returning: Any = None,
        all_rows: bool = False,
    ) -> Statement:
        """Make an update.

        Raises:
            GuardError: ``where`` matches every row, and ``all_rows`` is not set.
            DriverQueryError: an argument that does not fit the table.
        """
        names, params = read_assigned(data, self.table, self._codecs, self._hidden)
        return self._change("update", names, where, params, returning, all_rows)

    def delete(
        self,
        where: Optional[Mapping[str, Any]],
        returning: Any = None,
        all_rows: bool = False,
    ) -> Statement:
        """Make a delete, guarded as :meth:`update` is."""
        return self._change("delete", (), where, [], returning, all_rows)

    def _change(
        self,
        verb: str,
        names: Tuple[str, ...],
        where: Optional[Mapping[str, Any]],
        params: List[Any],
        returning: Any,
        all_rows: bool,
    ) -> Statement:
        """Make an update or a delete, once its guard lets it pass."""
        condition = self.conditions.read(where, params)
        if condition is TRUE and not all_rows:
            raise GuardError(
                f"this where matches every row of table {self.table.name!r}; pass"
                f" all_rows=True to {verb} them all",
                table=self.table.name,
            )
        returned = self._returned(returning)
        text = self._change_text(names, condition, returned)
        statement = self._statement(text, params)
        if returned and not self.dialect.has_returning:
            values = dict(zip(names, params))
            lookup = Lookup(
                self._lookup_text(returned, condition),
                params[len(names) :],
                [(p, values[n]) for p, n in enumerate(returned) if n in values],
            )
            return statement._replace(lookup=lookup)
        return statement

    def _write_change(
        self, assigned: Tuple[str, ...], condition: Condition, returned: Tuple[str, ...]
    ) -> _Text:
        """Write an update of the assigned columns, a delete where there are none."""
        if assigned:
            pairs = [
                f"{self.dialect.quote(name)} = {self.dialect.placeholder}"
                for name in assigned
            ]
            words = ["UPDATE", self._quoted, "SET", ", ".join(pairs)]
        else:
            words = ["DELETE FROM", self._quoted]
        words += self.conditions.clause(condition)
        if returned and self.dialect.has_returning:
            shown = [
                self.dialect.returned_term(self.table.by_name[name])
                for name in returned
            ]
            words.append(f"RETURNING {', '.join(shown)}")
        return _Text(" ".join(words), returned, self._decoder(returned))

    def _write_lookup(self, wanted: Tuple[str, ...], condition: Condition) -> str:
        """Write the select that locks the rows of a change."""
        select = self._write_select(wanted, condition, (), False, False, False)
        return f"{select.sql} {self.dialect.locking_clause()}"

    def insert_plan(
        self,
        columns: Sequence[str],
        on_conflict: Optional[str] = None,
        returning: Any = None,
    ) -> InsertPlan:
        """Plan the insert of rows with these columns; none means all defaults.

        Raises:
            DriverQueryError: an argument that does not fit the table.
        """
        if type(returning) is list:
            returning = tuple(returning)
        try:
            return self._insert_plan(tuple(columns), on_conflict, returning)
        except TypeError:
            # What cannot be looked up is no name either.
            return self._plan_insert(columns, on_conflict, returning)

    def _plan_insert(
        self, columns: Sequence[str], on_conflict: Optional[str], returning: Any
    ) -> InsertPlan:
        """Plan an insert."""
        names = check_names(columns, self.table)
        returned = self._returned(returning)
        decode = self._decoder(returned)
        conflict = read_on_conflict(on_conflict)
        return self._planner.insert(names, conflict, returned, decode)

    def upsert_plan(
        self,
        columns: Sequence[str],
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Any = None,
    ) -> InsertPlan:
        """Plan the upsert of rows with these columns.

        Args:
            columns: of the rows.
            conflict_columns: a key of the table; the primary key where None.
            returning: columns to return.

        Raises:
            DriverQueryError: an argument that does not fit the table.
        """
        names = check_names(columns, self.table)
        met = self.table.primary_key
        if conflict_columns is not None:
            met = read_names(conflict_columns, self.table)
        return self._upsert_plan(names, met, self._returned(returning))

    def _plan_upsert(
        self,
        columns: Tuple[str, ...],
        met: Tuple[str, ...],
        returned: Tuple[str, ...],
    ) -> InsertPlan:
        """Plan an upsert over the key ``met``."""
        return self._planner.upsert(columns, met, returned, self._decoder(returned))

    # --- parts -----------------------------------------------------------------------

    def _statement(self, text: _Text, params: List[Any]) -> Statement:
        """Put text and parameters together."""
        if len(params) > self.dialect.max_parameters:
            raise DriverQueryError(
                f"a statement over table {self.table.name!r} has {len(params)} values;"
                f" {self.dialect.name} takes {self.dialect.max_parameters}",
                table=self.table.name,
            )
        return Statement(text.sql, params, text.columns, text.decode)

    def _listed(self, names: Sequence[str]) -> str:
        """Return columns as SQL."""
        return ", ".join(self._codecs[name].term for name in names)

    def _other(self, name: str) -> Optional[TableConditions]:
        """Return the conditions of another table, None where it was not read yet."""
        other = self._known.get(name)
        return None if other is None else other.conditions

    def _decoder(self, names: Sequence[str]) -> Optional[RowsDecoder]:
        """Return the decoder of rows with these columns."""
        decoders = [self._codecs[name].decode for name in names]
        return rows_decoder(self.table.name, names, decoders, self.table.primary_key)

    def _returned(self, returning: Any) -> Tuple[str, ...]:
        """Return the columns that a write returns."""
        if returning is None:
            return ()
        if returning == "*":
            return self.table.column_names
        return read_names(returning, self.table)
