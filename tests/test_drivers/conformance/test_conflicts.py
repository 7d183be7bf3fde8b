"""``on_conflict``: what an insert does with a row that meets a key."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from code_analysis_db.exceptions import (
    CheckViolationError,
    DriverQueryError,
    ForeignKeyViolationError,
    NotNullViolationError,
    UniqueViolationError,
)

from ..unified.definitions import MALFORMED, NUMBER, column, table
from ..unified.interface import Database


def names(database: Database) -> str:
    """Return the names of the parents, in order."""
    rows = database.select("parents", order_by="name")
    return "".join(row["name"] for row in rows)


def test_ignore_leaves_out_the_rows_that_meet_any_key(family: Database) -> None:
    """Their id is None; the others keep theirs, in the rows' order."""
    family.insert("parents", {"id": 7, "name": "b", "age": 1})
    rows: Any = [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "a"}]
    found = family.insert_many("parents", rows, on_conflict="ignore")
    stored = {row["name"]: row["id"] for row in family.select("parents")}
    assert found == [stored["a"], None, stored["c"], None]
    assert (
        family.insert("parents", {"id": 7, "name": "z"}, on_conflict="ignore") is None
    )
    assert family.insert("parents", {"name": "d"}, on_conflict="ignore") not in (
        None,
        *stored.values(),
    )
    assert names(family) == "abcd"
    assert family.select("parents", {"name": "b"}, ["id", "age"]) == [
        {"id": 7, "age": 1}
    ]


@pytest.mark.parametrize("count", [10, 200])
def test_ignore_of_many(family: Database, count: int) -> None:
    rows = [{"name": f"{number:04}"} for number in range(count)]
    family.insert_many("parents", rows[::2])
    found = family.insert_many("parents", rows, on_conflict="ignore")
    assert [key is None for key in found] == [n % 2 == 0 for n in range(count)]
    assert family.count("parents") == count


def test_ignore_where_the_table_has_no_numbers(database: Database) -> None:
    database.create_table(table("text", column("a", primary_key=True), column("b")))
    database.create_table(table("none", column("a", unique=True)))
    rows: Any = [{"a": "x"}, {"a": "y"}, {"a": "x"}]
    assert database.insert_many("text", rows, on_conflict="ignore") == ["x", "y", None]
    assert database.insert_many("none", rows, on_conflict="ignore") == [0, 0, None]


def test_ignore_minds_keys_only(family: Database) -> None:
    """Other faults are errors as ever."""
    with pytest.raises(NotNullViolationError):
        family.insert("parents", {"name": None}, on_conflict="ignore")
    with pytest.raises(CheckViolationError):
        family.insert("parents", {"name": "a", "age": -1}, on_conflict="ignore")
    with pytest.raises(ForeignKeyViolationError):
        family.insert("children", {"parent_id": 99}, on_conflict="ignore")
    assert names(family) == ""


def test_ignore_of_a_row_of_defaults_only(database: Database) -> None:
    database.create_table(table("t", NUMBER, column("a", unique=True, default="x")))
    database.create_table(table("none", column("a"), column("b", "INTEGER", default=7)))
    assert database.insert("t", {}, on_conflict="ignore") == 1
    assert database.insert("t", {}, on_conflict="ignore") is None
    assert database.insert_many("none", [{}, {}], on_conflict="ignore") == [0, 0]
    assert database.select("none") == [{"a": None, "b": 7}] * 2


@pytest.mark.parametrize("on_conflict", [None, "ignore", "update"])
def test_a_column_that_needs_a_value_needs_it_on_a_conflict_too(
    database: Database, on_conflict: Optional[str]
) -> None:
    """It is never filled in silently."""
    columns = [column("k", primary_key=True), column("a", "BLOB", nullable=False)]
    database.create_table(table("t", *columns, column("b")))
    database.insert("t", {"k": "x", "a": b"1"})
    for row in ({"k": "x", "b": "2"}, {"k": "y", "b": "2"}):
        for returning in (None, "*"):
            with pytest.raises(NotNullViolationError) as caught:
                database.insert_many(
                    "t", [row], on_conflict=on_conflict, returning=returning
                )
            assert caught.value.column == "a"
    assert database.select("t") == [{"k": "x", "a": b"1", "b": None}]


def test_nulls_meet_no_key(database: Database) -> None:
    """Unique columns hold any number of NULLs."""
    database.create_table(table("t", NUMBER, column("a", unique=True)))
    assert len(database.insert_many("t", [{"a": None}, {"a": None}])) == 2
    rows: Any = [{"a": None}, {"a": None}]
    assert None not in database.insert_many("t", rows, on_conflict="ignore")
    assert database.count("t") == 4


def test_update_overwrites_the_row_that_has_the_key(family: Database) -> None:
    """The primary key if the rows have it, else the only other key that they have;
    columns that the row lacks stay."""
    family.insert("parents", {"id": 7, "name": "a", "age": 1})
    changed = family.insert("parents", {"name": "a", "age": 2}, on_conflict="update")
    assert changed == 7
    assert family.insert("parents", {"id": 7, "name": "b"}, on_conflict="update") == 7
    assert family.select("parents") == [{"id": 7, "name": "b", "age": 2}]
    rows: Any = [{"name": "b", "age": 3}, {"name": "c", "age": 4}]
    found = family.insert_many("parents", rows, on_conflict="update")
    assert found[0] == 7 and found[1] > 7
    assert family.count("parents") == 2


def test_update_over_another_key_than_meant_is_an_error(family: Database) -> None:
    family.insert_many("parents", [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"id": 1, "name": "b"}, on_conflict="update")
    with pytest.raises(UniqueViolationError):
        family.insert("parents", {"id": 3, "name": "b"}, on_conflict="update")
    assert family.select("parents", order_by="id", columns=["id", "name"]) == [
        {"id": 1, "name": "a"},
        {"id": 2, "name": "b"},
    ]


def test_update_needs_a_key(family: Database) -> None:
    with pytest.raises(DriverQueryError, match="no key"):
        family.insert("parents", {"age": 1}, on_conflict="update")


@pytest.mark.parametrize("choice", ["replace", "", "IGNORE", 5])
def test_another_choice_is_refused_by_name(family: Database, choice: Any) -> None:
    with pytest.raises(MALFORMED, match="on_conflict"):
        family.insert("parents", {"name": "a"}, on_conflict=choice)
    assert names(family) == ""


@pytest.mark.parametrize("on_conflict", ["ignore", "update"])
def test_conflicts_inside_a_transaction_leave_it_usable(
    family: Database, on_conflict: str
) -> None:
    family.insert("parents", {"name": "a", "age": 1})
    with family.transaction() as tx:
        tx.insert("parents", {"name": "a", "age": 2}, on_conflict=on_conflict)
        tx.insert("parents", {"name": "b"}, on_conflict=on_conflict)
    assert names(family) == "ab"
    expected = 1 if on_conflict == "ignore" else 2
    assert family.select("parents", {"name": "a"}, ["age"]) == [{"age": expected}]
