"""``alter_table`` changes columns, constraints and indexes of tables with rows in them,
on every database: where its ALTER TABLE cannot, the table is built anew."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import (
    CheckViolationError,
    ForeignKeyViolationError,
    NotNullViolationError,
    SchemaDefinitionError,
    SchemaSyncError,
    UniqueViolationError,
    UnsupportedError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def _filled(family: Database) -> List[Dict[str, Any]]:
    """Give the family two parents, each with a child; return the parents."""
    for name in ("a", "b"):
        key = family.insert("parents", {"name": name, "age": 7})
        family.insert("children", {"parent_id": key, "name": f"of {name}"})
    return family.select("parents", order_by=["id"])


def _sized(family: Database, name: str, columns: List[str]) -> Dict[str, Any]:
    """Return the definition that the database gives of a table's column."""
    (found,) = [c for c in family.get_table_info(name) if c["name"] in columns]
    return found


def test_columns_are_changed(family: Database) -> None:
    """What they take and their defaults; rows and children stay."""
    rows = _filled(family)
    changed = {"name": "name", "nullable": True, "default": "x"}
    assert family.alter_table("parents", {"alter_columns": [changed]}) is True
    assert family.select("parents", order_by=["id"]) == rows
    assert family.count("children") == 2
    assert family.insert("parents", {}, returning=["name"]) == {"name": "x"}
    family.insert("parents", {"name": None})
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"name": "x"})
    assert family.alter_table("parents", {"alter_columns": [changed]}) is False


def test_values_get_another_type(family: Database) -> None:
    """Their meaning stays."""
    _filled(family)
    changes: Dict[str, Any] = {
        "drop_constraints": ["age_check"],
        "alter_columns": [{"name": "age", "type": "TEXT", "length": 20}],
    }
    assert family.alter_table("parents", changes) is True
    assert family.select("parents", columns=["age"]) == [{"age": "7"}] * 2
    assert _sized(family, "parents", ["age"])["length"] == 20


def test_nulls_in_the_way_are_counted(family: Database) -> None:
    """And nothing is changed."""
    family.insert_many("parents", [{"name": n} for n in "abc"])
    before = family.get_table_info("parents")
    changes: Dict[str, Any] = {
        "add_columns": [column("x")],
        "alter_columns": [{"name": "age", "nullable": False}],
    }
    with pytest.raises(SchemaSyncError, match="'age' .* in 3 rows"):
        family.alter_table("parents", changes)
    assert family.get_table_info("parents") == before
    family.update("parents", {}, {"age": 1}, all_rows=True)
    assert family.alter_table("parents", changes) is True
    with pytest.raises(NotNullViolationError):
        family.insert("parents", {"name": "d", "age": None})


def test_twins_in_the_way_are_counted(family: Database) -> None:
    """Of what is to be unique; nothing is changed."""
    rows = _filled(family)
    before = family.get_table_info("parents")
    changes: Dict[str, Any] = {
        "add_columns": [column("x")],
        "add_indexes": [{"name": "by_age", "columns": ["age"], "unique": True}],
    }
    with pytest.raises(SchemaSyncError, match="in 2 rows, and is to be unique"):
        family.alter_table("parents", changes)
    assert family.get_table_info("parents") == before
    assert family.alter_table("parents", {"add_columns": [column("x")]}) is True
    assert family.select("parents", columns=["id", "name", "age"]) == rows


def test_constraints_come_and_go(family: Database) -> None:
    """By their names, and the rows stay."""
    rows = _filled(family)[:1]
    family.delete("parents", {"name": "b"})
    unique = {"type": "unique", "name": "one_age", "columns": ["age"]}
    check = {"type": "check", "name": "short", "expression": "age < 100"}
    changes: Dict[str, Any] = {"add_constraints": [unique, check]}
    assert family.alter_table("parents", changes) is True
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"name": "b", "age": 7})
    with pytest.raises(CheckViolationError):
        family.insert("parents", {"name": "b", "age": 100})
    gone = {"drop_constraints": ["one_age", "short", "age_check"]}
    assert family.alter_table("parents", gone) is True
    family.insert("parents", {"name": "b", "age": 7})
    family.insert("parents", {"name": "c", "age": -1})
    assert family.select("parents", order_by=["id"])[:1] == rows
    assert family.count("children") == 1


def test_constraints_without_a_name_go(family: Database) -> None:
    """They are told by what they are, whatever the database calls them."""
    _filled(family)
    unique = {"type": "unique", "columns": ["name"]}
    assert family.alter_table("parents", {"drop_constraints": [unique]}) is True
    family.insert("parents", {"name": "a"})
    foreign_key = {"type": "foreign_key", "columns": ["parent_id"]}
    assert family.alter_table("children", {"drop_constraints": [foreign_key]}) is True
    family.insert("children", {"parent_id": 99})
    assert family.count("children") == 3
    with pytest.raises(SchemaDefinitionError, match="no constraint"):
        family.alter_table("children", {"drop_constraints": [foreign_key]})


def test_a_column_goes_with_all_that_it_is_in(family: Database) -> None:
    """When that is told in the same call."""
    _filled(family)
    changes: Dict[str, Any] = {
        "drop_columns": ["parent_id"],
        "drop_indexes": ["children_by_parent"],
        "drop_constraints": [{"type": "foreign_key", "columns": ["parent_id"]}],
    }
    assert family.alter_table("children", changes) is True
    assert family.select("children", columns=["name"], order_by=["id"]) == [
        {"name": "of a"},
        {"name": "of b"},
    ]
    assert family.drop_table("parents") is True


def test_a_foreign_key_comes(family: Database) -> None:
    """When every row refers to one; those that do not are counted."""
    database = family
    _filled(database)
    database.create_table(table("notes", NUMBER, column("of", "INTEGER")))
    database.insert_many("notes", [{"of": 1}, {"of": 98}, {"of": 99}, {"of": None}])
    key = {
        "type": "foreign_key",
        "columns": ["of"],
        "references": {"table": "parents", "columns": ["id"]},
        "on_delete": "CASCADE",
    }
    with pytest.raises(SchemaSyncError, match="in 2 rows"):
        database.alter_table("notes", {"add_constraints": [key]})
    database.delete("notes", {"of": {"gt": 90}})
    assert database.alter_table("notes", {"add_constraints": [key]}) is True
    with pytest.raises(ForeignKeyViolationError):
        database.insert("notes", {"of": 99})
    database.delete("parents", {"id": 1})
    assert database.select("notes", columns=["of"]) == [{"of": None}]


def test_a_key_that_others_refer_to_stays(database: Database) -> None:
    """It is told which table refers to it, before anything is changed."""
    code = column("code", length=20, nullable=False, unique=True)
    database.create_table(table("lands", NUMBER, code))
    refers = {"table": "lands", "columns": ["code"]}
    land = column("land", length=20, references=refers)
    database.create_table(table("towns", NUMBER, land))
    database.insert("lands", {"code": "x"})
    database.insert("towns", {"land": "x"})
    before = database.export_schema()
    key = {"type": "unique", "columns": ["code"]}
    for changes in (
        {"add_columns": [column("a")], "drop_constraints": [key]},
        {
            "add_columns": [column("a")],
            "alter_columns": [{"name": "code", "type": "DATE"}],
        },
        {"drop_columns": ["code"], "drop_constraints": [key]},
    ):
        with pytest.raises(UnsupportedError, match="towns"):
            database.alter_table("lands", changes)
        assert database.export_schema() == before
    assert database.drop_table("towns") is True
    assert database.alter_table("lands", {"drop_constraints": [key]}) is True


def test_a_key_that_others_refer_to_is_made_anew(database: Database) -> None:
    """Under another name, longer, taking NULL: the foreign keys to it are there
    after it as before."""
    code = column("code", length=20, nullable=False, unique=True)
    database.create_table(table("lands", NUMBER, code))
    refers = {"table": "lands", "columns": ["code"]}
    land = column("land", length=20, references=refers)
    database.create_table(table("towns", NUMBER, land))
    database.insert("lands", {"code": "x"})
    database.insert("towns", {"land": "x"})
    key = {"type": "unique", "columns": ["code"]}
    changes: Dict[str, Any] = {
        "drop_constraints": [key],
        "add_constraints": [{**key, "name": "one_code"}],
        "alter_columns": [{"name": "code", "length": 30, "nullable": True}],
    }
    assert database.alter_table("lands", changes) is True
    changes = {"alter_columns": [{"name": "land", "length": 30, "nullable": False}]}
    assert database.alter_table("towns", changes) is True
    with pytest.raises(ForeignKeyViolationError):
        database.insert("towns", {"land": "y"})
    with pytest.raises(UniqueViolationError):
        database.insert("lands", {"code": "x"})
    assert database.select("towns", columns=["land"]) == [{"land": "x"}]
    with pytest.raises(ForeignKeyViolationError):
        database.delete("lands", {"code": "x"})


def test_a_key_that_numbers_the_rows_is_renamed(family: Database) -> None:
    """It goes on numbering, and foreign keys follow; nothing else of it changes."""
    rows = _filled(family)
    assert family.alter_table("parents", {"rename_columns": {"id": "key"}}) is True
    assert family.select("parents", columns=["key"], order_by=["key"]) == [
        {"key": row["id"]} for row in rows
    ]
    assert family.insert("parents", {"name": "c"}) == rows[-1]["id"] + 1
    with pytest.raises(ForeignKeyViolationError):
        family.insert("children", {"parent_id": 99})
    before = family.export_schema()
    refused: List[Dict[str, Any]] = [
        {"alter_columns": [{"name": "key", "type": "TEXT"}]},
        {"alter_columns": [{"name": "key", "nullable": True}]},
        {"alter_columns": [{"name": "key", "default": 5}]},
        {"drop_constraints": [{"type": "primary_key"}]},
    ]
    for changes in refused:
        with pytest.raises(UnsupportedError, match="'key'.* numbers the rows"):
            family.alter_table("parents", {**changes, "add_columns": [column("x")]})
    assert family.export_schema() == before


def test_rows_get_numbers(database: Database) -> None:
    """A table without a key gets one that numbers the rows which are there."""
    database.create_table(table("t", column("a", length=10)))
    database.insert_many("t", [{"a": "x"}, {"a": "y"}])
    assert database.alter_table("t", {"add_columns": [NUMBER]}) is True
    rows = database.select("t", columns=["id"], order_by=["id"])
    assert rows == [{"id": 1}, {"id": 2}]
    assert database.insert("t", {"a": "z"}) == 3


def test_a_primary_key_comes_and_goes(database: Database) -> None:
    """One that does not number the rows."""
    a, b = (column(name, length=10, nullable=False) for name in "ab")
    key = {"type": "primary_key", "columns": ["a"]}
    database.create_table(table("t", a, b, constraints=[key]))
    database.insert_many("t", [{"a": "x", "b": "p"}, {"a": "y", "b": "p"}])
    other = {"type": "primary_key", "columns": ["b"]}
    changes: Dict[str, Any] = {
        "drop_constraints": [{"type": "primary_key"}],
        "add_constraints": [other],
    }
    with pytest.raises(SchemaSyncError, match="in 2 rows"):
        database.alter_table("t", changes)
    changes["add_constraints"] = [{**other, "columns": ["a", "b"]}]
    assert database.alter_table("t", changes) is True
    database.insert("t", {"a": "x", "b": "q"})
    with pytest.raises(UniqueViolationError):
        database.insert("t", {"a": "x", "b": "p"})


def test_a_changed_table_is_what_a_sync_makes(family: Database) -> None:
    """A sync to what is exported after it finds nothing to do."""
    _filled(family)
    changes: Dict[str, Any] = {
        "add_columns": [column("size", "INTEGER", nullable=False, default=3)],
        "rename_columns": {"name": "title"},
        "alter_columns": [{"name": "title", "length": 99}],
        "add_constraints": [{"type": "unique", "columns": ["size", "title"]}],
        "add_indexes": [{"name": "by_size", "columns": [["size", "DESC"]]}],
        "rename_to": "people",
    }
    assert family.alter_table("parents", changes) is True
    assert not family.sync_schema(family.export_schema(), dry_run=True)["steps"]
    assert family.select("people", columns=["title", "size"], order_by=["id"]) == [
        {"title": "a", "size": 3},
        {"title": "b", "size": 3},
    ]
    assert family.count("children") == 2
