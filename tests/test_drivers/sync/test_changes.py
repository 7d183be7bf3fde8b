"""What a sync does to tables that are there."""

from __future__ import annotations

from ..unified.interface import Database
from .definitions import definition, table, text

OLD = table("t", text("a"), text("b"))


def test_columns_and_indexes_are_added(database: Database) -> None:
    """Rows that are there keep what they have, and get the new column's default."""
    database.sync_schema(definition("1", OLD))
    database.insert("t", {"a": "x", "b": "y"})
    new = table(
        "t",
        text("a"),
        text("b"),
        {"name": "c", "type": "INTEGER", "nullable": False, "default": 7},
        indexes=[{"name": "t_by_c", "columns": ["c", "a"]}],
    )
    report = database.sync_schema(definition("2", new))
    assert report["modified_tables"] == ["t"]
    assert database.select("t") == [{"id": 1, "a": "x", "b": "y", "c": 7}]
    assert not database.sync_schema(definition("2", new))["changed"]


def test_a_column_that_the_definition_has_not_is_left(database: Database) -> None:
    """It would be lost; it goes where the caller says so."""
    database.sync_schema(definition("1", OLD))
    database.insert("t", {"a": "x", "b": "y"})
    new = definition("2", table("t", text("a")))
    report = database.sync_schema(new)
    assert report["steps"] == [] == report["modified_tables"]
    assert [(left["table"], left["column"]) for left in report["left"]] == [("t", "b")]
    assert "allow_destructive" in report["left"][0]["reason"]
    assert database.select("t") == [{"id": 1, "a": "x", "b": "y"}]
    report = database.sync_schema(new, allow_destructive=True)
    assert report["left"] == [] and report["modified_tables"] == ["t"]
    assert database.select("t") == [{"id": 1, "a": "x"}]


def test_what_is_renamed_keeps_its_rows(database: Database) -> None:
    """A table and a column that say what they were called before."""
    database.sync_schema(definition("1", OLD))
    database.insert("t", {"a": "x", "b": "y"})
    new = definition(
        "2", table("u", text("c", renamed_from="a"), text("b"), renamed_from="t")
    )
    report = database.sync_schema(new)
    assert report["renamed_tables"] == {"t": "u"}
    assert report["dropped_tables"] == [] == report["created_tables"]
    assert database.select("u") == [{"id": 1, "c": "x", "b": "y"}]
    assert not database.sync_schema(new)["changed"]


def test_tables_are_dropped_where_the_caller_says_so(database: Database) -> None:
    """Those that refer to others before these."""
    child = table(
        "child",
        {"name": "t_id", "type": "INTEGER"},
        constraints=[
            {
                "type": "foreign_key",
                "columns": ["t_id"],
                "references": {"table": "t", "columns": ["id"]},
            }
        ],
    )
    database.sync_schema(definition("1", OLD, child))
    report = database.sync_schema(definition("2"), allow_destructive=True)
    assert report["dropped_tables"] == ["child", "t"]
    assert database.list_tables() == []
