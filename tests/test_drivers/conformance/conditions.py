"""Random values of every type, and random conditions over the columns of a table.

The values are few, so that conditions meet them, and each is there to be confused with
another: by case, by a space, by a last digit.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, Mapping
from uuid import UUID

from hypothesis import strategies as st

# Letters that mean something to LIKE, GLOB, ranges, case folding or collations.
TEXT = st.text("aAbB%_\\*?[]^-é\ud7ff\ue000\U0010ffff ", max_size=4)

VALUES: Dict[str, st.SearchStrategy[Any]] = {
    "TEXT": TEXT,
    "INTEGER": st.integers(-3, 3) | st.sampled_from([2**53 + 1, -(2**63), 2**63 - 1]),
    "REAL": st.sampled_from([-1.5, 0.0, 0.1, 0.30000000000000004, 1e300, 2.0]),
    "BOOLEAN": st.booleans(),
    "DATETIME": st.sampled_from(
        [dt.datetime(1000, 1, 1)]
        + [dt.datetime(2024, 3, 31, 2, 30, 0, n) for n in (0, 1, 999999)]
    ),
    "DATE": st.sampled_from([dt.date(1000, 1, 1), dt.date(2024, 2, 29)])
    | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    "TIME": st.sampled_from([dt.time(0), dt.time(9), dt.time(10, 0, 0, 1)]),
    "DECIMAL": st.decimals(-10, 10, places=1)
    | st.sampled_from([Decimal("0.10"), Decimal("1E+9"), Decimal(0)]),
    "BLOB": st.binary(max_size=2),
    "JSON": st.sampled_from([{"a": 1}, {"a": {"b": []}}, [], ["x"], "x", "", 7]),
    "UUID": st.sampled_from([UUID(int=0), UUID(int=1), UUID(int=2**128 - 1)]),
}

_PATTERNS = ("like", "not_like", "ilike", "not_ilike")
_PARTS = ("startswith", "endswith", "contains")


def _whole(pattern: str) -> bool:
    """Tell whether the last backslash of a pattern escapes something."""
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 0


@st.composite
def _tests(draw: st.DrawFn, kind: str) -> Any:
    """Draw what a condition says of a column of the type."""
    value = VALUES[kind]
    operators: Dict[str, st.SearchStrategy[Any]] = {
        "is_null": st.booleans(),
        "is_distinct": st.none() | value,
        "in": st.lists(value, max_size=5),
        "not_in": st.lists(value, max_size=5),
        **{operator: st.none() | value for operator in ("eq", "neq")},
    }
    if kind != "JSON":
        bounds = st.lists(value, min_size=2, max_size=2)
        operators.update({"between": bounds, "not_between": bounds})
        operators.update({operator: value for operator in ("gt", "gte", "lt", "lte")})
    if kind == "TEXT":
        operators.update({operator: TEXT.filter(_whole) for operator in _PATTERNS})
        operators.update({operator: TEXT for operator in _PARTS})
    some = st.lists(st.sampled_from(sorted(operators)), min_size=1, max_size=2)
    tested = {operator: draw(operators[operator]) for operator in draw(some)}
    if kind == "JSON":
        return tested
    plain = draw(st.none() | value | st.lists(value, max_size=3))
    return draw(st.sampled_from([tested, tested, plain]))


@st.composite
def _entries(draw: st.DrawFn, kinds: Mapping[str, str]) -> Dict[str, Any]:
    """Draw a condition without connectives."""
    names = draw(st.lists(st.sampled_from(sorted(kinds)), max_size=2, unique=True))
    return {
        (f"\\{n}" if n in ("or", "and", "not") else n): draw(_tests(kinds[n]))
        for n in names
    }


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nest conditions."""
    return st.one_of(
        st.fixed_dictionaries({"or": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    )


def conditions(kinds: Mapping[str, str]) -> st.SearchStrategy[Dict[str, Any]]:
    """Return conditions over columns of these names and types."""
    return st.recursive(_entries(kinds), _nested, max_leaves=6)
