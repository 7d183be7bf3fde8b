"""Every kind of row that stands in the way of a sync is counted beforehand."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import SchemaSyncError

from ..unified.interface import Database
from .definitions import definition, table, text

_NUMBER = {"name": "n", "type": "INTEGER"}
_REFERENCE = {
    "type": "foreign_key",
    "columns": ["n"],
    "references": {"table": "parent", "columns": ["id"]},
}


def _told(database: Database, wanted: Dict[str, Any]) -> List[str]:
    """Return what is in the way, by a dry run and by one that fails and changes
    nothing."""
    before = database.export_schema()
    told: List[str] = database.sync_schema(wanted, dry_run=True)["errors"]
    with pytest.raises(SchemaSyncError) as caught:
        database.sync_schema(wanted)
    assert caught.value.message == "; ".join(told)
    assert database.export_schema() == before
    return told


def test_orphans_of_a_new_foreign_key(database: Database) -> None:
    """Those of a table that is there, and of one that is yet to come."""
    child = table("child", _NUMBER)
    database.sync_schema(definition("1", child))
    database.insert_many("child", [{"n": 7}, {"n": 8}, {"n": None}])
    wanted = definition("2", {**child, "constraints": [_REFERENCE]}, table("parent"))
    expected = (
        "column 'n' of table 'child' refers to no row of table 'parent' in 2 rows, and"
        " is to be a foreign key; change or delete them first"
    )
    assert _told(database, wanted) == [expected]
    database.sync_schema(definition("1", child, table("parent", text("a"))))
    database.insert("parent", {"id": 7})
    assert _told(database, wanted) == [expected.replace("2 rows", "1 row")]
    database.insert("parent", {"id": 8})
    assert database.sync_schema(wanted)["modified_tables"] == ["child"]
    assert database.count("child") == 3


def test_rows_that_a_new_check_refuses(database: Database) -> None:
    """A column that is renamed goes by its new name; NULL fails nothing."""
    database.sync_schema(definition("1", table("t", _NUMBER)))
    database.insert_many("t", [{"n": -1}, {"n": -2}, {"n": None}, {"n": 3}])
    renamed = {"name": "m", "type": "INTEGER", "renamed_from": "n"}
    check = {"type": "check", "expression": "m >= 0"}
    wanted = definition("2", table("t", renamed, constraints=[check]))
    assert _told(database, wanted) == [
        "check (m >= 0) of table 't' fails in 2 rows; change or delete them first"
    ]
    database.delete("t", {"n": {"lt": 0}})
    database.sync_schema(wanted)
    assert [row["m"] for row in database.select("t", order_by=["id"])] == [None, 3]


def test_twins_under_a_new_unique_index(database: Database) -> None:
    """Of the values of several columns; those with a NULL are no twins."""
    columns = (text("a"), _NUMBER)
    database.sync_schema(definition("1", table("t", *columns)))
    rows = [("x", 1), ("x", 1), ("x", 1), ("x", 2), ("y", None), ("y", None)]
    database.insert_many("t", [{"a": a, "n": n} for a, n in rows])
    index = {"name": "t_a_n", "columns": ["a", "n"], "unique": True}
    wanted = definition("2", table("t", *columns, indexes=[index]))
    assert _told(database, wanted) == [
        "the group of columns 'a', 'n' of table 't' is the same as in another row in"
        " 3 rows, and is to be unique; change or delete all but one of each first"
    ]


def test_a_new_column_that_nobody_has_a_value_for(database: Database) -> None:
    """It comes into an empty table."""
    database.sync_schema(definition("1", table("t", text("a"))))
    database.insert("t", {"a": "x"})
    wanted = definition("2", table("t", text("a"), text("b", nullable=False)))
    (told,) = _told(database, wanted)
    assert "column 'b' is new in table 't'" in told and "1 row" in told
    database.delete("t", {}, all_rows=True)
    assert database.sync_schema(wanted)["changed"]


def test_tables_in_a_circle_are_made_and_dropped(database: Database) -> None:
    """Their foreign keys come last and go first."""
    one = {**_REFERENCE, "references": {"table": "two", "columns": ["id"]}}
    two = {**_REFERENCE, "references": {"table": "one", "columns": ["id"]}}
    wanted = definition(
        "1",
        table("one", _NUMBER, constraints=[one]),
        table("two", _NUMBER, constraints=[two]),
    )
    assert database.sync_schema(wanted)["created_tables"] == ["one", "two"]
    assert not database.sync_schema(wanted)["changed"]
    report = database.sync_schema(definition("2"), allow_destructive=True)
    assert report["dropped_tables"] == ["one", "two"]


def test_both_ends_of_a_foreign_key_change_their_type(database: Database) -> None:
    """The key goes before, and comes after; the values stay."""

    def schema(version: str, kind: Dict[str, Any]) -> Dict[str, Any]:
        """Return two tables whose keys are of a type."""
        key = {"name": "k", "nullable": False, **kind}
        reference = {
            "type": "foreign_key",
            "columns": ["k"],
            "references": {"table": "parent", "columns": ["k"]},
        }
        primary = {"type": "primary_key", "columns": ["k"]}
        return definition(
            version,
            {"name": "parent", "columns": [key], "constraints": [primary]},
            table("child", key, constraints=[reference]),
        )

    database.sync_schema(schema("1", {"type": "DATE"}))
    database.insert("parent", {"k": date(2020, 1, 2)})
    database.insert("child", {"k": date(2020, 1, 2)})
    wanted = schema("2", {"type": "TEXT", "length": 50})
    database.sync_schema(wanted)
    assert not database.sync_schema(wanted)["changed"]
    assert database.select("parent") == [{"k": "2020-01-02"}]
    assert database.select("child", columns=["k"]) == [{"k": "2020-01-02"}]


def test_texts_of_any_length_refer_to_each_other(database: Database) -> None:
    """Of a table that is there, and of two new ones that refer to each other: the
    columns get the type that a key takes."""
    name = {"name": "name", "type": "TEXT", "nullable": False}
    other = {"name": "other", "type": "TEXT"}
    key = {"type": "primary_key", "columns": ["name"]}

    def made(table_name: str, target: str) -> Dict[str, Any]:
        """Return a table whose column other may refer to a target."""
        reference = {
            "type": "foreign_key",
            "columns": ["other"],
            "references": {"table": target, "columns": ["name"]},
        }
        return {
            "name": table_name,
            "columns": [name, other],
            "constraints": [key, reference] if target else [key],
        }

    first = definition("1", made("a", ""), made("b", ""))
    database.sync_schema(first)
    database.insert("a", {"name": "x"})
    database.insert("b", {"name": "y", "other": "x"})
    second = definition("2", made("a", "b"), made("b", "a"))
    for _ in range(2):
        database.sync_schema(second)
        assert not database.sync_schema(second)["changed"]
        database.sync_schema(definition("2"), allow_destructive=True)
