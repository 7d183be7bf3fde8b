"""Random definitions of schemas: types, defaults, keys, references, checks, indexes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Dict, List

from hypothesis import strategies as st

from .definitions import definition

_NAMES = ["t", "Order", "two words", "größe"]
_COLUMNS = ["a", "b", "select", "Mixed", "näher"]
#: What a column of a kind may have beside its name, and what its default may be.
_KINDS: Dict[str, Any] = {
    "TEXT": ({"length": 40}, st.text("aä'%\\ ", max_size=5)),
    "INTEGER": ({}, st.integers(-(2**63), 2**63 - 1)),
    "REAL": ({}, st.floats(allow_nan=False, allow_infinity=False)),
    "BOOLEAN": ({}, st.booleans()),
    "DATETIME": ({}, st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))),
    "DATE": ({}, st.dates(date(1970, 1, 1))),
    "TIME": ({}, st.times().map(lambda moment: moment.replace(tzinfo=None))),
    "DECIMAL": (
        {"precision": 12, "scale": 3},
        st.decimals(Decimal(-1000), Decimal(1000), places=3),
    ),
    "UUID": ({}, st.uuids()),
    "JSON": ({}, st.nothing()),
    "BLOB": ({}, st.nothing()),
}
_KEYED = {"TEXT", "INTEGER", "DATE", "UUID", "BOOLEAN", "DECIMAL"}


@st.composite
def columns(draw: st.DrawFn, name: str) -> Dict[str, Any]:
    """Draw a column."""
    kind = draw(st.sampled_from(sorted(_KINDS)))
    sizes, values = _KINDS[kind]
    column = {"name": name, "type": kind, "nullable": draw(st.booleans()), **sizes}
    if not values.is_empty and draw(st.booleans()):
        column["default"] = draw(values)
    return column


@st.composite
def tables(draw: st.DrawFn, name: str, before: List[str]) -> Dict[str, Any]:
    """Draw a table, which may refer to those before it and to itself."""
    names = draw(st.lists(st.sampled_from(_COLUMNS), min_size=1, unique=True))
    drawn = [draw(columns(name)) for name in names]
    keyed = [column["name"] for column in drawn if column["type"] in _KEYED]
    constraints: List[Dict[str, Any]] = []
    if draw(st.booleans()) and keyed:
        constraints.append({"type": "unique", "columns": keyed[:2]})
    numbers = [c["name"] for c in drawn if c["type"] == "INTEGER" and c["nullable"]]
    if draw(st.booleans()) and numbers:
        constraints.append(
            {
                "type": "foreign_key",
                "columns": numbers[:1],
                "references": {
                    "table": draw(st.sampled_from([*before, name])),
                    "columns": ["id"],
                },
                "on_delete": draw(st.sampled_from([None, "CASCADE", "SET NULL"])),
            }
        )
    if "a" in numbers and draw(st.booleans()):
        constraints.append({"type": "check", "expression": "a >= 0"})
    indexes = []
    if draw(st.booleans()) and keyed:
        direction = draw(st.sampled_from(["ASC", "DESC"]))
        indexes.append(
            {"name": f"{name} by {keyed[-1]}", "columns": [[keyed[-1], direction]]}
        )
    key = {"name": "id", "type": "INTEGER", "primary_key": True}
    return {
        "name": name,
        "columns": [key, *drawn],
        "constraints": constraints,
        "indexes": indexes,
    }


@st.composite
def schemas(draw: st.DrawFn, version: str) -> Dict[str, Any]:
    """Draw a definition."""
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=3, unique=True))
    drawn = [draw(tables(name, names[:i])) for i, name in enumerate(names)]
    return definition(version, *drawn)
