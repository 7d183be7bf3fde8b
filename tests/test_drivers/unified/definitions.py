"""Tables and errors that many cases use."""

from __future__ import annotations

from typing import Any, Dict

from code_analysis_db.exceptions import DriverQueryError, InvalidRequestError

PARENTS: Dict[str, Any] = {
    "name": "parents",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "nullable": False, "unique": True},
        {"name": "age", "type": "INTEGER"},
    ],
    "constraints": [{"type": "check", "name": "age_check", "expression": "age >= 0"}],
}

CHILDREN: Dict[str, Any] = {
    "name": "children",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "parent_id", "type": "INTEGER", "nullable": False},
        {"name": "name", "type": "TEXT"},
    ],
    "constraints": [
        {
            "type": "foreign_key",
            "columns": ["parent_id"],
            "references": {"table": "parents", "columns": ["id"]},
            "on_delete": "CASCADE",
        }
    ],
    "indexes": [{"name": "children_by_parent", "columns": ["parent_id"]}],
}

NUMBER: Dict[str, Any] = {"name": "id", "type": "INTEGER", "primary_key": True}
"""A column that numbers the rows."""


def table(name: str, *columns: Dict[str, Any], **parts: Any) -> Dict[str, Any]:
    """Return the definition of a table."""
    return {"name": name, "columns": list(columns), **parts}


def column(name: str, kind: str = "TEXT", **parts: Any) -> Dict[str, Any]:
    """Return the definition of a column."""
    return {"name": name, "type": kind, **parts}


MALFORMED = (DriverQueryError, InvalidRequestError)
"""What refuses an argument of a wrong type: the driver, or, where a request carries
it, the request's own check."""
