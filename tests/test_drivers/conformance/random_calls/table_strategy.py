"""Random tables: keys of every kind, columns of every type, constraints."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from hypothesis import strategies as st

from ..conditions import VALUES
from .model import Model
from .model_table import CHECKED

TABLE_NAMES = ["t", "order", "Mixed Case", 'q"π']
COLUMN_NAMES = ["a", "Select", "100%", "it's"]
_KEYLESS = ("JSON", "BLOB")

KEYS: Mapping[str, List[Dict[str, Any]]] = {
    "number": [{"name": "id", "type": "INTEGER", "primary_key": True}],
    "text": [{"name": "key", "type": "TEXT", "primary_key": True}],
    "uuid": [{"name": "key", "type": "UUID", "primary_key": True}],
    "pair": [
        {"name": "x", "type": "INTEGER", "primary_key": True},
        {"name": "y", "type": "BOOLEAN", "primary_key": True},
    ],
    "none": [],
}


@st.composite
def columns(draw: st.DrawFn, name: str) -> Dict[str, Any]:
    """Draw a column that is in no key but perhaps its own."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    column: Dict[str, Any] = {"name": name, "type": kind}
    column["nullable"] = draw(st.booleans()) or draw(st.booleans())
    if kind not in _KEYLESS and draw(st.integers(0, 3)) == 0:
        column["unique"] = True
    elif draw(st.booleans()):
        value = draw(VALUES[kind])
        column["default"] = {"value": value} if kind == "JSON" else value
    return column


@st.composite
def _references(draw: st.DrawFn, model: Model) -> List[Dict[str, Any]]:
    """Draw a column that refers to a table with a simple key, or none."""
    targets = [
        (name, table.schema.single_key)
        for name, table in model.tables.items()
        if table.schema.single_key is not None and not table.schema.foreign_keys
    ]
    if not targets or not draw(st.booleans()):
        return []
    name, key = draw(st.sampled_from(targets))
    actions = [None, "CASCADE", "SET NULL"]
    references = {
        "table": name,
        "columns": [key],
        "on_delete": draw(st.sampled_from(actions)),
        "on_update": draw(st.sampled_from(actions)),
    }
    kind = model.tables[name].kinds[str(key)]
    return [{"name": "ref", "type": kind, "references": references}]


@st.composite
def definitions(draw: st.DrawFn, model: Model) -> Dict[str, Any]:
    """Draw a table; its name may be taken."""
    body = [dict(column) for column in KEYS[draw(st.sampled_from(sorted(KEYS)))]]
    for name in COLUMN_NAMES[: draw(st.integers(1, 3))]:
        body.append(draw(columns(name)))
    constraints: List[Dict[str, Any]] = []
    if draw(st.booleans()):
        body.append({"name": CHECKED, "type": "INTEGER", "default": 1})
        expression = f"{CHECKED} >= 0"
        constraints.append({"type": "check", "expression": expression})
    body += draw(_references(model))
    return {
        "name": draw(st.sampled_from(TABLE_NAMES)),
        "columns": body,
        "constraints": constraints,
    }
