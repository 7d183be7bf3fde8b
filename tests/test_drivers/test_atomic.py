"""``atomic``: the operations of a block as one, on a driver alone."""

from __future__ import annotations

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverTransactionError,
    ReadOnlyError,
    UniqueViolationError,
)

from .unified.definitions import PARENTS


def test_atomic_is_one_transaction_for_its_thread(family: BaseDatabaseDriver) -> None:
    with pytest.raises(UniqueViolationError):
        with family.atomic():
            family.insert("parents", {"name": "a"})
            assert family.count("parents") == 1
            family.insert("parents", {"name": "a"})
    assert family.count("parents") == 0
    with family.atomic():
        family.insert("parents", {"name": "a"})
        with pytest.raises(UniqueViolationError):
            with family.atomic():
                family.insert("parents", {"name": "b"})
                family.insert("parents", {"name": "a"})
        family.insert("parents", {"name": "c"})
    names = [row["name"] for row in family.select("parents", order_by="name")]
    assert names == ["a", "c"]


def test_atomic_in_a_transaction_is_a_savepoint(family: BaseDatabaseDriver) -> None:
    transaction = family.begin_transaction()
    with pytest.raises(UniqueViolationError):
        with family.atomic(transaction):
            family.insert("parents", {"name": "a"}, transaction_id=transaction)
            family.insert("parents", {"name": "a"}, transaction_id=transaction)
    family.insert("parents", {"name": "b"}, transaction_id=transaction)
    family.commit_transaction(transaction)
    assert [row["name"] for row in family.select("parents")] == ["b"]


def test_a_reading_block_sees_one_snapshot(family: BaseDatabaseDriver) -> None:
    with family.atomic(write=False):
        assert family.count("parents") == 0
        transaction = family.begin_transaction()
        family.insert("parents", {"name": "a"}, transaction_id=transaction)
        family.commit_transaction(transaction)
        assert family.count("parents") == 0
        with pytest.raises(ReadOnlyError):
            family.insert("parents", {"name": "b"})
    assert family.count("parents") == 1


def test_tables_are_not_changed_inside_a_block(family: BaseDatabaseDriver) -> None:
    with family.atomic():
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.create_table(PARENTS)
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.drop_table("parents")
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.alter_table("parents", {"drop_columns": ["age"]})
