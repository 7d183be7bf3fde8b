"""Calls: how each is made on a database, and what the model says that it gives.

``run`` takes anything that has the methods over rows: a database, a transaction, a
batch (which gives handles).  ``expect`` changes the model, or raises ``Refused``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cmp_to_key
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import attrs

from code_analysis_db.rows import Row

from ....test_dialects.where_model import matches
from .model import Model, Tables

OrderBy = Sequence[Tuple[str, str]]


class Operation(ABC):
    """A call.

    Attributes:
        ordered: whether the order of the rows of its result is stated.
    """

    ordered: bool = True

    @abstractmethod
    def run(self, rows: Any) -> Any:
        """Make the call."""

    @abstractmethod
    def expect(self, model: Model) -> Any:
        """Return what the call gives."""


@attrs.frozen
class Insert(Operation):
    """``insert_many`` of rows whose numbers are given."""

    table: str
    rows: List[Row]
    on_conflict: Optional[str] = None
    returning: bool = False

    def run(self, rows: Any) -> Any:
        """Insert."""
        returning = "*" if self.returning else None
        return rows.insert_many(
            self.table, self.rows, on_conflict=self.on_conflict, returning=returning
        )

    def expect(self, model: Model) -> Any:
        """Return ids, or the rows that were not ignored."""
        found = model.insert(self.table, self.rows, self.on_conflict)
        if self.returning:
            return [row for row in found if row is not None]
        table = model.tables[self.table]
        return [None if row is None else table.row_id(row) for row in found]


@attrs.frozen
class Upsert(Operation):
    """``upsert_many``."""

    table: str
    rows: List[Row]
    conflict_columns: List[str]
    returning: bool = False

    def run(self, rows: Any) -> Any:
        """Upsert."""
        return rows.upsert_many(
            self.table,
            self.rows,
            conflict_columns=self.conflict_columns,
            returning="*" if self.returning else None,
        )

    def expect(self, model: Model) -> Any:
        """Return ids or rows."""
        found = model.insert(
            self.table, self.rows, conflict_columns=self.conflict_columns
        )
        if self.returning:
            return found
        table = model.tables[self.table]
        return [table.row_id(row) for row in found if row is not None]


@attrs.frozen
class Change(Operation):
    """``update`` with new values, ``delete`` without."""

    table: str
    where: Dict[str, Any]
    data: Optional[Row] = None
    max_affected: Optional[int] = None
    returning: bool = False
    ordered = False

    def run(self, rows: Any) -> Any:
        """Update or delete."""
        keywords: Any = {"all_rows": True, "max_affected": self.max_affected}
        keywords["returning"] = "*" if self.returning else None
        if self.data is None:
            return rows.delete(self.table, self.where, **keywords)
        return rows.update(self.table, self.where, self.data, **keywords)

    def expect(self, model: Model) -> Any:
        """Return how many rows, or the rows."""
        if self.data is None:
            found = model.delete(self.table, self.where, self.max_affected)
        else:
            found = model.update(self.table, self.where, self.data, self.max_affected)
        return found if self.returning else len(found)


@attrs.frozen
class Select(Operation):
    """``select``, whose order is whole where the table has a key."""

    table: str
    where: Dict[str, Any]
    order_by: OrderBy = ()
    limit: Optional[int] = None
    offset: Optional[int] = None
    streams: bool = False

    @property
    def ordered(self) -> bool:  # type: ignore[override]
        """Whether an order was asked for."""
        return bool(self.order_by)

    def run(self, rows: Any) -> Any:
        """Select."""
        arguments: Any = (self.where, None, self.limit, self.offset)
        order_by = [list(item) for item in self.order_by] or None
        if self.streams:
            stream = rows.select_iter(
                self.table, *arguments, order_by=order_by, chunk_size=2
            )
            with stream:
                return list(stream)
        return rows.select(self.table, *arguments, order_by)

    def expect(self, model: Model) -> Any:
        """Return the rows."""
        return self.expect_in(model.tables)

    def expect_in(self, tables: Tables) -> List[Row]:
        """Return the rows as they are in these tables."""
        rows = [r for r in tables[self.table].rows if matches(r, self.where) is True]
        rows.sort(key=cmp_to_key(self._compare))
        start = self.offset or 0
        stop = None if self.limit is None else start + self.limit
        return rows[start:stop]

    def _compare(self, left: Row, right: Row) -> int:
        """Compare two rows by the order asked for; NULL is the least value."""
        for name, direction in self.order_by:
            a, b = left[name], right[name]
            if a == b:
                continue
            less = a is None or (b is not None and a < b)
            return -1 if less is (direction == "ASC") else 1
        return 0


@attrs.frozen
class Aggregate(Operation):
    """``aggregate``: counts, and the least and greatest of a column."""

    table: str
    where: Dict[str, Any]
    column: str
    group_by: Optional[List[str]] = None
    extremes: bool = False
    ordered = False

    def run(self, rows: Any) -> Any:
        """Aggregate."""
        calls: Dict[str, Tuple[str, str]] = {
            "rows": ("count", "*"),
            "filled": ("count", self.column),
            "kinds": ("count_distinct", self.column),
        }
        if self.extremes:
            calls.update(low=("min", self.column), high=("max", self.column))
        return rows.aggregate(self.table, calls, self.where, self.group_by)

    def expect(self, model: Model) -> Any:
        """Return one row a group."""
        rows = model.tables[self.table].rows
        groups: Dict[Any, List[Row]] = {} if self.group_by else {"": []}
        for row in rows:
            if matches(row, self.where) is True:
                key = repr([row[name] for name in self.group_by or ()])
                groups.setdefault(key if self.group_by else "", []).append(row)
        return [self._row_of(group) for group in groups.values()]

    def _row_of(self, group: List[Row]) -> Row:
        """Return the result for a group."""
        values = [row[self.column] for row in group if row[self.column] is not None]
        result: Row = {name: group[0][name] for name in self.group_by or ()}
        result.update(rows=len(group), filled=len(values))
        result["kinds"] = len({repr(value) for value in values})
        if self.extremes:
            result["low"] = min(values, default=None)
            result["high"] = max(values, default=None)
        return result


@attrs.frozen
class Batch(Operation):
    """Several writes and reads as one."""

    operations: List[Operation]

    def run(self, rows: Any) -> Any:
        """Run them; return the result of each in a form that compares."""
        with rows.batch() as batch:
            handles = [operation.run(batch) for operation in self.operations]
        return [
            comparable(operation, handle.result)
            for operation, handle in zip(self.operations, handles)
        ]

    def expect(self, model: Model) -> Any:
        """Return the result of each, as ``run`` does."""
        with model.whole():
            return [
                comparable(operation, operation.expect(model))
                for operation in self.operations
            ]


def comparable(operation: Operation, result: Any) -> Any:
    """Return a result in a form that is equal for equal results: values with their
    types, rows sorted where no order was asked for."""
    if not isinstance(result, list):
        return repr(result)
    shown = [_shown(item) for item in result]
    return shown if operation.ordered else sorted(shown)


def _shown(item: Any) -> str:
    """Return a row or a value as text."""
    if isinstance(item, Mapping):
        return repr(sorted((name, repr(value)) for name, value in item.items()))
    return item if isinstance(item, str) and item.startswith("[") else repr(item)
