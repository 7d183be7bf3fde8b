"""What a sync does not do is told by name, and nothing is changed."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import SchemaSyncError

from ..unified.interface import Database
from ..unified.place import Place
from .definitions import definition, table, text


def _refused(database: Database, wanted: Dict[str, Any]) -> str:
    """Return why a sync is refused, which changes nothing and says so beforehand."""
    before = database.export_schema()
    told = database.sync_schema(wanted, dry_run=True, allow_destructive=True)["errors"]
    with pytest.raises(SchemaSyncError) as caught:
        database.sync_schema(wanted, allow_destructive=True)
    assert database.export_schema() == before
    assert caught.value.message == "; ".join(told)
    return str(caught.value.message)


@pytest.mark.parametrize(
    "before, after",
    [
        ({"type": "REAL"}, {"type": "INTEGER"}),
        ({"type": "BOOLEAN"}, {"type": "DATE"}),
        ({"type": "TEXT"}, {"type": "JSON"}),
    ],
)
def test_types_that_do_not_become_others_are_refused(
    database: Database, before: Dict[str, Any], after: Dict[str, Any]
) -> None:
    """Whatever the rows are, also where there are none."""
    database.sync_schema(definition("1", table("t", {"name": "c", **before})))
    wanted = definition("2", table("t", {"name": "c", **after}))
    assert "column 'c' of table 't' cannot be changed" in _refused(database, wanted)


def test_a_narrowed_column_that_is_left_changes_in_all_else(
    database: Database,
) -> None:
    """Its length stays, and is told; what it takes and its default are as wanted."""
    database.sync_schema(definition("1", table("t", text("c"))))
    database.insert("t", {"c": "x" * 40})
    new = {"name": "c", "type": "TEXT", "length": 5, "nullable": False, "default": "d"}
    wanted = definition("2", table("t", new))
    report = database.sync_schema(wanted)
    assert [(left["table"], left["column"]) for left in report["left"]] == [("t", "c")]
    assert "TEXT(50)" in report["left"][0]["reason"]
    database.insert("t", {})
    rows = database.select("t", columns=["c"], order_by=["id"])
    assert rows == [{"c": "x" * 40}, {"c": "d"}]
    (column,) = [c for c in database.get_table_info("t") if c["name"] == "c"]
    assert not column["nullable"]
    assert not database.sync_schema(wanted)["changed"]


def test_a_left_column_that_must_have_a_value_is_told(database: Database) -> None:
    """Who writes by the new definition gives it none."""
    old = table("t", text("a"), text("b", nullable=False))
    database.sync_schema(definition("1", old))
    (left,) = database.sync_schema(definition("2", table("t", text("a"))))["left"]
    assert left["column"] == "b"
    assert "rows are refused" in left["reason"]


def test_a_left_column_keeps_its_keys_and_indexes(database: Database) -> None:
    """They go with it, not before it."""
    old = table(
        "t",
        text("a"),
        text("b", unique=True),
        indexes=[{"name": "t_b_a", "columns": ["b", "a"]}],
    )
    database.sync_schema(definition("1", old))
    wanted = definition("2", table("t", text("a")))
    report = database.sync_schema(wanted)
    assert report["steps"] == []
    (kept,) = database.export_schema()["tables"]
    assert [index["name"] for index in kept["indexes"]] == ["t_b_a"]


def test_a_check_of_a_column_that_a_foreign_key_changes(
    database: Database, place: Place
) -> None:
    """Where a server takes none that is told beforehand, for new tables as well."""
    number = {"name": "n", "type": "INTEGER"}
    check = {"type": "check", "expression": "n > 0"}
    reference = {
        "type": "foreign_key",
        "columns": ["n"],
        "references": {"table": "t", "columns": ["id"]},
        "on_delete": "SET NULL",
    }
    both = definition("2", table("t", number, constraints=[check, reference]))
    if place.dialect.checks_changed_keys:
        assert database.sync_schema(both)["changed"]
        return
    assert "offers no check of a column" in _refused(database, both)
    database.sync_schema(definition("1", table("t", number, constraints=[check])))
    assert "offers no check of a column" in _refused(database, both)


def test_another_primary_key_beside_numbers_is_refused(database: Database) -> None:
    """The numbers would be lost."""
    database.sync_schema(definition("1", table("t", text("a", nullable=False))))
    columns: List[Dict[str, Any]] = [
        {"name": "id", "type": "INTEGER"},
        text("a", nullable=False),
    ]
    wanted = definition(
        "2",
        {
            "name": "t",
            "columns": columns,
            "constraints": [{"type": "primary_key", "columns": ["a"]}],
        },
    )
    assert "primary key" in _refused(database, wanted)


def test_columns_and_constraints_change(database: Database) -> None:
    """Where ALTER TABLE does it not, the table is built anew."""
    database.sync_schema(definition("1", table("t", text("a"), text("b"))))
    database.insert("t", {"a": "p", "b": "q"})
    wanted = definition(
        "2",
        table(
            "t",
            text("a", default="x"),
            text("b", unique=True),
            constraints=[{"type": "check", "expression": "a <> 'y'"}],
        ),
    )
    assert database.sync_schema(wanted)["modified_tables"] == ["t"]
    assert not database.sync_schema(wanted)["changed"]
    assert database.select("t") == [{"id": 1, "a": "p", "b": "q"}]
