"""Random calls over the tables that there are."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence

import attrs
from hypothesis import strategies as st

from ..conditions import VALUES, conditions
from .model import Model
from .model_table import CHECKED, ModelTable
from .operation import Aggregate, Batch, Change, Insert, Operation, Select, Upsert

_KEY_TEXT = st.sampled_from(["", "a", "A", "a ", "é"])
_ORDERED = ("INTEGER", "REAL", "DECIMAL", "TEXT", "DATETIME", "DATE", "TIME")


def _value(table: ModelTable, name: str) -> st.SearchStrategy[Any]:
    """Return values of a column: few of them in keys, so that rows meet."""
    kind = table.kinds[name]
    if name in ("id", "x", "ref", CHECKED) and kind == "INTEGER":
        return st.integers(-1 if name == CHECKED else 0, 9)
    if name in ("key", "ref") and kind == "TEXT":
        return _KEY_TEXT
    # An exponent is not kept: the values that come back have the column's scale.
    return VALUES[kind].map(_scaled) if kind == "DECIMAL" else VALUES[kind]


def _scaled(value: Any) -> Any:
    """Return a decimal with the scale of the columns."""
    return value.quantize(type(value)("0.0000000000"))


@st.composite
def rows_of(draw: st.DrawFn, table: ModelTable, whole: List[str]) -> Dict[str, Any]:
    """Draw a row; the columns ``whole`` are always there, with a value."""
    row: Dict[str, Any] = {}
    for column in table.schema.columns:
        if column.name in whole:
            row[column.name] = draw(_value(table, column.name))
            continue
        lacking = draw(st.integers(0, 3 if column.nullable else 15)) == 0
        if not lacking:
            null = draw(st.integers(0, 3 if column.nullable else 15)) == 0
            row[column.name] = None if null else draw(_value(table, column.name))
    return row


def _wheres(table: ModelTable) -> st.SearchStrategy[Dict[str, Any]]:
    """Return conditions: any, one that finds rows that are there, none at all."""
    found = st.sampled_from(table.rows) if table.rows else st.nothing()
    key = table.schema.primary_key or tuple(table.kinds)[:1]
    exact = found.map(lambda row: {name: {"eq": row[name]} for name in key})
    return conditions(table.kinds) | exact | st.just({})


def _given_keys(table: ModelTable) -> List[str]:
    """Return the columns that every row states: the primary key."""
    return list(table.schema.primary_key)


@st.composite
def inserts(draw: st.DrawFn, name: str, table: ModelTable) -> Operation:
    """Draw an insert whose keys are given."""
    rows = st.lists(rows_of(table, _given_keys(table)), min_size=1, max_size=4)
    choice = draw(st.sampled_from([None, None, "ignore"]))
    return Insert(name, draw(rows), choice, draw(st.booleans()))


@st.composite
def upserts(draw: st.DrawFn, name: str, table: ModelTable) -> Operation:
    """Draw an upsert over one of the keys; an insert where there is none."""
    keys = table.schema.unique_keys
    if not keys:
        return draw(inserts(name, table))
    key = draw(st.sampled_from(keys))
    whole = sorted({*key, *table.schema.primary_key})

    def met(row: Dict[str, Any]) -> str:
        """Return what the row meets: one row once, since a foreign key that fails on
        the way is an error on some databases, even if it holds at the end."""
        return repr([row[name] for name in key])

    drawn = st.lists(rows_of(table, whole), min_size=1, max_size=3, unique_by=met)
    rows = draw(drawn)
    return Upsert(name, rows, list(key), draw(st.booleans()))


@st.composite
def changes(draw: st.DrawFn, name: str, table: ModelTable) -> Operation:
    """Draw an update or a delete."""
    where = draw(_wheres(table))
    most = draw(st.none() | st.integers(0, 2))
    data: Optional[Dict[str, Any]] = None
    if draw(st.booleans()):
        names = st.lists(st.sampled_from(sorted(table.kinds)), min_size=1, max_size=2)
        data = {}
        for column in draw(names):
            null = draw(st.integers(0, 9)) == 0
            data[column] = None if null else draw(_value(table, column))
    return Change(name, where, data, most, draw(st.booleans()))


@st.composite
def selects(draw: st.DrawFn, name: str, table: ModelTable) -> Operation:
    """Draw a select; where it has a limit, its order is whole."""
    where = draw(_wheres(table))
    key = table.schema.primary_key
    streams = draw(st.booleans())
    if not key or not draw(st.booleans()):
        return Select(name, where, streams=streams)
    sortable = [n for n, kind in table.kinds.items() if kind != "JSON" and n not in key]
    directions = st.sampled_from(["ASC", "DESC"])
    first = draw(st.permutations(sortable))[: draw(st.integers(0, 2))]
    order = [(column, draw(directions)) for column in [*first, *key]]
    limit, offset = draw(st.none() | st.integers(0, 3)), draw(st.integers(0, 2))
    return Select(name, where, order, limit, offset or None, streams)


@st.composite
def aggregates(draw: st.DrawFn, name: str, table: ModelTable) -> Operation:
    """Draw an aggregation."""
    where = draw(_wheres(table))
    column = draw(st.sampled_from(sorted(table.kinds)))
    some = st.lists(st.sampled_from(sorted(table.kinds)), min_size=1, max_size=2)
    group_by = draw(st.none() | some.map(lambda names: sorted(set(names))))
    return Aggregate(name, where, column, group_by, table.kinds[column] in _ORDERED)


Calls = Callable[[str, ModelTable], st.SearchStrategy[Operation]]


@st.composite
def operations(draw: st.DrawFn, model: Model, kinds: Sequence[Calls]) -> Operation:
    """Draw a call of one of the kinds over one of the tables."""
    name = draw(st.sampled_from(sorted(model.tables)))
    return draw(draw(st.sampled_from(kinds))(name, model.tables[name]))


@st.composite
def batches(draw: st.DrawFn, model: Model) -> Batch:
    """Draw several calls as one."""
    kinds = [inserts, upserts, changes, selects, aggregates]
    members = draw(st.lists(operations(model, kinds), min_size=1, max_size=4))
    return Batch(
        [
            # A batch has no streams.
            (
                attrs.evolve(member, streams=False)
                if isinstance(member, Select)
                else member
            )
            for member in members
        ]
    )
