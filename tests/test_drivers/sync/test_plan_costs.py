"""What a sync tells beforehand of what its steps cost, and of long texts in keys."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import SchemaSyncError

from ..unified.interface import Database
from ..unified.place import Place
from .definitions import definition, table, text


def _costs(database: Database, *columns: Dict[str, Any], **more: Any) -> List[str]:
    """Return what a change of table t, which has a and b, is said to cost."""
    wanted = definition("2", table("t", *columns, **more))
    report = database.sync_schema(wanted, dry_run=True, allow_destructive=True)
    (step,) = report["steps"]
    costs: List[str] = step["costs"]
    return costs


def test_costs_are_told(database: Database, place: Place) -> None:
    """An index reads, a dropped column is lost, a type may write every row anew."""
    number = {"name": "b", "type": "INTEGER"}
    database.sync_schema(definition("1", table("t", text("a"), number)))
    index = {"name": "i", "columns": ["a"]}
    dialect = place.dialect
    is_one_file = not dialect.alters_in_place
    assert _costs(database, text("a"), number, indexes=[index]) == (
        ["reads_rows", "blocks_writes"]
        if is_one_file or dialect.has_transactional_ddl
        else ["reads_rows"]
    )
    assert "loses_data" in _costs(database, text("a"))
    assert "loses_data" not in _costs(database, text("a"), number, text("c"))
    assert "rewrites_table" in _costs(database, text("a"), text("b"))
    longer = {"name": "a", "type": "TEXT", "length": 60}
    assert ("rewrites_table" in _costs(database, longer, number)) is is_one_file


def test_texts_too_long_for_a_key_are_counted(database: Database) -> None:
    """The limit is the same on every database; nothing is cut."""
    column = {"name": "a", "type": "TEXT"}
    database.sync_schema(definition("1", table("t", column)))
    database.insert_many("t", [{"a": "x" * 1000}, {"a": "y"}])
    wanted = definition("2", table("t", {**column, "unique": True}))
    (told,) = database.sync_schema(wanted, dry_run=True)["errors"]
    assert "takes 700 characters, and has more in 1 row" in told
    with pytest.raises(SchemaSyncError):
        database.sync_schema(wanted)
    database.delete("t", {"a": "x" * 1000})
    assert database.sync_schema(wanted)["changed"]
    assert not database.sync_schema(wanted)["changed"]
