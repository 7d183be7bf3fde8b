"""Isolation levels, read-only transactions, and what concurrent writers meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Optional

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.drivers.isolation import IsolationLevel
from code_analysis_db.exceptions import (
    DriverTransactionError,
    ReadOnlyError,
    RetryableError,
)

from ..unified.interface import Database
from .test_transactions import READS, WRITES

LEVELS = [level.value for level in IsolationLevel]


def sees_commits_of_others(database: Database, isolation: Optional[str]) -> bool:
    """Tell whether a transaction that has read sees what is committed after that."""
    database.delete("parents", {}, all_rows=True)
    with database.transaction(isolation) as tx:
        assert tx.count("parents") == 0
        database.insert("parents", {"name": "later"})
        return tx.count("parents") == 1


def test_a_strong_level_reads_one_snapshot(family: Database) -> None:
    """(At ``serializable`` a database may keep the other from writing instead.)"""
    assert not sees_commits_of_others(family, "repeatable read")


def test_the_default_level_is_the_drivers(
    family: Database, driver: BaseDatabaseDriver
) -> None:
    """Each database has its own, which the driver states; asking for it is the same."""
    default = driver.default_isolation
    strong = (IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE)
    assert sees_commits_of_others(family, None) is (default not in strong)
    assert sees_commits_of_others(family, default.value) is (default not in strong)


def test_a_read_only_transaction_at_a_strong_level_reads_one_snapshot(
    family: Database,
) -> None:
    with family.transaction("repeatable read", read_only=True) as tx:
        assert tx.count("parents") == 0
        family.insert("parents", {"name": "a"})
        assert tx.count("parents") == 0
        assert tx.select("parents") == []
    assert family.count("parents") == 1


@pytest.mark.parametrize(
    "level", [*LEVELS, "READ_COMMITTED", "Repeatable Read", "SERIALIZABLE"]
)
def test_levels_are_known_by_name(family: Database, level: str) -> None:
    """Case and underscores do not matter; each holds for one transaction only."""
    with family.transaction(level) as tx:
        tx.insert("parents", {"name": level})
        assert tx.count("parents") == 1
    with family.transaction() as tx:
        assert tx.count("parents", {"name": level}) == 1


@pytest.mark.parametrize("level", ["serialisable", "", "chaos"])
def test_an_unknown_level_is_refused(family: Database, level: str) -> None:
    with pytest.raises(Exception, match="isolation"):
        family.begin_transaction(level)
    family.insert("parents", {"name": "a"})


@pytest.mark.parametrize("name", WRITES)
def test_a_read_only_transaction_refuses_every_write(
    family: Database, name: str
) -> None:
    """And goes on reading."""
    family.insert("parents", {"name": "kept"})
    with family.transaction(read_only=True) as tx:
        with pytest.raises(ReadOnlyError):
            WRITES[name](tx)
        assert tx.count("parents") == 1
        with pytest.raises(ReadOnlyError):
            WRITES[name](tx)
    assert [row["name"] for row in family.select("parents")] == ["kept"]


@pytest.mark.parametrize("name", READS)
def test_a_read_only_transaction_takes_every_read(family: Database, name: str) -> None:
    with family.transaction(read_only=True) as tx:
        READS[name](tx)
        with tx.batch() as batch:
            counted = batch.count("parents")
        with tx.transaction() as part:
            READS[name](part)
    assert counted.result == 0


def test_read_only_holds_for_one_transaction_only(family: Database) -> None:
    with family.transaction(read_only=True) as tx:
        tx.count("parents")
    for number in range(12):
        family.insert("parents", {"name": str(number)})
    with family.transaction() as tx:
        tx.insert("parents", {"name": "x"})
    assert family.count("parents") == 13


def test_read_only_and_write_exclude_each_other(family: Database) -> None:
    with pytest.raises(DriverTransactionError, match="read_only and write"):
        family.begin_transaction(read_only=True, write=True)


def test_write_is_taken_everywhere(family: Database) -> None:
    """It says that writes will follow; who has one lock for all takes it at once."""
    with family.transaction(write=True) as tx:
        assert tx.count("parents") == 0
        tx.insert("parents", {"name": "a"})
    assert family.count("parents") == 1


def test_no_update_is_lost(family: Database) -> None:
    """Where two read a row and write what follows from it, at a strong level, one of
    them is told to try the whole again."""
    family.insert("parents", {"name": "a", "age": 0})
    times = 8

    def count_up(_: int) -> None:
        """Add one, until it is done."""
        while True:
            try:
                with family.transaction("serializable") as tx:
                    (row,) = tx.select("parents", {"name": "a"})
                    tx.update("parents", {"name": "a"}, {"age": row["age"] + 1})
                return
            except RetryableError:
                continue

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(count_up, range(times)))
    assert family.select("parents", columns=["age"]) == [{"age": times}]


def test_two_writers_of_different_rows(
    family: Database, driver: BaseDatabaseDriver
) -> None:
    """Go side by side unless the database has a single writer."""
    family.insert_many("parents", [{"name": "a", "age": 0}, {"name": "b", "age": 0}])
    with family.transaction() as tx:
        tx.update("parents", {"id": 1}, {"age": 1})
        if not driver.has_single_writer:
            assert family.update("parents", {"id": 2}, {"age": 2}) == 1
            family.insert("parents", {"name": "c", "age": 3})
        tx.update("parents", {"id": 1}, {"age": 4})
    ages = [row["age"] for row in family.select("parents", order_by="id")]
    assert ages == ([4, 0] if driver.has_single_writer else [4, 2, 3])
