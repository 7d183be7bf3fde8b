"""Nested transactions: savepoints."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverTransactionError,
    UniqueViolationError,
)

from ..unified.definitions import PARENTS
from ..unified.interface import Database, Rows, Transaction


def add(rows: Rows, *names: str) -> None:
    """Insert parents."""
    for name in names:
        rows.insert("parents", {"name": name})


def names(database: Rows) -> str:
    """Return the names of the parents, in order."""
    rows = database.select("parents", order_by="name", columns=["name"])
    return "".join(row["name"] for row in rows)


def test_an_inner_block_is_undone_by_itself(family: Database) -> None:
    """By its own rollback, or by an error that is caught outside of it."""
    with family.transaction() as tx:
        add(tx, "a")
        with tx.transaction() as part:
            add(part, "b")
            part.rollback()
        add(tx, "c")
        with pytest.raises(ZeroDivisionError):
            with tx.transaction() as part:
                add(part, "d")
                raise ZeroDivisionError
        with tx.transaction() as part:
            add(part, "e")
        assert names(tx) == "ace"
    assert names(family) == "ace"


def test_an_inner_block_goes_with_the_outer_one(family: Database) -> None:
    with family.transaction() as tx:
        with tx.transaction() as part:
            add(part, "a")
            part.commit()
        tx.rollback()
    assert names(family) == ""


def test_they_nest_deeply(family: Database) -> None:
    """Every other level is undone, with what is inside of it."""

    def descend(transaction: Transaction, letters: List[str]) -> None:
        """Add a letter on each level."""
        add(transaction, letters[0])
        if len(letters) > 1:
            with transaction.transaction() as part:
                descend(part, letters[1:])
                if letters[1] == "d":
                    part.rollback()

    with family.transaction() as tx:
        descend(tx, list("abcdefgh"))
    assert names(family) == "abc"


def test_an_error_inside_a_part_undoes_its_statement_only(family: Database) -> None:
    with family.transaction() as tx:
        add(tx, "a")
        with tx.transaction() as part:
            add(part, "b")
            with pytest.raises(UniqueViolationError):
                add(part, "a")
            add(part, "c")
    assert names(family) == "abc"


def test_an_error_out_of_a_part_undoes_the_part(family: Database) -> None:
    with family.transaction() as tx:
        add(tx, "a")
        with pytest.raises(UniqueViolationError):
            with tx.transaction() as part:
                add(part, "b", "a")
        add(tx, "c")
    assert names(family) == "ac"


def test_parts_one_after_the_other(family: Database) -> None:
    with family.transaction() as tx:
        for number, letter in enumerate("abcdefghij"):
            with tx.transaction() as part:
                add(part, letter)
                if number % 3 == 0:
                    part.rollback()
    assert names(family) == "bcefhi"


def test_a_part_ends_once(family: Database) -> None:
    with family.transaction() as tx:
        with tx.transaction() as part:
            add(part, "a")
            part.rollback()
            with pytest.raises(DriverTransactionError):
                part.commit()
        add(tx, "b")
    assert names(family) == "b"


def test_savepoints_of_a_driver_end_with_those_around_them(
    driver: BaseDatabaseDriver,
) -> None:
    """Released, or rolled back to, with an outer one."""
    driver.create_table(PARENTS)
    transaction = driver.begin_transaction()

    def insert(name: str) -> None:
        """Insert a parent in the transaction."""
        driver.insert("parents", {"name": name}, transaction_id=transaction)

    outer = driver.create_savepoint(transaction)
    insert("a")
    inner = driver.create_savepoint(transaction)
    insert("b")
    assert driver.rollback_to_savepoint(transaction, inner) is True
    insert("c")
    assert driver.release_savepoint(transaction, outer) is True
    with pytest.raises(DriverTransactionError, match="unknown savepoint"):
        driver.release_savepoint(transaction, inner)
    last = driver.create_savepoint(transaction)
    lost = driver.create_savepoint(transaction)
    driver.rollback_to_savepoint(transaction, last)
    with pytest.raises(DriverTransactionError, match="unknown savepoint"):
        driver.rollback_to_savepoint(transaction, lost)
    driver.commit_transaction(transaction)
    found = [row["name"] for row in driver.select("parents", order_by="name")]
    assert found == ["a", "c"]
    with pytest.raises(DriverTransactionError):
        driver.create_savepoint(transaction)
