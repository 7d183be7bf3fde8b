"""Tables on PostgreSQL: what its ALTER does in place, and tables of other programs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Dict, Iterator
from uuid import UUID

import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    CheckViolationError,
    DriverQueryError,
    SchemaSyncError,
    UniqueViolationError,
    UnsupportedError,
)

from ..servers.servers import Servers

_ID: Dict[str, Any] = {"name": "id", "type": "INTEGER", "primary_key": True}


@pytest.fixture
def driver(servers: Servers) -> Iterator[BaseDatabaseDriver]:
    """A driver on a database without tables."""
    made = create_driver("postgres", servers.config("postgres"))
    yield made
    made.execute("DROP VIEW IF EXISTS stranger_view")
    names = ", ".join(f'"{name}"' for name in made.list_tables())
    if names:
        made.execute(f"DROP TABLE {names} CASCADE")
    made.disconnect()


def _info(driver: BaseDatabaseDriver, table: str) -> Dict[str, Dict[str, Any]]:
    """Return the description of a table's columns, by their names."""
    return {info["name"]: info for info in driver.get_table_info(table)}


# --- altering in place ------------------------------------------------------------


def test_types_defaults_and_nullability_change_with_the_rows(
    driver: BaseDatabaseDriver,
) -> None:
    """Which are converted."""
    driver.create_table(
        {
            "name": "t",
            "columns": [
                _ID,
                {"name": "flag", "type": "BOOLEAN", "default": True},
                {"name": "size", "type": "INTEGER"},
                {"name": "word", "type": "TEXT", "default": "5"},
            ],
        }
    )
    driver.insert_many("t", [{"flag": False, "size": 3}, {"size": None}])
    with pytest.raises(SchemaSyncError, match="NULL in 1 row"):
        change = {"alter_columns": [{"name": "size", "nullable": False}]}
        driver.alter_table("t", change)
    driver.update("t", {"size": None}, {"size": 4})
    driver.alter_table(
        "t",
        {
            "alter_columns": [
                {"name": "flag", "type": "INTEGER", "default": 7},
                {"name": "size", "type": "DECIMAL", "precision": 5, "scale": 1},
                {"name": "size", "nullable": False},
                {"name": "word", "type": "INTEGER", "default": None},
            ]
        },
    )
    driver.insert("t", {"size": Decimal("0.5")})
    assert driver.select("t", order_by="id") == [
        {"id": 1, "flag": 0, "size": Decimal("3.0"), "word": 5},
        {"id": 2, "flag": 1, "size": Decimal("4.0"), "word": 5},
        {"id": 3, "flag": 7, "size": Decimal("0.5"), "word": None},
    ]
    info = _info(driver, "t")
    assert (
        not info["size"]["nullable"] and info["size"]["native_type"] == "numeric(5,1)"
    )
    assert info["word"]["default"] is None and info["flag"]["default"] == 7


def test_a_value_that_cannot_be_converted_stops_the_change(
    driver: BaseDatabaseDriver,
) -> None:
    """All of it."""
    driver.create_table({"name": "t", "columns": [_ID, {"name": "a", "type": "TEXT"}]})
    driver.insert("t", {"a": "x"})
    with pytest.raises(DriverQueryError):
        driver.alter_table(
            "t",
            {
                "add_columns": [{"name": "b", "type": "TEXT"}],
                "alter_columns": [{"name": "a", "type": "INTEGER"}],
            },
        )
    assert driver.select("t") == [{"id": 1, "a": "x"}]


def test_constraints_come_and_go_by_their_names(driver: BaseDatabaseDriver) -> None:
    """Those that the server gave, where the definition had none."""
    driver.create_table(
        {
            "name": "t",
            "columns": [_ID, {"name": "a", "type": "INTEGER", "unique": True}],
            "constraints": [{"type": "check", "expression": "a > 0"}],
        }
    )
    driver.insert("t", {"a": 1})
    with pytest.raises(UniqueViolationError) as unique:
        driver.insert("t", {"a": 1})
    with pytest.raises(CheckViolationError) as check:
        driver.insert("t", {"a": 0})
    names = [unique.value.constraint, check.value.constraint]
    assert None not in names
    driver.alter_table("t", {"drop_constraints": names})
    assert driver.insert_many("t", [{"a": 1}, {"a": 0}])
    added = {"type": "unique", "name": "both", "columns": ["id", "a"]}
    driver.alter_table("t", {"add_constraints": [added]})
    with pytest.raises(UniqueViolationError) as again:
        driver.update("t", {"a": 0}, {"a": 1, "id": 1})
    assert again.value.constraint in ("both", "t_pkey")


def test_a_table_gets_numbers_for_the_rows_that_it_has(
    driver: BaseDatabaseDriver,
) -> None:
    """With a numbered key that is added."""
    driver.create_table({"name": "t", "columns": [{"name": "a", "type": "TEXT"}]})
    driver.insert_many("t", [{"a": "x"}, {"a": "y"}])
    driver.alter_table("t", {"add_columns": [_ID]})
    assert driver.insert_row("t", {"a": "z"}) == 3
    assert [row["id"] for row in driver.select("t", order_by="a")] == [1, 2, 3]
    with pytest.raises(UnsupportedError):
        driver.alter_table("t", {"alter_columns": [{"name": "id", "type": "TEXT"}]})


def test_a_column_that_is_unique_and_refers_can_be_added(
    driver: BaseDatabaseDriver,
) -> None:
    """SQLite would have to build the table anew."""
    driver.create_table({"name": "t", "columns": [_ID]})
    driver.insert("t", {"id": 1})
    column = {"name": "other", "type": "INTEGER", "unique": True, "references": "t"}
    driver.alter_table("t", {"add_columns": [column]})
    driver.update("t", {"id": 1}, {"other": 1})
    with pytest.raises(UniqueViolationError):
        driver.insert("t", {"other": 1})


# --- tables of other programs -----------------------------------------------------


def test_a_strangers_table_is_read_as_its_types_say(
    driver: BaseDatabaseDriver,
) -> None:
    """And what has no logical type comes as text."""
    driver.execute(
        "CREATE TABLE stranger (number serial PRIMARY KEY, small smallint,"
        " amount numeric(6,2) DEFAULT 1.5, anything numeric, single real,"
        " name varchar(9) DEFAULT 'a''b', at timestamp DEFAULT now(),"
        " moment timestamptz, flag boolean DEFAULT false, data jsonb,"
        " key uuid, place inet, took interval, parent integer REFERENCES stranger)"
    )
    info = _info(driver, "stranger")
    assert {name: column["type"] for name, column in info.items()} == {
        "number": "INTEGER",
        "small": "INTEGER",
        "amount": "DECIMAL",
        "anything": "DECIMAL",
        "single": "REAL",
        "name": "TEXT",
        "at": "DATETIME",
        "moment": "DATETIME",
        "flag": "BOOLEAN",
        "data": "JSON",
        "key": "UUID",
        "place": "TEXT",
        "took": "TEXT",
        "parent": "INTEGER",
    }
    assert info["number"]["primary_key"] and info["moment"]["timezone"]
    assert (info["amount"]["precision"], info["amount"]["scale"]) == (6, 2)
    assert info["name"]["length"] == 9 and info["name"]["default"] == "a'b"
    assert info["flag"]["default"] is False
    assert info["at"]["default"] == {"sql": "now()"}
    row = {
        "small": -3,
        "amount": Decimal("12.34"),
        "single": 0.5,
        "at": datetime(2024, 1, 1),
        "data": {"a": [1, None]},
        "key": UUID(int=5),
        "place": "10.0.0.1",
        "took": "01:00:00",
    }
    assert driver.insert_many("stranger", [row, {**row, "parent": 1}]) == [1, 2]
    (found,) = driver.select("stranger", {"place": "10.0.0.1", "number": 1})
    assert {name: found[name] for name in row} == row
    assert driver.insert_row("stranger", {"number": 10}) == 10
    assert driver.insert_row("stranger", {"small": 1}) == 11


def test_a_strangers_text_is_ordered_by_code_points(
    driver: BaseDatabaseDriver,
) -> None:
    """Whatever the collation of the database."""
    driver.execute("CREATE TABLE stranger (word text)")
    words = ["a", "B", "ä", "b", "A", "Z", "ab", "aB"]
    driver.insert_many("stranger", [{"word": word} for word in words])
    found = driver.select("stranger", order_by="word")
    assert [row["word"] for row in found] == sorted(words)
    after = driver.select("stranger", {"word": {"gt": "B"}}, order_by="word")
    assert [row["word"] for row in after] == [w for w in sorted(words) if w > "B"]
    starting = driver.select("stranger", {"word": {"startswith": "a"}})
    assert {row["word"] for row in starting} == {"a", "ab", "aB"}


def test_a_view_is_read_like_a_table(driver: BaseDatabaseDriver) -> None:
    """And is not listed as one."""
    driver.create_table({"name": "t", "columns": [_ID]})
    driver.insert_many("t", [{}, {}])
    driver.execute("CREATE VIEW stranger_view AS SELECT id AS number FROM t")
    assert driver.select("stranger_view", {"number": 2}) == [{"number": 2}]
    assert driver.list_tables() == ["t"]


def test_indexes_serve_the_order_that_is_asked_for(driver: BaseDatabaseDriver) -> None:
    """NULLs first and text by code points included."""
    driver.create_table(
        {
            "name": "t",
            "columns": [
                _ID,
                {"name": "size", "type": "INTEGER"},
                {"name": "word", "type": "TEXT", "nullable": False},
            ],
            "indexes": [
                {"name": "by_size", "columns": ["size", "id"]},
                {"name": "by_word", "columns": ["word"]},
            ],
        }
    )
    rows = [{"size": n % 97, "word": f"w{n}"} for n in range(5000)]
    driver.insert_many("t", rows)
    driver.execute("ANALYZE t")
    for wanted, sql in {
        "by_size": 'SELECT * FROM t ORDER BY "size" ASC NULLS FIRST, "id" ASC LIMIT 5',
        "by_word": 'SELECT * FROM t WHERE "word" COLLATE "C" > \'w99\' LIMIT 5',
    }.items():
        plan = driver.execute(f"EXPLAIN {sql}")["data"]
        assert any(wanted in line["QUERY PLAN"] for line in plan)
