"""The parts of a table as the dicts of its definition.

The opposite way is ``table_reader``'s.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence

from ..enums import Direction
from .column import Column
from .constraint import CheckConstraint, ForeignKey
from .default_form import default_to_definition, default_value
from .index import Index


def column_definition(column: Column, portable: bool = True) -> Dict[str, Any]:
    """Describe a column, but for the keys that it is in.

    Args:
        column: the column.
        portable: give the default in a form that JSON carries; else as a Python value.
    """
    default = default_to_definition(column) if portable else default_value(column)
    described: Dict[str, Any] = {
        "name": column.name,
        "type": column.type.value,
        "nullable": column.nullable,
        "default": default,
    }
    for name in ("length", "precision", "scale", "renamed_from"):
        value = getattr(column, name)
        if value is not None:
            described[name] = value
    for name in ("timezone", "autoincrement"):
        if getattr(column, name):
            described[name] = True
    return described


def key_definition(
    kind: str, columns: Sequence[str], name: Optional[str]
) -> Dict[str, Any]:
    """Describe a primary key or a unique constraint."""
    return _named({"type": kind, "columns": list(columns)}, name)


def foreign_key_definition(key: ForeignKey) -> Dict[str, Any]:
    """Describe a foreign key."""
    references: Dict[str, Any] = {"table": key.table}
    if key.references:
        references["columns"] = list(key.references)
    described = {
        "type": "foreign_key",
        "columns": list(key.columns),
        "references": references,
    }
    for event, action in (("on_delete", key.on_delete), ("on_update", key.on_update)):
        if action is not None:
            described[event] = action.value
    return _named(described, key.name)


def check_definition(check: CheckConstraint) -> Dict[str, Any]:
    """Describe a check constraint."""
    return _named({"type": "check", "expression": check.expression}, check.name)


def index_definition(index: Index) -> Dict[str, Any]:
    """Describe an index."""
    described: Dict[str, Any] = {
        "name": index.name,
        "columns": [
            (
                column.name
                if column.direction is Direction.ASC
                else [column.name, column.direction.value]
            )
            for column in index.columns
        ],
    }
    for flag in ("unique", "fulltext"):
        if getattr(index, flag):
            described[flag] = True
    if index.where is not None:
        described["where"] = index.where.given
    return described


def _named(described: Dict[str, Any], name: Optional[str]) -> Dict[str, Any]:
    """Add the name, where there is one."""
    return {**described, "name": name} if name is not None else described
