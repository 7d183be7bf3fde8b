"""Without ``allow_destructive`` nothing is lost, and what is left is told by name."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from ..unified.interface import Database
from .definitions import definition, table, text

_REST = text("a")
_INDEX = {"name": "i", "columns": ["c"]}
_NARROWED: List[Tuple[Dict[str, Any], Any, Dict[str, Any]]] = [
    ({"type": "TEXT"}, "5", {"type": "TEXT", "length": 5}),
    ({"type": "TEXT"}, "5", {"type": "INTEGER"}),
    ({"type": "TEXT"}, "2024-02-29", {"type": "DATE"}),
    ({"type": "INTEGER"}, 1, {"type": "BOOLEAN"}),
    ({"type": "INTEGER"}, 5, {"type": "REAL"}),
    ({"type": "INTEGER"}, 5, {"type": "DECIMAL", "precision": 5, "scale": 0}),
]


@pytest.mark.parametrize("case", _NARROWED, ids=lambda case: case[2]["type"])
def test_a_type_is_narrowed_when_it_is_allowed(
    database: Database, case: Tuple[Dict[str, Any], Any, Dict[str, Any]]
) -> None:
    """Till then the column stays, though every value fits: those to come may not."""
    before, value, after = case
    database.sync_schema(definition("1", table("t", {"name": "c", **before})))
    database.insert("t", {"c": value})
    wanted = definition("2", table("t", {"name": "c", **after}))
    report = database.sync_schema(wanted)
    assert report["steps"] == []
    ((name, column, reason),) = [tuple(left.values()) for left in report["left"]]
    assert (name, column) == ("t", "c")
    assert f"it stays {before['type']}" in reason
    assert "allow_destructive=True would change it, if every value fits" in reason
    assert database.select("t") == [{"id": 1, "c": value}]
    report = database.sync_schema(wanted, allow_destructive=True)
    assert report["left"] == [] and report["modified_tables"] == ["t"]
    assert database.get_table_info("t")[1]["type"] == after["type"]
    assert database.count("t") == 1


def test_a_column_and_a_table_are_dropped_when_it_is_allowed(
    database: Database,
) -> None:
    """With all that is in them."""
    old = definition("1", table("t", _REST, text("c")), table("u", _REST))
    database.sync_schema(old)
    database.insert("t", {"a": "x", "c": "kept"})
    database.insert("u", {"a": "kept"})
    wanted = definition("2", table("t", _REST))
    report = database.sync_schema(wanted)
    assert [(left["table"], left["column"]) for left in report["left"]] == [
        ("u", ""),
        ("t", "c"),
    ]
    assert all(
        "allow_destructive=True would drop it" in left["reason"]
        for left in report["left"]
    )
    assert database.select("t", columns=["c"]) == [{"c": "kept"}]
    assert database.count("u") == 1
    report = database.sync_schema(wanted, allow_destructive=True)
    assert report["left"] == [] and report["dropped_tables"] == ["u"]
    assert [c["name"] for c in database.get_table_info("t")] == ["id", "a"]


@pytest.mark.parametrize(
    ("before", "more"),
    [
        ({"default": "d"}, {}),
        ({"nullable": False}, {}),
        ({"unique": True}, {}),
        ({}, {"indexes": [_INDEX]}),
        ({}, {"constraints": [{"type": "check", "expression": "c <> 'y'"}]}),
    ],
)
def test_what_holds_no_data_goes_at_once(
    database: Database, before: Dict[str, Any], more: Dict[str, Any]
) -> None:
    """Defaults, indexes and constraints are what the definition says."""
    database.sync_schema(definition("1", table("t", text("c", **before), **more)))
    database.insert("t", {"c": "x"})
    wanted = definition("2", table("t", text("c")))
    report = database.sync_schema(wanted)
    assert report["left"] == [] and report["modified_tables"] == ["t"]
    assert not any("loses_data" in step["costs"] for step in report["steps"])
    assert database.select("t") == [{"id": 1, "c": "x"}]
    assert not database.sync_schema(wanted)["changed"]
