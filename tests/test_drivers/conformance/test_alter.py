"""``alter_table``: columns and indexes come and go, names change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    ForeignKeyViolationError,
    NotNullViolationError,
    SchemaDefinitionError,
    SchemaSyncError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def test_nothing_asked_is_nothing_done(family: Database) -> None:
    assert family.alter_table("parents", {}) is False
    assert family.alter_table("parents", {"add_columns": []}) is False
    assert family.alter_table("parents", {"rename_to": None}) is False


def test_columns_are_added(family: Database) -> None:
    """Rows that are there get the default."""
    family.insert("parents", {"name": "a"})
    on = column("on", "BOOLEAN", nullable=False, default=False)
    born = column("born", "DATE")
    assert family.alter_table("parents", {"add_columns": [on, born]}) is True
    assert family.select("parents", columns=["name", "on", "born"]) == [
        {"name": "a", "on": False, "born": None}
    ]
    family.insert("parents", {"name": "b", "on": True, "born": dt.date(2000, 1, 1)})
    with pytest.raises(NotNullViolationError):
        family.insert("parents", {"name": "c", "on": None})
    assert family.count("parents", {"on": True}) == 1


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("TEXT", "it's 100% \\"),
        ("INTEGER", 7),
        ("REAL", 0.5),
        ("BOOLEAN", True),
        ("DATETIME", dt.datetime(2024, 1, 1, 0, 0, 0, 1)),
        ("DATE", dt.date(2024, 1, 1)),
        ("TIME", dt.time(1, 2, 3, 4)),
        ("DECIMAL", Decimal("1.5000000000")),
        ("BLOB", b"\0\xff"),
        ("JSON", [1, {"a": None}]),
    ],
)
def test_columns_of_every_type_are_added_with_a_default(
    family: Database, kind: str, default: Any
) -> None:
    family.insert("parents", {"name": "a"})
    added = column("new", kind, nullable=False, default=default)
    family.alter_table("parents", {"add_columns": [added]})
    family.insert("parents", {"name": "b"})
    rows = family.select("parents", columns=["new"])
    assert rows == [{"new": default}] * 2
    assert family.get_table_info("parents")[-1]["default"] == default


def test_a_column_that_takes_no_null_needs_a_value_for_the_rows(
    family: Database,
) -> None:
    """Without a default it is refused where there are rows, which are counted."""
    changes = {"add_columns": [column("new", "INTEGER", nullable=False)]}
    family.insert_many("parents", [{"name": "a"}, {"name": "b"}])
    with pytest.raises(SchemaSyncError, match="'new' .* in 2 rows"):
        family.alter_table("parents", changes)
    assert len(family.get_table_info("parents")) == 3
    family.delete("parents", {}, all_rows=True)
    assert family.alter_table("parents", changes) is True
    with pytest.raises(NotNullViolationError):
        family.insert("parents", {"name": "c"})


def test_a_column_that_refers_is_added(family: Database) -> None:
    """With its foreign key, which must fit."""
    refers = {"table": "parents", "columns": ["id"], "on_delete": "SET NULL"}
    added = {"add_columns": [column("of", "INTEGER", references=refers)]}
    assert family.alter_table("children", added) is True
    key = family.insert("parents", {"name": "a"})
    other = family.insert("parents", {"name": "b"})
    family.insert("children", {"parent_id": key, "of": other})
    with pytest.raises(ForeignKeyViolationError):
        family.insert("children", {"parent_id": key, "of": 99})
    assert family.delete("parents", {"id": other}) == 1
    assert family.select("children", columns=["of"]) == [{"of": None}]
    wrong = {"table": "parents", "columns": ["age"]}
    changes = {"add_columns": [column("x", "INTEGER", references=wrong)]}
    with pytest.raises(SchemaDefinitionError):
        family.alter_table("children", changes)


def test_a_column_is_renamed_with_what_it_is_in(family: Database) -> None:
    """Its values, its index, the foreign keys to it."""
    key = family.insert("parents", {"name": "a"})
    assert family.alter_table("parents", {"rename_columns": {"name": "title"}})
    assert family.select("parents", columns=["title"]) == [{"title": "a"}]
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"title": "a"})
    with pytest.raises(UnknownColumnError):
        family.insert("parents", {"name": "b"})
    assert family.alter_table("children", {"rename_columns": {"parent_id": "of"}})
    family.insert("children", {"of": key})
    with pytest.raises(ForeignKeyViolationError):
        family.insert("children", {"of": 99})
    assert family.upsert("parents", {"title": "a"}, conflict_columns=["title"]) == key


def test_a_column_goes(family: Database) -> None:
    family.insert("children", {"parent_id": family.insert("parents", {"name": "a"})})
    assert family.alter_table("children", {"drop_columns": ["name"]}) is True
    assert family.select("children") == [{"id": 1, "parent_id": 1}]
    with pytest.raises(UnknownColumnError):
        family.select("children", {"name": "x"})


def test_a_column_goes_with_its_index(database: Database) -> None:
    index = {"name": "by_a", "columns": ["a"]}
    columns = [NUMBER, column("a", length=50), column("b")]
    database.create_table(table("t", *columns, indexes=[index]))
    with pytest.raises(UnsupportedError, match="by_a"):
        database.alter_table("t", {"drop_columns": ["a"]})
    changes = {"drop_columns": ["a"], "drop_indexes": ["by_a"]}
    assert database.alter_table("t", changes) is True
    assert [info["name"] for info in database.get_table_info("t")] == ["id", "b"]


@pytest.mark.parametrize("name", ["id", "parent_id"])
def test_a_column_that_a_key_needs_stays(family: Database, name: str) -> None:
    with pytest.raises(UnsupportedError, match=name):
        family.alter_table("children", {"drop_columns": [name]})
    assert len(family.get_table_info("children")) == 3


def test_a_renamed_table_keeps_its_rows_and_its_children(family: Database) -> None:
    """The foreign keys to it follow."""
    key = family.insert("parents", {"name": "a"})
    family.insert("children", {"parent_id": key, "name": "b"})
    assert family.alter_table("parents", {"rename_to": "people"}) is True
    assert family.list_tables() == ["children", "people"]
    assert family.select("people", columns=["name"]) == [{"name": "a"}]
    with pytest.raises(UnknownTableError):
        family.select("parents")
    with pytest.raises(ForeignKeyViolationError):
        family.insert("children", {"parent_id": 99})
    with pytest.raises(ForeignKeyViolationError):
        family.drop_table("people")
    assert family.insert("people", {"name": "c"}) == key + 1
    added = {"add_columns": [column("x", "BOOLEAN")]}
    assert family.alter_table("children", added) is True
    assert family.delete("people", {"id": key}) == 1
    assert family.count("children") == 0


def test_several_changes_at_once(family: Database) -> None:
    family.insert("parents", {"name": "a", "age": 1})
    changes: Dict[str, Any] = {
        "rename_columns": {"name": "title"},
        "add_columns": [column("size", "INTEGER", default=3)],
        "add_indexes": [{"name": "by_size", "columns": ["size", "title"]}],
        "rename_to": "people",
    }
    assert family.alter_table("parents", changes) is True
    expected: List[Dict[str, Any]] = [{"id": 1, "title": "a", "age": 1, "size": 3}]
    assert family.select("people") == expected


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"add_column": [column("x")]}, SchemaDefinitionError),
        ({"add_columns": [column("name")]}, SchemaDefinitionError),
        ({"add_columns": [column("NAME")]}, SchemaDefinitionError),
        ({"add_columns": [column("x", "TXT")]}, SchemaDefinitionError),
        ({"add_columns": "x"}, SchemaDefinitionError),
        ({"drop_columns": ["nothing"]}, UnknownColumnError),
        ({"rename_columns": {"nothing": "x"}}, UnknownColumnError),
        ({"rename_columns": {"name": "age"}}, SchemaDefinitionError),
        ({"drop_indexes": ["nothing"]}, SchemaDefinitionError),
        ({"rename_to": "children"}, DriverQueryError),
        ({"rename_to": "Children"}, SchemaDefinitionError),
        ({"rename_to": ""}, SchemaDefinitionError),
        ({"rename_to": 5}, SchemaDefinitionError),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(
    family: Database, changes: Any, error: type[Exception]
) -> None:
    """And nothing of it is done."""
    before = family.get_table_info("parents")
    with pytest.raises(error):
        family.alter_table("parents", changes)
    assert family.get_table_info("parents") == before
    assert family.list_tables() == ["children", "parents"]
    family.insert("parents", {"name": "a", "age": 1})
