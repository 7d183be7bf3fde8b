"""``upsert`` and ``upsert_many``: insert a row, or update the one that has its key."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import (
    CheckViolationError,
    DriverQueryError,
    UniqueViolationError,
    UnknownColumnError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def test_by_the_primary_key_unless_told_otherwise(family: Database) -> None:
    assert family.upsert("parents", {"id": 5, "name": "a", "age": 1}) == 5
    assert family.upsert("parents", {"id": 5, "name": "a", "age": 2}) == 5
    by_name = ["name"]
    assert (
        family.upsert("parents", {"name": "a", "age": 3}, conflict_columns=by_name) == 5
    )
    new = family.upsert("parents", {"name": "b"}, conflict_columns=by_name)
    assert new == 6 or new > 6
    assert family.select("parents", order_by="name", columns=["name", "age"]) == [
        {"name": "a", "age": 3},
        {"name": "b", "age": None},
    ]


def test_columns_that_the_row_lacks_stay(family: Database) -> None:
    family.insert("parents", {"id": 1, "name": "a", "age": 1})
    family.upsert("parents", {"id": 1, "name": "b"})
    assert family.select("parents") == [{"id": 1, "name": "b", "age": 1}]
    family.upsert("parents", {"id": 1, "name": "b", "age": None})
    assert family.select("parents") == [{"id": 1, "name": "b", "age": None}]


def test_a_row_that_is_its_key_alone(database: Database) -> None:
    """Changes nothing where it is there, and has its id all the same."""
    database.create_table(table("t", column("a", primary_key=True), column("b")))
    database.insert("t", {"a": "x", "b": "kept"})
    assert database.upsert_many("t", [{"a": "x"}, {"a": "y"}]) == ["x", "y"]
    assert database.upsert("t", {"a": "x"}, returning="*") == {"a": "x", "b": "kept"}
    assert database.count("t") == 2


@pytest.mark.parametrize("count", [5, 500])
def test_ids_are_in_the_order_of_the_rows(family: Database, count: int) -> None:
    """Whether a row was there before, or earlier in the same call."""
    first = family.insert_many(
        "parents", [{"name": str(n)} for n in range(0, count, 2)]
    )
    rows: List[Dict[str, Any]] = [{"name": str(n), "age": n} for n in range(count)]
    rows.append({"name": "0", "age": 99})
    found = family.upsert_many("parents", rows, conflict_columns=["name"])
    stored = {row["name"]: row["id"] for row in family.select("parents")}
    assert found == [stored[row["name"]] for row in rows]
    assert found[0:count:2] == first
    assert family.select("parents", {"name": "0"}, ["age"]) == [{"age": 99}]


def test_a_conflict_on_another_key_is_an_error(family: Database) -> None:
    """It must not overwrite a row that nobody named, nor lose the new one."""
    family.insert_many(
        "parents", [{"id": 1, "name": "a", "age": 1}, {"id": 2, "name": "b", "age": 2}]
    )
    for row in ({"id": 1, "name": "b", "age": 9}, {"id": 3, "name": "b", "age": 9}):
        with pytest.raises(UniqueViolationError) as caught:
            family.upsert("parents", row)
        assert caught.value.table == "parents"
    with pytest.raises(UniqueViolationError):
        family.upsert("parents", {"id": 2, "name": "c"}, conflict_columns=["name"])
    with pytest.raises(UniqueViolationError):
        family.upsert_many("parents", [{"id": 7, "name": "z"}, {"id": 8, "name": "a"}])
    assert family.select("parents", order_by="id") == [
        {"id": 1, "name": "a", "age": 1},
        {"id": 2, "name": "b", "age": 2},
    ]


def test_by_a_key_of_several_columns(database: Database) -> None:
    pair = [column("a", primary_key=True), column("b", "INTEGER", primary_key=True)]
    database.create_table(table("t", *pair, column("c")))
    assert database.upsert("t", {"a": "x", "b": 1, "c": "one"}) == 0
    assert database.upsert_many(
        "t", [{"a": "x", "b": 1, "c": "two"}, {"a": "x", "b": 2, "c": "three"}]
    ) == [0, 0]
    assert database.select("t", order_by="b", columns=["c"]) == [
        {"c": "two"},
        {"c": "three"},
    ]
    row = {"b": 2, "a": "x", "c": "four"}
    found = database.upsert("t", row, conflict_columns=["b", "a"], returning=["c"])
    assert found == {"c": "four"}


def test_by_a_unique_index(database: Database) -> None:
    index = {"name": "by_a", "columns": ["a"], "unique": True}
    columns = [NUMBER, column("a"), column("b")]
    database.create_table(table("t", *columns, indexes=[index]))
    first = database.upsert("t", {"a": "x", "b": "1"}, conflict_columns=["a"])
    again = database.upsert("t", {"a": "x", "b": "2"}, conflict_columns=["a"])
    assert again == first
    assert database.select("t", columns=["b"]) == [{"b": "2"}]


def test_null_in_the_key_is_a_new_row(database: Database) -> None:
    """NULL is equal to nothing."""
    database.create_table(table("t", NUMBER, column("a", unique=True)))
    for _ in range(2):
        database.upsert("t", {"a": None}, conflict_columns=["a"])
    assert database.count("t", {"a": None}) == 2


def test_it_is_all_or_nothing(family: Database) -> None:
    family.insert("parents", {"name": "a", "age": 1})
    rows = [{"name": "a", "age": 2}, {"name": "b", "age": 3}, {"name": "c", "age": -1}]
    with pytest.raises(CheckViolationError):
        family.upsert_many("parents", rows, conflict_columns=["name"])
    assert family.select("parents", columns=["name", "age"]) == [
        {"name": "a", "age": 1}
    ]


def test_rows_are_returned_in_their_order(family: Database) -> None:
    """As they are stored."""
    family.insert("parents", {"id": 5, "name": "b", "age": 1})
    found = family.upsert_many(
        "parents",
        [{"name": "c"}, {"name": "b", "age": 2}, {"name": "a"}],
        conflict_columns=["name"],
        returning=["name", "age"],
    )
    assert found == [
        {"name": "c", "age": None},
        {"name": "b", "age": 2},
        {"name": "a", "age": None},
    ]
    assert family.upsert("parents", {"id": 5, "name": "d"}, returning="*") == {
        "id": 5,
        "name": "d",
        "age": 2,
    }


def test_no_rows_are_no_work(family: Database) -> None:
    assert family.upsert_many("parents", []) == []
    assert family.upsert_many("parents", [], returning="*") == []


@pytest.mark.parametrize(
    ("row", "conflict_columns", "error"),
    [
        ({"name": "a"}, None, DriverQueryError),
        ({"id": 1, "age": 1}, ["age"], DriverQueryError),
        ({"id": 1, "name": "a"}, ["name", "id"], DriverQueryError),
        ({"id": 1, "name": "a"}, [], DriverQueryError),
        ({"id": 1, "name": "a"}, ["nam"], UnknownColumnError),
        ({"id": 1, "nam": "a"}, None, UnknownColumnError),
    ],
)
def test_what_is_no_key_of_the_row_is_refused(
    family: Database, row: Any, conflict_columns: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        family.upsert("parents", row, conflict_columns=conflict_columns)
    assert family.count("parents") == 0
