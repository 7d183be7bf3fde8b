"""Definitions that have all that a table can have."""

from __future__ import annotations

from typing import Any, Dict, List

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.schema import Table

OWNERS: Dict[str, Any] = {
    "name": "owners",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "length": 80, "nullable": False},
        {"name": "born", "type": "DATE", "default": "2001-02-03"},
    ],
    "constraints": [{"type": "unique", "columns": ["name", "born"]}],
}

_COLUMNS: List[Dict[str, Any]] = [
    {"name": "number", "type": "INTEGER"},
    {"name": "part", "type": "TEXT", "length": 20},
    {"name": "owner", "type": "INTEGER", "nullable": False},
    {"name": "word", "type": "TEXT", "default": 'it\'s \\ 100% "x"'},
    {"name": "size", "type": "INTEGER", "default": -5},
    {"name": "ratio", "type": "REAL", "default": 0.5},
    {"name": "good", "type": "BOOLEAN", "default": False, "nullable": False},
    {
        "name": "price",
        "type": "DECIMAL",
        "precision": 9,
        "scale": 2,
        "default": "-1.50",
    },
    {"name": "at", "type": "DATETIME", "default": "2020-01-02T03:04:05.000006"},
    {
        "name": "made",
        "type": "DATETIME",
        "default": {"expression": "CURRENT_TIMESTAMP"},
    },
    {"name": "moment", "type": "DATETIME", "timezone": True},
    {"name": "day", "type": "DATE", "default": {"expression": "CURRENT_DATE"}},
    {"name": "hour", "type": "TIME", "default": "23:59:59.5"},
    {"name": "raw", "type": "BLOB", "default": {"base64": "AP8n"}},
    {"name": "data", "type": "JSON", "default": {"value": {"a": [1, "it's"]}}},
    {"name": "key", "type": "UUID", "default": "00000000-0000-0000-0000-000000000005"},
]


def parts(dialect: Dialect) -> Dict[str, Any]:
    """Return the definition of a table with a part of every kind."""
    indexes: List[Dict[str, Any]] = [
        {"name": "by_size", "columns": ["size", ["day", "DESC"]]},
        {"name": "by_key", "columns": ["key"], "unique": True},
    ]
    if dialect.has_partial_indexes:
        indexes += [
            {"name": "some", "columns": ["size"], "where": {"size": {"gt": 5}}},
            {"name": "more", "columns": ["day"], "where": "size > 7 AND word <> 'x%'"},
        ]
    return {
        "name": "parts",
        "columns": _COLUMNS,
        "constraints": [
            {"type": "primary_key", "columns": ["number", "part"]},
            {"type": "unique", "columns": ["hour"]},
            {"type": "unique", "name": "priced", "columns": ["price", "size"]},
            {
                "type": "foreign_key",
                "columns": ["owner"],
                "references": {"table": "owners", "columns": ["id"]},
                "on_delete": "CASCADE",
            },
            {"type": "check", "expression": "size < 1000"},
            {"type": "check", "name": "worded", "expression": "word <> 'it''s %' "},
            {"type": "check", "expression": "ratio > 0 OR size > 0"},
        ],
        "indexes": indexes,
    }


def table_of(definition: Dict[str, Any]) -> Table:
    """Return the table of a definition."""
    return Table.from_definition(definition)
