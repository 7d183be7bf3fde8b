"""``get_table_info``: the columns as they were declared."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.enums import LogicalType

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def infos(database: Database, name: str = "t") -> Dict[str, Dict[str, Any]]:
    """Return what is said of each column."""
    return {info["name"]: info for info in database.get_table_info(name)}


def test_what_was_declared(database: Database) -> None:
    columns: List[Dict[str, Any]] = [
        column("id", primary_key=True),
        column("on", "BOOLEAN", nullable=False, default=True),
        column("price", "DECIMAL", precision=10, scale=2),
        column("amount", "DECIMAL"),
        column("code", length=5, unique=True),
        column("at", "DATETIME", timezone=True),
    ]
    database.create_table(table("t", *columns))
    found = infos(database)
    assert list(found) == ["id", "on", "price", "amount", "code", "at"]
    assert [info["primary_key"] for info in found.values()] == [True] + [False] * 5
    assert [info["nullable"] for info in found.values()] == [False] * 2 + [True] * 4
    assert [info["unique"] for info in found.values()].index(True) == 0
    assert found["code"]["unique"] is True and found["price"]["unique"] is False
    assert found["code"]["length"] == 5
    assert (found["price"]["precision"], found["price"]["scale"]) == (10, 2)
    assert (found["amount"]["precision"], found["amount"]["scale"]) == (38, 10)
    assert found["on"]["default"] is True
    assert found["id"]["default"] is None
    assert found["at"]["timezone"] is True


@pytest.mark.parametrize("kind", [kind.value for kind in LogicalType])
def test_logical_types_come_back(database: Database, kind: str) -> None:
    """With the database's own type beside."""
    database.create_table(table("t", NUMBER, column("v", kind)))
    info = infos(database)["v"]
    assert info["type"] == kind
    assert isinstance(info["native_type"], str) and info["native_type"]
    assert type(info["type"]) is str or isinstance(info["type"], LogicalType)


def test_the_description_defines_the_table_again(database: Database) -> None:
    """What is said of a column is what a definition takes, but for the native type."""
    columns: List[Dict[str, Any]] = [
        NUMBER,
        column("s", length=9, nullable=False, default="x"),
        column("d", "DECIMAL", precision=5, scale=1, default=Decimal("1.5")),
        column("at", "DATETIME", default=dt.datetime(2024, 1, 1)),
        column("j", "JSON"),
    ]
    database.create_table(table("t", *columns))
    described = database.get_table_info("t")
    again = [
        {key: value for key, value in info.items() if key != "native_type"}
        for info in described
    ]
    database.create_table({"name": "u", "columns": again})
    assert database.get_table_info("u") == described


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("TEXT", ""),
        ("TEXT", 'it\'s 100% \\ ? :a "quoted" 🐍'),
        ("INTEGER", -(2**63)),
        ("REAL", 0.1),
        ("BOOLEAN", False),
        ("DATETIME", dt.datetime(1000, 1, 1, 0, 0, 0, 1)),
        ("DATE", dt.date(9999, 12, 31)),
        ("TIME", dt.time(23, 59, 59, 999999)),
        ("DECIMAL", Decimal("-0.0000000001")),
        ("BLOB", b"\0\xff'"),
        ("UUID", UUID(int=5)),
        ("JSON", [1, "it's \\ \"%", None]),
        ("JSON", {"value": {"a": [1.5, True]}}),
    ],
    ids=repr,
)
def test_a_default_is_told_as_the_value_it_was_declared_with(
    database: Database, kind: str, default: Any
) -> None:
    """And is what a row without the column gets."""
    database.create_table(table("t", NUMBER, column("v", kind, default=default)))
    expected = default["value"] if isinstance(default, dict) else default
    found = infos(database)["v"]["default"]
    assert (found, type(found)) == (expected, type(expected))
    (row,) = database.insert_many("t", [{}], returning=["v"])
    assert (row["v"], type(row["v"])) == (expected, type(expected))
    assert database.select("t", columns=["v"]) == [{"v": expected}]


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("DATETIME", "CURRENT_TIMESTAMP"),
        ("DATE", "CURRENT_DATE"),
        ("TIME", "CURRENT_TIME"),
    ],
)
def test_a_default_that_the_database_computes(
    database: Database, kind: str, expression: str
) -> None:
    """In UTC, at the time of the insert."""
    default = {"expression": expression}
    database.create_table(table("t", NUMBER, column("v", kind, default=default)))
    assert infos(database)["v"]["default"] == default
    before = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
    (row,) = database.insert_many("t", [{}], returning=["v"])
    after = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
    value = row["v"]
    margin = dt.timedelta(seconds=2)
    if kind == "DATETIME":
        assert before - margin <= value <= after + margin
    elif kind == "DATE":
        assert before.date() <= value <= after.date()
    else:
        day = dt.datetime.combine(before.date(), value)
        apart = abs(day - before)
        assert min(apart, dt.timedelta(days=1) - apart) <= margin + (after - before)
    database.insert("t", {"v": None})
    assert database.count("t", {"v": None}) == 1


def test_an_instant_computed_by_the_database_is_in_utc(database: Database) -> None:
    default = {"expression": "CURRENT_TIMESTAMP"}
    moment = column("v", "DATETIME", timezone=True, default=default)
    database.create_table(table("t", NUMBER, moment))
    row = database.insert("t", {}, returning="*")
    now = dt.datetime.now(dt.timezone.utc)
    assert row["v"].utcoffset() == dt.timedelta(0)
    assert abs(now - row["v"]) < dt.timedelta(seconds=10)


def test_a_changed_table_is_described_anew(family: Database) -> None:
    names = [info["name"] for info in family.get_table_info("parents")]
    added = {"add_columns": [column("born", "DATE")]}
    family.alter_table("parents", added)
    found = family.get_table_info("parents")
    assert [info["name"] for info in found] == [*names, "born"]
    assert found[-1]["type"] == "DATE"
