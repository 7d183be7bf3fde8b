"""Rows that stand in the way of a sync."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import SchemaSyncError
from code_analysis_db.schema.schema import Schema

from ..unified.interface import Database
from .definitions import definition, table, text

OLD = table("t", text("a"), text("b"))


def _obstructed() -> Dict[str, Any]:
    """Return a definition that rows of nulls and of twins do not fit."""
    return definition(
        "2", table("t", text("a", nullable=False), text("b", unique=True))
    )


def test_rows_in_the_way_are_counted_and_nothing_is_changed(
    database: Database,
) -> None:
    """NULLs of a column that must have values, and twins under a new unique key: the
    numbers are told, by a dry run as well, and the failure is in the history."""
    database.sync_schema(definition("1", OLD))
    before = database.export_schema()
    rows: List[Dict[str, Any]] = [
        {"a": None, "b": "x"},
        {"a": None, "b": "y"},
        {"a": "z", "b": "x"},
    ]
    database.insert_many("t", rows)
    told = database.sync_schema(_obstructed(), dry_run=True)["errors"]
    assert any("'a'" in error and "2" in error for error in told)
    assert any("'b'" in error for error in told)
    with pytest.raises(SchemaSyncError, match="'a'.*2.*'b'"):
        database.sync_schema(_obstructed())
    assert database.export_schema() == before
    assert database.count("t") == 3
    assert database.get_schema_history()[-1]["outcome"].startswith("failed: ")
    database.delete("t", {}, all_rows=True)
    assert database.sync_schema(_obstructed())["changed"]
    wanted = Schema.from_definition(_obstructed()).digest
    assert Schema.from_definition(database.export_schema()).digest == wanted
