"""``update`` and ``delete``: which rows, how many, and what guards them."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    GuardError,
    InvalidValueError,
    NotNullViolationError,
    UniqueViolationError,
)

from ..unified.definitions import MALFORMED, NUMBER, column, table
from ..unified.interface import Database

EVERY_ROW: List[Dict[str, Any]] = [
    {},
    {"age": {"not_in": []}},
    {"name": {"is_null": False}},
    {"name": {"like": "%"}},
    {"or": [{"age": 1}, {}]},
    {"not": {"or": []}},
]
"""Conditions that leave no row out by construction (``name`` takes no NULL)."""


@pytest.fixture
def five(family: Database) -> Database:
    """A family with five parents, whose age is 1."""
    family.insert_many("parents", [{"name": str(n), "age": 1} for n in range(5)])
    return family


def ages(database: Database) -> List[Any]:
    """Return the ages of the parents, in the order of their names."""
    return [row["age"] for row in database.select("parents", order_by="name")]


def test_update_counts_the_rows_that_matched(five: Database) -> None:
    """Also those that had the new values already."""
    assert five.update("parents", {"age": 1}, {"age": 1}) == 5
    assert five.update("parents", {"name": "3"}, {"age": 2}) == 1
    assert five.update("parents", {"age": {"gte": 1}}, {"age": 2}) == 5
    assert five.update("parents", {"name": "nobody"}, {"age": 2}) == 0
    assert ages(five) == [2] * 5


def test_delete_counts_the_rows_that_went(five: Database) -> None:
    """Not those that went with them."""
    key = five.select("parents", {"name": "1"})[0]["id"]
    five.insert_many("children", [{"parent_id": key}, {"parent_id": key}])
    assert five.delete("parents", {"name": {"in": ["1", "2", "9"]}}) == 2
    assert five.delete("parents", {"name": "1"}) == 0
    assert five.count("children") == 0
    assert five.delete("parents", {}, all_rows=True) == 3


def test_update_sets_several_columns_and_clears(five: Database) -> None:
    """A value of None clears the column."""
    assert five.update("parents", {"name": "0"}, {"name": "z", "age": None}) == 1
    assert five.select("parents", {"name": "z"}, ["age"]) == [{"age": None}]


def test_update_of_a_column_that_the_condition_tests(five: Database) -> None:
    """The condition sees the values as they were."""
    five.update("parents", {"name": "0"}, {"age": 2})
    assert five.update("parents", {"age": 1}, {"age": 2}) == 4
    assert five.update("parents", {"age": 2, "name": "3"}, {"age": 1, "name": "x"}) == 1


def test_none_is_is_null(five: Database) -> None:
    """In an update and in a delete too."""
    assert five.update("parents", {"age": None}, {"age": 3}) == 0
    five.update("parents", {"name": ["1", "2"]}, {"age": None})
    assert five.update("parents", {"age": None, "name": "1"}, {"age": 3}) == 1
    assert five.delete("parents", {"age": None}) == 1
    assert ages(five) == [1, 3, 1, 1]


@pytest.mark.parametrize("where", EVERY_ROW, ids=str)
def test_a_condition_that_matches_every_row_counts_as_empty(
    five: Database, where: Dict[str, Any]
) -> None:
    """Which wants ``all_rows``."""
    with pytest.raises(GuardError, match="all_rows"):
        five.update("parents", where, {"age": 2})
    with pytest.raises(GuardError, match="all_rows"):
        five.delete("parents", where)
    assert ages(five) == [1] * 5
    assert five.update("parents", where, {"age": 2}, all_rows=True) == 5
    assert five.delete("parents", where, all_rows=True) == 5


def test_all_rows_does_not_lift_a_condition(five: Database) -> None:
    assert five.delete("parents", {"name": "1"}, all_rows=True) == 1
    assert five.count("parents") == 4


def test_max_affected_undoes_what_goes_too_far(five: Database) -> None:
    """Exactly as many as allowed may go."""
    for most in (0, 4):
        with pytest.raises(GuardError, match="max_affected"):
            five.update("parents", {"age": 1}, {"age": 2}, max_affected=most)
        with pytest.raises(GuardError, match="max_affected"):
            five.delete("parents", {"age": 1}, max_affected=most)
        with pytest.raises(GuardError, match="max_affected"):
            five.delete("parents", {}, all_rows=True, max_affected=most)
    assert ages(five) == [1] * 5
    assert five.update("parents", {"age": 1}, {"age": 2}, max_affected=5) == 5
    assert five.delete("parents", {"age": 2}, max_affected=10) == 5


def test_max_affected_counts_with_returning_too(five: Database) -> None:
    with pytest.raises(GuardError):
        five.update("parents", {"age": 1}, {"age": 2}, max_affected=4, returning="*")
    with pytest.raises(GuardError):
        five.delete("parents", {"age": 1}, max_affected=4, returning=["name"])
    assert ages(five) == [1] * 5


def test_a_guard_inside_a_transaction_undoes_its_statement_only(
    five: Database,
) -> None:
    with five.transaction() as tx:
        tx.update("parents", {"name": "0"}, {"age": 7})
        with pytest.raises(GuardError):
            tx.delete("parents", {"age": 1}, max_affected=0)
        with pytest.raises(GuardError):
            tx.delete("parents", {})
        assert tx.delete("parents", {"name": "1"}) == 1
    assert ages(five) == [7, 1, 1, 1]


@pytest.mark.parametrize("most", [-1, 1.5, "1", True])
def test_max_affected_is_a_number_of_rows(five: Database, most: Any) -> None:
    with pytest.raises(MALFORMED, match="max_affected"):
        five.update("parents", {"age": 1}, {"age": 2}, max_affected=most)
    assert ages(five) == [1] * 5


def test_an_update_that_fails_in_the_middle_changes_nothing(five: Database) -> None:
    with pytest.raises(UniqueViolationError):
        five.update("parents", {"age": 1}, {"name": "same"})
    with pytest.raises(NotNullViolationError):
        five.update("parents", {"name": {"gte": "3"}}, {"name": None, "age": 9})
    assert ages(five) == [1] * 5


@pytest.mark.parametrize("data", [{}, None, [("age", 2)], "age"])
def test_an_update_of_nothing_is_refused(five: Database, data: Any) -> None:
    with pytest.raises(MALFORMED):
        five.update("parents", {"age": 1}, data)


def test_a_value_that_does_not_fit_is_refused(five: Database) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidValueError, match="'age'"):
        five.update("parents", {"age": 1}, {"age": "old"})
    with pytest.raises(InvalidValueError, match="'age'"):
        five.update("parents", {"age": "old"}, {"age": 1})


def test_swapping_what_is_unique_needs_no_luck(database: Database) -> None:
    """A statement that ends with unique values may or may not pass through double
    ones; whichever it is, it is all or nothing."""
    columns = [NUMBER, column("place", "INTEGER", unique=True)]
    database.create_table(table("t", *columns))
    database.insert_many("t", [{"place": 1}, {"place": 2}])
    with pytest.raises(UniqueViolationError):
        database.update("t", {"id": 1}, {"place": 2})
    assert database.select("t", order_by="id", columns=["place"]) == [
        {"place": 1},
        {"place": 2},
    ]


def test_a_delete_of_many_rows_by_a_long_list(database: Database) -> None:
    database.create_table(table("t", NUMBER))
    ids = database.insert_many("t", [{} for _ in range(3000)])
    assert database.delete("t", {"id": ids[:2999]}) == 2999
    assert database.select("t") == [{"id": ids[-1]}]


def test_an_unknown_operator_is_never_an_empty_condition(five: Database) -> None:
    with pytest.raises(DriverQueryError, match="greater"):
        five.delete("parents", {"age": {"greater": 0}})
    assert ages(five) == [1] * 5
