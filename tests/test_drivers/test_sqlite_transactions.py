"""Transactions where SQLite's single writer and its own rollbacks are concerned."""

from __future__ import annotations

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.exceptions import (
    DriverTransactionError,
    ForeignKeyViolationError,
    LockTimeoutError,
    SerializationError,
    UniqueViolationError,
)

from .conftest import MakeSQLite
from .unified.definitions import CHILDREN, PARENTS


@pytest.fixture
def family(make_sqlite: MakeSQLite) -> SQLiteDriver:
    """A driver with the tables ``parents`` and ``children``, empty."""
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.create_table(CHILDREN)
    return driver


def test_writing_on_a_stale_snapshot_is_a_serialization_error(
    family: SQLiteDriver,
) -> None:
    transaction = family.begin_transaction()
    family.count("parents", transaction_id=transaction)
    family.insert("parents", {"name": "a"})
    with pytest.raises(SerializationError, match="write=True"):
        family.insert("parents", {"name": "b"}, transaction_id=transaction)
    assert not family.holds_write_lock(transaction)
    family.insert("parents", {"name": "c"})
    family.rollback_transaction(transaction)
    again = family.begin_transaction(write=True)
    assert family.holds_write_lock(again)
    assert family.count("parents", transaction_id=again) == 2
    family.insert("parents", {"name": "b"}, transaction_id=again)
    family.commit_transaction(again)


def test_a_transaction_that_read_may_write_while_nobody_else_did(
    family: SQLiteDriver,
) -> None:
    transaction = family.begin_transaction()
    family.count("parents", transaction_id=transaction)
    assert not family.holds_write_lock(transaction)
    family.insert("parents", {"name": "b"}, transaction_id=transaction)
    assert family.holds_write_lock(transaction)
    family.commit_transaction(transaction)
    assert family.count("parents") == 1


@pytest.mark.parametrize("sql", ["CREATE TABLE x (a)", "DROP TABLE parents", "VACUUM"])
def test_what_cannot_be_rolled_back_is_refused_inside(
    family: SQLiteDriver, sql: str
) -> None:
    transaction = family.begin_transaction()
    with pytest.raises(DriverTransactionError, match="inside a transaction"):
        family.execute(sql, transaction_id=transaction)
    family.rollback_transaction(transaction)
    with family.atomic():
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.execute(sql)
    assert family.list_tables() == ["children", "parents"]


def test_a_writer_that_waits_too_long_is_told_who_holds_the_lock(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite(busy_timeout=0.05)
    driver.create_table(PARENTS)
    transaction = driver.begin_transaction(write=True)
    with pytest.raises(LockTimeoutError, match=f"held by transaction '{transaction}'"):
        driver.insert("parents", {"name": "a"})
    with pytest.raises(LockTimeoutError, match="held by transaction"):
        driver.begin_transaction(write=True)
    assert driver.stats()["transactions"] == 1
    driver.commit_transaction(transaction)
    driver.insert("parents", {"name": "a"})


def test_a_commit_that_fails_rolls_back(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.execute(
        "CREATE TABLE late (p INTEGER REFERENCES parents (id)"
        " DEFERRABLE INITIALLY DEFERRED)"
    )
    transaction = driver.begin_transaction()
    driver.insert("late", {"p": 7}, transaction_id=transaction)
    with pytest.raises(ForeignKeyViolationError):
        driver.commit_transaction(transaction)
    with pytest.raises(DriverTransactionError, match="its commit failed: FOREIGN KEY"):
        driver.count("late", transaction_id=transaction)
    assert driver.count("late") == 0
    driver.insert("parents", {"name": "a"})


def test_a_transaction_that_sqlite_rolled_back_is_ended(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.create_table(CHILDREN)
    transaction = driver.begin_transaction()
    driver.insert("parents", {"name": "a"}, transaction_id=transaction)
    with pytest.raises(UniqueViolationError, match="rolled back as a whole"):
        driver.execute(
            "INSERT OR ROLLBACK INTO parents (name) VALUES ('a')",
            transaction_id=transaction,
        )
    assert not driver.has_transaction(transaction)
    with pytest.raises(DriverTransactionError, match="rolled back by sqlite: UNIQUE"):
        driver.insert("parents", {"name": "b"}, transaction_id=transaction)
    with pytest.raises(DriverTransactionError, match="rolled back by sqlite"):
        driver.commit_transaction(transaction)
    driver.insert("parents", {"name": "c"})
    assert [row["name"] for row in driver.select("parents")] == ["c"]


def test_a_block_that_sqlite_rolled_back_does_not_go_on_by_halves(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    with pytest.raises(DriverTransactionError, match="rolled back by sqlite"):
        with driver.atomic():
            driver.insert("parents", {"name": "a"})
            with pytest.raises(UniqueViolationError):
                driver.execute("INSERT OR ROLLBACK INTO parents (name) VALUES ('a')")
            driver.insert("parents", {"name": "b"})
    assert driver.count("parents") == 0


def test_disconnecting_rolls_back(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    transaction = driver.begin_transaction()
    driver.insert("parents", {"name": "a"}, transaction_id=transaction)
    driver.open_select("parents", transaction_id=transaction).fetch(1)
    driver.disconnect()
    again = make_sqlite()
    assert again.count("parents") == 0
    again.insert("parents", {"name": "b"})
