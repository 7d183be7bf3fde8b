"""``insert`` and ``insert_many``: what they store and what they return."""

from __future__ import annotations

from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    InvalidValueError,
    UniqueViolationError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def test_insert_returns_the_number_that_the_row_got(family: Database) -> None:
    assert family.insert("parents", {"name": "a"}) == 1
    assert family.insert("parents", {"name": "b", "id": 9}) == 9
    assert family.insert("parents", {"name": "c", "id": None}) == 10


def test_the_id_of_a_row_is_its_single_column_key(database: Database) -> None:
    """Its text for a text or a UUID; 0 where the key has several columns or none."""
    pair = [column("a", primary_key=True), column("b", "INTEGER", primary_key=True)]
    database.create_table(table("text", column("a", primary_key=True), column("b")))
    database.create_table(table("uuid", column("a", "UUID", primary_key=True)))
    database.create_table(table("both", *pair))
    database.create_table(table("none", column("a")))
    key = UUID(int=7)
    assert database.insert("text", {"a": "x", "b": "y"}) == "x"
    assert database.insert("uuid", {"a": key}) == str(key)
    assert database.insert("uuid", {"a": str(UUID(int=8)).upper()}) == str(UUID(int=8))
    more: Any = [{"a": UUID(int=8)}, {"a": UUID(int=9)}]
    ids = database.insert_many("uuid", more, on_conflict="ignore")
    assert ids == [None, str(UUID(int=9))]
    assert database.insert("both", {"a": "x", "b": 1}) == 0
    assert database.insert("none", {"a": "x"}) == 0
    assert database.insert_many("text", [{"a": "z"}, {"a": "w"}]) == ["z", "w"]
    assert database.insert_many("both", [{"a": "x", "b": n} for n in (2, 3)]) == [0, 0]
    assert database.insert_many("none", [{"a": "x"}, {"a": "x"}]) == [0, 0]


@pytest.mark.parametrize("count", [0, 1, 2, 39, 40, 41, 50, 1000, 2500])
def test_row_ids_of_many_rows_are_in_their_order(family: Database, count: int) -> None:
    """However the database takes them in bulk: each parent gets its own children."""
    names = [f"parent {number}" for number in range(count)]
    ids = family.insert_many("parents", [{"name": name} for name in names])
    assert len(ids) == count
    family.insert_many(
        "children",
        [{"parent_id": key, "name": name} for key, name in zip(ids, names)],
    )
    by_id = {row["id"]: row["name"] for row in family.select("parents")}
    assert [by_id[key] for key in ids] == names
    for child in family.select("children"):
        assert by_id[child["parent_id"]] == child["name"]


@pytest.mark.parametrize("count", [3, 300])
def test_a_column_that_a_row_lacks_takes_its_default(
    database: Database, count: int
) -> None:
    """Rows of one call may have different columns; None is NULL, not the default."""
    columns = [NUMBER, column("a", default="x"), column("b", "INTEGER", default=7)]
    database.create_table(table("t", *columns))
    rows: List[Dict[str, Any]] = [{"a": "y"}, {"b": 1}, {"b": None, "a": None}, {}]
    ids = database.insert_many("t", rows * count)
    assert ids == sorted(ids) and len(set(ids)) == 4 * count
    found = database.select("t", order_by="id", columns=["a", "b"])
    assert found == count * [
        {"a": "y", "b": 7},
        {"a": "x", "b": 1},
        {"a": None, "b": None},
        {"a": "x", "b": 7},
    ]


def test_a_row_of_defaults_only(database: Database) -> None:
    """Is inserted; it is refused where a column needs a value."""
    database.create_table(table("t", NUMBER, column("a", default="x")))
    assert database.insert("t", {}) == 1
    assert database.insert_many("t", [{}, {}, {"a": "y"}]) == [2, 3, 4]
    assert database.count("t", {"a": "x"}) == 3
    database.create_table(table("u", column("a", nullable=False)))
    with pytest.raises(DriverQueryError):
        database.insert("u", {})
    assert database.count("u") == 0


@pytest.mark.parametrize("count", [4, 400])
def test_insert_many_is_all_or_nothing(family: Database, count: int) -> None:
    rows: List[Dict[str, Any]] = [{"name": str(number)} for number in range(count)]
    with pytest.raises(UniqueViolationError):
        family.insert_many("parents", [*rows, {"name": "2", "age": 1}])
    with pytest.raises(InvalidValueError):
        family.insert_many("parents", [*rows, {"name": 5}])
    assert family.count("parents") == 0
    assert len(family.insert_many("parents", rows)) == count


def test_a_wide_row(database: Database) -> None:
    """Hundreds of columns, in as many statements as it takes."""
    names = [f"column {number}" for number in range(300)]
    database.create_table(table("t", *(column(name, "INTEGER") for name in names)))
    rows = [{name: n * 1000 + m for m, name in enumerate(names)} for n in range(400)]
    assert database.insert_many("t", rows) == [0] * 400
    assert database.select("t", order_by=names[0]) == rows


def test_the_order_of_keys_does_not_matter(database: Database) -> None:
    database.create_table(table("t", column("a"), column("b")))
    database.insert_many("t", [{"a": "1", "b": "2"}, {"b": "4", "a": "3"}])
    rows = database.select("t", order_by="a")
    assert rows == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
