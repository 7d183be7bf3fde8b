"""``batch()``: many operations as one."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

from code_analysis_db.exceptions import (
    DriverError,
    GuardError,
    InvalidValueError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.interface import Database


def test_each_operation_has_the_result_of_its_method(family: Database) -> None:
    """In their order: each sees what those before it did."""
    with family.batch() as batch:
        one = batch.insert("parents", {"name": "a"})
        row = batch.insert("parents", {"name": "b"}, returning=["id", "name"])
        many = batch.insert_many("parents", [{"name": "c"}, {"name": "d"}])
        put = batch.upsert("parents", {"id": 1, "name": "a", "age": 9})
        puts = batch.upsert_many(
            "parents", [{"id": 1, "name": "e"}], returning=["name", "age"]
        )
        changed = batch.update("parents", {"name": ["b", "c"]}, {"age": 5})
        gone = batch.delete("parents", {"name": "d"}, returning=["name"])
        rows = batch.select("parents", columns=["name"], order_by="id")
        count = batch.count("parents")
        ages = batch.aggregate("parents", {"most": ("max", "age")})
        sql = batch.execute("SELECT count(*) AS n FROM parents")
        updates = batch.execute_many("UPDATE parents SET age = ?", [[1], [2]])
    assert one.result == 1
    assert row.result == {"id": 2, "name": "b"}
    assert many.result == [3, 4]
    assert put.result == 1
    assert puts.result == [{"name": "e", "age": 9}]
    assert changed.result == 2
    assert gone.result == [{"name": "d"}]
    assert rows.result == [{"name": "e"}, {"name": "b"}, {"name": "c"}]
    assert count.result == 3
    assert ages.result == [{"most": 9}]
    assert sql.result["data"] == [{"n": 3}]
    assert updates.result == 6
    assert family.count("parents", {"age": 2}) == 3


def test_nothing_of_it_is_seen_before_its_end(family: Database) -> None:
    with family.batch() as batch:
        batch.insert("parents", {"name": "a"})
        assert family.count("parents") == 0
    assert family.count("parents") == 1


FAULTS: Dict[str, Any] = {
    "a constraint": (
        lambda b: b.insert("parents", {"name": "first"}),
        UniqueViolationError,
    ),
    "a value": (lambda b: b.insert("parents", {"name": 5}), InvalidValueError),
    "a column": (lambda b: b.update("parents", {"x": 1}, {"age": 1}), DriverError),
    "a table": (lambda b: b.count("nowhere"), UnknownTableError),
    "a guard": (lambda b: b.delete("parents", {}), GuardError),
    "sql": (lambda b: b.execute("SELECT nam FROM parents"), UnknownColumnError),
    "control": (lambda b: b.execute("COMMIT"), DriverError),
    "definitions": (lambda b: b.execute("DROP TABLE children"), DriverError),
}


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a transaction"])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_that_fails_undoes_it_all(
    family: Database, fault: str, inside: bool
) -> None:
    """In a transaction, that part of it only."""
    operation: Callable[[Any], Any]
    operation, error = FAULTS[fault]
    if not inside:
        with pytest.raises(error):
            with family.batch() as batch:
                batch.insert("parents", {"name": "first"})
                operation(batch)
                batch.insert("parents", {"name": "last"})
        assert family.count("parents") == 0
        return
    with family.transaction() as tx:
        tx.insert("parents", {"name": "before"})
        with pytest.raises(error):
            with tx.batch() as batch:
                batch.insert("parents", {"name": "first"})
                operation(batch)
        tx.insert("parents", {"name": "after"})
    found = [row["name"] for row in family.select("parents", order_by="id")]
    assert found == ["before", "after"]


def test_inside_a_transaction_it_goes_with_it(family: Database) -> None:
    with family.transaction() as tx:
        with tx.batch() as batch:
            batch.insert("parents", {"name": "a"})
        with family.batch(transaction_id=tx.id) as batch:
            count = batch.count("parents")
        assert count.result == 1
        tx.rollback()
    assert family.count("parents") == 0


def test_parents_and_children_in_one(family: Database) -> None:
    """Keys that are given, as they must be where one operation refers to another."""
    with family.batch() as batch:
        for number in range(1, 100):
            batch.insert("parents", {"id": number, "name": str(number)})
            batch.insert_many("children", [{"parent_id": number}] * 3)
    assert family.count("children") == 297
    with family.batch() as batch:
        batch.delete("parents", {"id": {"gte": 1}})
        left = batch.count("children")
    assert left.result == 0


def test_an_empty_one_is_no_work(family: Database) -> None:
    with family.batch():
        pass
    with pytest.raises(ZeroDivisionError):
        with family.batch() as batch:
            batch.insert("parents", {"name": "a"})
            raise ZeroDivisionError
    assert family.count("parents") == 0
