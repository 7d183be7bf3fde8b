"""Definitions that the tests of syncs share."""

from __future__ import annotations

from typing import Any, Dict

PROJECTS: Dict[str, Any] = {
    "name": "projects",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "length": 100, "nullable": False},
    ],
    "constraints": [{"type": "unique", "columns": ["name"]}],
}
FILES: Dict[str, Any] = {
    "name": "files",
    "columns": [
        {"name": "project_id", "type": "INTEGER", "nullable": False},
        {"name": "path", "type": "TEXT", "length": 100, "nullable": False},
        {"name": "size", "type": "INTEGER", "default": 0},
        {"name": "seen_at", "type": "DATETIME", "timezone": True},
        {"name": "details", "type": "JSON"},
    ],
    "constraints": [
        # story 23: a composite key is one key
        {"type": "primary_key", "columns": ["project_id", "path"]},
        {
            "type": "foreign_key",
            "columns": ["project_id"],
            "references": {"table": "projects", "columns": ["id"]},
            "on_delete": "CASCADE",
        },
        {"type": "check", "expression": "size >= 0"},
    ],
    "indexes": [
        {"name": "files_by_size", "columns": [["size", "DESC"]]},
    ],
}
#: The tables that refer to others come first.
DEFINITION: Dict[str, Any] = {"version": "1", "tables": [FILES, PROJECTS]}


def definition(version: str, *tables: Dict[str, Any]) -> Dict[str, Any]:
    """Return the definition of some tables."""
    return {"version": version, "tables": list(tables)}


def table(name: str, *columns: Dict[str, Any], **more: Any) -> Dict[str, Any]:
    """Return a table with a numbered key and some columns."""
    key = {"name": "id", "type": "INTEGER", "primary_key": True}
    return {"name": name, "columns": [key, *columns], **more}


def text(name: str, **more: Any) -> Dict[str, Any]:
    """Return a column of short text."""
    return {"name": name, "type": "TEXT", "length": 50, **more}
