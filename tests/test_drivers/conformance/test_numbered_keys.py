"""Primary keys that the database numbers."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.exceptions import InvalidValueError, UniqueViolationError

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


@pytest.fixture
def numbered(database: Database) -> Database:
    """A database with the table ``t``: a numbered key and a text."""
    database.create_table(table("t", NUMBER, column("a")))
    return database


def ids(database: Database) -> List[int]:
    """Return the ids in the table, sorted."""
    return [row["id"] for row in database.select("t", order_by="id")]


def test_none_and_nothing_mean_the_next_one(numbered: Database) -> None:
    assert numbered.insert("t", {"id": None}) == 1
    assert numbered.insert("t", {}) == 2
    assert numbered.insert("t", {"a": "x"}) == 3
    assert numbered.insert_many("t", [{"id": None}, {"id": None}]) == [4, 5]


def test_zero_and_negatives_are_ordinary_numbers(numbered: Database) -> None:
    """0 is not taken for "the next one"."""
    assert numbered.insert("t", {"id": 0}) == 0
    assert numbered.insert("t", {"id": -5}) == -5
    assert numbered.insert("t", {"a": "x"}) == 1
    with pytest.raises(UniqueViolationError):
        numbered.insert("t", {"id": 0})
    assert ids(numbered) == [-5, 0, 1]


@pytest.mark.parametrize("given", [10, 9_999, 10_001, 2**31, 2**53 + 1, 2**62])
def test_the_next_one_after_a_given_larger_one_is_larger(
    numbered: Database, given: int
) -> None:
    numbered.insert("t", {"a": "first"})
    assert numbered.insert("t", {"id": given}) == given
    assert numbered.insert("t", {"a": "x"}) == given + 1
    assert numbered.insert("t", {"id": 5}) == 5
    assert numbered.insert("t", {"a": "y"}) == given + 2


@pytest.mark.parametrize("many", [1, 100])
def test_given_and_next_ones_mix_in_one_call(numbered: Database, many: int) -> None:
    rows: List[Any] = [{"id": 10}, {"id": None}, {}, {"id": -3}, {"id": None}]
    assert numbered.insert_many("t", rows) == [10, 11, 12, -3, 13]
    block = [{"id": 1000 + n} for n in range(many)]
    assert numbered.insert_many("t", [*block, {"id": None}])[-1] == 1000 + many


def test_a_deleted_highest_number_is_not_used_again(numbered: Database) -> None:
    """Or a child that still names it would get a wrong parent."""
    assert numbered.insert_many("t", [{}, {}, {}]) == [1, 2, 3]
    numbered.delete("t", {"id": {"gte": 2}})
    assert numbered.insert("t", {}) == 4
    numbered.delete("t", {}, all_rows=True)
    assert numbered.insert("t", {}) == 5
    numbered.insert("t", {"id": 20})
    numbered.delete("t", {"id": 20})
    assert numbered.insert("t", {}) == 21


def test_a_failed_insert_leaves_the_numbering_in_order(numbered: Database) -> None:
    """Numbers may be passed over; none is given twice."""
    numbered.insert("t", {"id": 1})
    with pytest.raises(UniqueViolationError):
        numbered.insert_many("t", [{"a": "x"}, {"id": 1}])
    given = numbered.insert("t", {"a": "y"})
    assert given > 1
    assert numbered.insert("t", {"a": "z"}) > given


def test_numbers_of_an_upsert(numbered: Database) -> None:
    """A key that is not there is inserted, and the next one is larger."""
    assert numbered.upsert("t", {"id": 50, "a": "x"}) == 50
    assert numbered.upsert("t", {"id": None, "a": "y"}) == 51
    assert numbered.upsert_many("t", [{"id": 50}, {"id": 70}]) == [50, 70]
    assert numbered.insert("t", {}) == 71


def test_a_changed_number_is_an_ordinary_value(numbered: Database) -> None:
    numbered.insert_many("t", [{}, {}])
    assert numbered.update("t", {"id": 2}, {"id": 1000}) == 1
    assert ids(numbered) == [1, 1000]
    with pytest.raises(UniqueViolationError):
        numbered.update("t", {"id": 1}, {"id": 1000})


def test_the_next_one_after_a_changed_larger_one_is_larger(
    numbered: Database,
) -> None:
    """Or an insert would meet it some day."""
    numbered.insert_many("t", [{}, {}])
    numbered.update("t", {"id": 2}, {"id": 4}, returning="*")
    assert numbered.insert_many("t", [{}, {}, {}]) == [5, 6, 7]
    with numbered.transaction() as tx:
        tx.update("t", {"id": 7}, {"id": 20000})
    assert numbered.insert("t", {}) == 20001


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**63 - 2])
def test_the_ends_of_64_bits(numbered: Database, number: int) -> None:
    assert numbered.insert("t", {"id": number}) == number
    assert ids(numbered) == [number]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, "1", 1.0, True])
def test_what_is_no_64_bit_int_is_refused(numbered: Database, number: Any) -> None:
    with pytest.raises(InvalidValueError):
        numbered.insert("t", {"id": number})
    assert ids(numbered) == []


def test_an_integer_in_a_composite_key_is_not_numbered(database: Database) -> None:
    pair = [column(name, "INTEGER", primary_key=True) for name in "ab"]
    database.create_table(table("t", *pair))
    database.insert("t", {"a": 0, "b": 0})
    assert database.select("t") == [{"a": 0, "b": 0}]


def test_numbers_given_in_a_transaction_that_is_rolled_back(
    numbered: Database,
) -> None:
    """May be used again or not, but never twice."""
    numbered.insert("t", {})
    with numbered.transaction() as tx:
        tx.insert("t", {"id": 500})
        tx.rollback()
    first = numbered.insert("t", {})
    assert first > 1
    assert numbered.insert("t", {}) > first
