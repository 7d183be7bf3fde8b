"""A table, its parts and a difference, stated briefly."""

from __future__ import annotations

from typing import Any, Dict, List

import attrs

from code_analysis_db.schema import Table, TableDifference

COLUMNS: List[Dict[str, Any]] = [
    {"name": "id", "type": "INTEGER", "primary_key": True},
    {"name": "a", "type": "TEXT"},
    {"name": "b", "type": "INTEGER"},
]


def table(*constraints: Dict[str, Any], **parts: Any) -> Table:
    """Read the definition of a table ``t``."""
    return Table.from_definition(
        {"name": "t", "columns": COLUMNS, "constraints": constraints, **parts}
    )


def unique(*names: str, **said: Any) -> Dict[str, Any]:
    """Define a unique constraint."""
    return {"type": "unique", "columns": list(names), **said}


def foreign_key(references: Any = "other", **said: Any) -> Dict[str, Any]:
    """Define a foreign key of ``b``."""
    return {"type": "foreign_key", "columns": ["b"], "references": references, **said}


def check(expression: str = "b > 0", **said: Any) -> Dict[str, Any]:
    """Define a check."""
    return {"type": "check", "expression": expression, **said}


def index(where: Any = None, **said: Any) -> Dict[str, Any]:
    """Define an index over ``a``."""
    return {"name": "i", "columns": ["a"], "where": where, **said}


def parts_of(difference: TableDifference) -> Dict[str, Any]:
    """Return what a difference holds, but for the tables, by the names of its parts."""
    return {
        field.name: value
        for field in attrs.fields(TableDifference)
        if field.name not in ("before", "after")
        and (value := getattr(difference, field.name))
    }
