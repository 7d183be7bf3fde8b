"""Creating, changing, describing tables; what other programs made of the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Dict

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverQueryError,
    SchemaDefinitionError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)

from .conftest import MakeSQLite
from .unified.definitions import CHILDREN, PARENTS


def test_create_and_drop_tell_whether_they_did(driver: BaseDatabaseDriver) -> None:
    assert driver.create_table(PARENTS) is True
    assert driver.create_table(PARENTS) is False
    assert driver.create_table(CHILDREN) is True
    assert driver.list_tables() == ["children", "parents"]
    assert driver.drop_table("children") is True
    assert driver.drop_table("children") is False
    assert driver.list_tables() == ["parents"]
    with pytest.raises(UnknownTableError):
        driver.select("children")
    assert driver.create_table(CHILDREN) is True


def test_faults_of_a_definition_are_named(driver: BaseDatabaseDriver) -> None:
    with pytest.raises(SchemaDefinitionError):
        driver.create_table({"name": "t", "columns": [{"name": "a", "type": "TXT"}]})
    with pytest.raises(
        UnknownTableError, match="refers to the unknown table 'parents'"
    ):
        driver.create_table(CHILDREN)
    assert driver.list_tables() == []


def test_a_composite_key_is_one_key(driver: BaseDatabaseDriver) -> None:
    """Its columns are not keys of their own."""
    columns = [
        {"name": "a", "type": "INTEGER", "primary_key": True},
        {"name": "b", "type": "INTEGER", "primary_key": True},
    ]
    driver.create_table({"name": "t", "columns": columns})
    driver.insert_many("t", [{"a": 1, "b": 1}, {"a": 1, "b": 2}])
    with pytest.raises(UniqueViolationError):
        driver.insert("t", {"a": 1, "b": 2})
    assert [info["primary_key"] for info in driver.get_table_info("t")] == [True, True]


def test_table_info_tells_what_was_declared(driver: BaseDatabaseDriver) -> None:
    driver.create_table(
        {
            "name": "t",
            "columns": [
                {"name": "id", "type": "TEXT", "primary_key": True},
                {"name": "on", "type": "BOOLEAN", "nullable": False, "default": True},
                {"name": "price", "type": "DECIMAL", "precision": 10, "scale": 2},
                {
                    "name": "at",
                    "type": "DATETIME",
                    "default": {"expression": "CURRENT_TIMESTAMP"},
                },
            ],
        }
    )
    infos = {info["name"]: info for info in driver.get_table_info("t")}
    assert infos["id"]["primary_key"] is True
    assert infos["id"]["nullable"] is False
    assert infos["on"]["type"] == "BOOLEAN"
    assert infos["on"]["default"] is True
    assert infos["on"]["nullable"] is False
    assert infos["price"]["scale"] == 2
    assert infos["at"]["default"] == {"expression": "CURRENT_TIMESTAMP"}
    assert all(info["native_type"] for info in infos.values())
    with pytest.raises(UnknownTableError):
        driver.get_table_info("u")


def test_alter_adds_renames_and_drops(family: BaseDatabaseDriver) -> None:
    family.insert("parents", {"name": "a"})
    assert family.alter_table("parents", {}) is False
    assert family.alter_table(
        "parents",
        {
            "add_columns": [
                {"name": "on", "type": "BOOLEAN", "nullable": False, "default": False}
            ],
            "rename_columns": {"name": "title"},
        },
    )
    assert family.select("parents", columns=["title", "on"]) == [
        {"title": "a", "on": False}
    ]
    assert family.alter_table("parents", {"drop_columns": ["on"]})
    with pytest.raises(UnknownColumnError):
        family.select("parents", {"on": True})
    with pytest.raises(UnsupportedError):
        family.alter_table("parents", {"alter_columns": [{"name": "title"}]})
    with pytest.raises(UnknownTableError):
        family.alter_table("nobody", {"drop_columns": ["a"]})


def test_indexes_come_and_go(family: BaseDatabaseDriver) -> None:
    index = {"name": "by_age", "columns": ["age"], "unique": True}
    family.alter_table("parents", {"add_indexes": [index]})
    family.insert("parents", {"name": "a", "age": 1})
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"name": "b", "age": 1})
    family.alter_table("parents", {"drop_indexes": ["by_age"]})
    family.insert("parents", {"name": "b", "age": 1})


def test_a_renamed_table_keeps_its_children(family: BaseDatabaseDriver) -> None:
    """Their foreign key follows, and holds after a change of their table."""
    key = family.insert_row("parents", {"name": "a"})
    family.insert("children", {"parent_id": key, "name": "b"})
    family.alter_table("parents", {"rename_to": "people"})
    assert family.list_tables() == ["children", "people"]
    family.alter_table("children", {"add_columns": [{"name": "x", "type": "BOOLEAN"}]})
    with pytest.raises(DriverQueryError):
        family.insert("children", {"parent_id": 99})
    family.delete("people", {"id": key})
    assert family.count("children") == 0


def test_a_failed_change_leaves_the_table(family: BaseDatabaseDriver) -> None:
    before = family.get_table_info("parents")
    with pytest.raises(DriverQueryError):
        family.alter_table(
            "parents",
            {
                "add_columns": [{"name": "x", "type": "TEXT"}],
                "drop_columns": ["nothing"],
            },
        )
    assert family.get_table_info("parents") == before


def test_schema_version_is_what_was_stored(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    assert driver.get_schema_version() == ""
    driver.create_table(PARENTS)
    assert driver.get_schema_version() == ""
    driver.execute(
        "INSERT INTO _code_analysis_db_properties VALUES ('schema_version', '7')"
    )
    assert driver.get_schema_version() == "7"


def test_sync_schema_says_what_to_do_instead(make_sqlite: MakeSQLite) -> None:
    with pytest.raises(UnsupportedError, match="use create_table"):
        make_sqlite().sync_schema({"tables": []})


STRANGE = """
CREATE TABLE strange (
    id INTEGER PRIMARY KEY,
    name VARCHAR(20) NOT NULL DEFAULT 'no''one',
    seen DATETIME DEFAULT CURRENT_TIMESTAMP,
    flag BOOLEAN DEFAULT TRUE,
    ratio NUMERIC DEFAULT 0.5,
    count INT DEFAULT (1 + 1),
    hash BLOB DEFAULT x'00ff',
    anything,
    price DECIMAL TEXT(8,2),
    ours BOOLEAN INTEGER DEFAULT 1,
    owner INTEGER REFERENCES strange (id) ON DELETE SET NULL,
    UNIQUE (name, seen)
);
CREATE UNIQUE INDEX strange_some ON strange (flag, ratio DESC) WHERE flag = 2;
CREATE INDEX strange_expression ON strange (lower(name));
CREATE TABLE numbered_not (k INT PRIMARY KEY, v TEXT);
CREATE VIEW names AS SELECT name, ours FROM strange;
"""


@pytest.fixture
def strange(make_sqlite: MakeSQLite, tmp_path: Path) -> BaseDatabaseDriver:
    """A driver on a file that another program made."""
    with sqlite3.connect(tmp_path / "test.db") as connection:
        connection.executescript(STRANGE)
    connection.close()
    return make_sqlite()


def test_tables_of_other_programs_are_described(strange: BaseDatabaseDriver) -> None:
    infos: Dict[str, Dict[str, Any]] = {
        info["name"]: info for info in strange.get_table_info("strange")
    }
    assert {name: info["type"] for name, info in infos.items()} == {
        "id": "INTEGER",
        "name": "TEXT",
        "seen": "TEXT",
        "flag": "INTEGER",
        "ratio": "REAL",
        "count": "INTEGER",
        "hash": "BLOB",
        "anything": "TEXT",
        "price": "DECIMAL",
        "ours": "BOOLEAN",
        "owner": "INTEGER",
    }
    assert infos["name"]["native_type"] == "VARCHAR(20)"
    assert infos["name"]["default"] == "no'one"
    assert infos["name"]["nullable"] is False
    assert infos["seen"]["default"] == {"expression": "CURRENT_TIMESTAMP"}
    assert infos["flag"]["default"] is True
    assert infos["ratio"]["default"] == 0.5
    assert infos["count"]["default"] == {"expression": "1 + 1"}
    assert infos["hash"]["default"] == b"\0\xff"
    assert infos["ours"]["default"] is True
    assert (infos["price"]["precision"], infos["price"]["scale"]) == (8, 2)
    assert infos["id"]["primary_key"] is True


def test_tables_of_other_programs_are_used(strange: BaseDatabaseDriver) -> None:
    assert strange.insert_row("strange", {"name": "a", "ours": False}) == 1
    assert strange.insert_many("strange", [{"name": "b"}, {"name": "c"}]) == [2, 3]
    (row,) = strange.select("strange", {"name": "a"}, ["ours", "count", "anything"])
    assert row == {"ours": False, "count": 2, "anything": None}
    assert strange.select("names", order_by="name", limit=1) == [
        {"name": "a", "ours": False}
    ]
    assert strange.insert_row("numbered_not", {"k": 5, "v": "x"}) == 0
    assert strange.list_tables() == ["numbered_not", "strange"]
    assert strange.alter_table("strange", {"drop_indexes": ["strange_some"]})
    assert strange.alter_table(
        "strange", {"add_columns": [{"name": "new", "type": "BOOLEAN"}]}
    )
    assert strange.update("strange", {"name": "a"}, {"new": True}) == 1
    assert strange.select("strange", {"new": True}, ["new"]) == [{"new": True}]


def test_a_strangers_change_of_the_schema_is_noticed(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    driver = make_sqlite()
    driver.create_table(
        {
            "name": "t",
            "columns": [
                {"name": "id", "type": "INTEGER", "primary_key": True},
                {"name": "on", "type": "BOOLEAN"},
            ],
        }
    )
    driver.insert("t", {"on": True})
    with pytest.raises(UnknownColumnError):
        driver.select("t", {"more": "x"})
    stranger = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    stranger.execute("ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'")
    assert driver.select("t", {"more": "x"}) == [{"id": 1, "on": True, "more": "x"}]
    stranger.execute("ALTER TABLE t DROP COLUMN more")
    with pytest.raises(UnknownColumnError):
        driver.update("t", {"id": 1}, {"more": "y"})
    assert driver.select("t") == [{"id": 1, "on": True}]
    stranger.execute("DROP TABLE t")
    with pytest.raises(UnknownTableError):
        driver.insert("t", {"on": True})
    stranger.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    assert driver.insert("t", {"a": "b"}) == 1
    stranger.close()


def test_names_that_differ_in_case_only_are_refused(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    with pytest.raises(SchemaDefinitionError, match="differ by case only"):
        driver.create_table({**PARENTS, "name": "Parents"})
    with pytest.raises(UnknownTableError, match="did you mean 'parents'"):
        driver.select("Parents")
