"""Transactions: what they keep together, how they end, who else sees what."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverTransactionError,
    ForeignKeyViolationError,
    LockTimeoutError,
    ReadOnlyError,
    SerializationError,
    UniqueViolationError,
)
from code_analysis_db.rows import RowBlock

from .conftest import MakeSQLite
from .unified.definitions import CHILDREN, PARENTS

Operation = Callable[[BaseDatabaseDriver, str], Any]

OPERATIONS: Dict[str, Operation] = {
    "insert": lambda d, t: d.insert("parents", {"name": "x"}, transaction_id=t),
    "insert_many": lambda d, t: d.insert_many(
        "parents", [{"name": "x"}, {"name": "y"}], transaction_id=t
    ),
    "upsert": lambda d, t: d.upsert_blocks(
        "parents", [RowBlock(["id", "name"], [[1, "x"]])], transaction_id=t
    ),
    "update": lambda d, t: d.update(
        "parents", {"name": "kept"}, {"age": 9}, transaction_id=t
    ),
    "delete": lambda d, t: d.delete("parents", {"name": "kept"}, transaction_id=t),
    "execute": lambda d, t: d.execute("DELETE FROM parents", transaction_id=t),
    "execute_many": lambda d, t: d.execute_many(
        "INSERT INTO parents (name) VALUES (?)", [["x"], ["y"]], transaction_id=t
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_write_rolls_back_with_its_transaction(
    family: BaseDatabaseDriver, name: str
) -> None:
    """Nobody else sees it before, and nothing is left of it after."""
    family.insert("parents", {"name": "kept", "age": 1})
    before = family.select("parents")
    transaction = family.begin_transaction()
    OPERATIONS[name](family, transaction)
    assert family.select("parents", transaction_id=transaction) != before
    assert family.select("parents") == before
    assert family.rollback_transaction(transaction) is True
    assert family.select("parents") == before


def test_commit_makes_all_visible_at_once(family: BaseDatabaseDriver) -> None:
    transaction = family.begin_transaction()
    family.insert("parents", {"name": "a"}, transaction_id=transaction)
    assert family.count("parents") == 0
    assert family.count("parents", transaction_id=transaction) == 1
    assert family.commit_transaction(transaction) is True
    assert family.count("parents") == 1


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_ended_transaction_says_why(family: BaseDatabaseDriver, name: str) -> None:
    transaction = family.begin_transaction()
    family.rollback_transaction(transaction, reason="idle for 30 s")
    with pytest.raises(DriverTransactionError, match="has ended: idle for 30 s"):
        OPERATIONS[name](family, transaction)
    with pytest.raises(DriverTransactionError, match="idle for 30 s"):
        family.commit_transaction(transaction)
    with pytest.raises(DriverTransactionError, match="idle for 30 s"):
        family.rollback_transaction(transaction)


@pytest.mark.parametrize("transaction_id", ["nope", "", 7])
def test_an_unknown_transaction_is_refused(
    family: BaseDatabaseDriver, transaction_id: Any
) -> None:
    with pytest.raises(DriverTransactionError, match="unknown transaction"):
        family.select("parents", transaction_id=transaction_id)
    assert not family.has_transaction(transaction_id)
    assert not family.holds_write_lock(transaction_id)


def test_an_error_undoes_its_statement_only(family: BaseDatabaseDriver) -> None:
    transaction = family.begin_transaction()
    family.insert("parents", {"name": "a"}, transaction_id=transaction)
    with pytest.raises(UniqueViolationError):
        family.insert_many(
            "parents",
            [{"name": "b"}, {"name": "c", "age": 1}, {"name": "a"}],
            transaction_id=transaction,
        )
    family.insert("parents", {"name": "d"}, transaction_id=transaction)
    family.commit_transaction(transaction)
    assert {row["name"] for row in family.select("parents")} == {"a", "d"}


def test_a_session_put_back_after_an_error_is_clean(
    family: BaseDatabaseDriver,
) -> None:
    """The next transaction on it begins with nothing of the one before."""
    for _ in range(10):
        transaction = family.begin_transaction()
        family.insert("parents", {"name": "a"}, transaction_id=transaction)
        with pytest.raises(UniqueViolationError):
            family.insert("parents", {"name": "a"}, transaction_id=transaction)
        family.rollback_transaction(transaction)
        other = family.begin_transaction()
        assert family.count("parents", transaction_id=other) == 0
        family.commit_transaction(other)


def test_a_read_leaves_no_transaction_open(family: BaseDatabaseDriver) -> None:
    """Neither a cursor that is closed early nor a select."""
    family.insert("parents", {"name": "a"})
    cursor = family.open_select("parents")
    cursor.fetch(1)
    cursor.close()
    family.select("parents")
    family.maintain()
    family.insert("parents", {"name": "b"})
    family.maintain()
    assert family.stats()["transactions"] == 0
    assert family.count("parents") == 2


def test_nothing_commits_inside_a_callers_transaction(
    family: BaseDatabaseDriver,
) -> None:
    """Neither an inner scope, a savepoint, nor raw SQL."""
    transaction = family.begin_transaction()
    family.insert("parents", {"name": "a"}, transaction_id=transaction)
    with family.atomic(transaction):
        family.insert("parents", {"name": "b"}, transaction_id=transaction)
    family.release_savepoint(transaction, family.create_savepoint(transaction))
    for sql in ("COMMIT", "END", "BEGIN", "SAVEPOINT x", "ROLLBACK"):
        with pytest.raises(Exception, match="transaction"):
            family.execute(sql, transaction_id=transaction)
    family.rollback_transaction(transaction)
    assert family.count("parents") == 0


def test_savepoints_nest(family: BaseDatabaseDriver) -> None:
    transaction = family.begin_transaction()

    def insert(name: str) -> None:
        """Insert a parent in the transaction."""
        family.insert("parents", {"name": name}, transaction_id=transaction)

    outer = family.create_savepoint(transaction)
    insert("a")
    inner = family.create_savepoint(transaction)
    insert("b")
    assert family.rollback_to_savepoint(transaction, inner) is True
    insert("c")
    assert family.release_savepoint(transaction, outer) is True
    with pytest.raises(DriverTransactionError, match="unknown savepoint"):
        family.release_savepoint(transaction, inner)
    last = family.create_savepoint(transaction)
    lost = family.create_savepoint(transaction)
    family.rollback_to_savepoint(transaction, last)
    with pytest.raises(DriverTransactionError, match="unknown savepoint"):
        family.rollback_to_savepoint(transaction, lost)
    family.commit_transaction(transaction)
    names = [row["name"] for row in family.select("parents", order_by="name")]
    assert names == ["a", "c"]


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


def test_a_transaction_reads_one_snapshot(family: BaseDatabaseDriver) -> None:
    transaction = family.begin_transaction(read_only=True)
    assert family.count("parents", transaction_id=transaction) == 0
    family.insert("parents", {"name": "a"})
    assert family.count("parents", transaction_id=transaction) == 0
    family.commit_transaction(transaction)


def test_writing_on_a_stale_snapshot_is_a_serialization_error(
    family: BaseDatabaseDriver,
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
    family: BaseDatabaseDriver,
) -> None:
    transaction = family.begin_transaction()
    family.count("parents", transaction_id=transaction)
    assert not family.holds_write_lock(transaction)
    family.insert("parents", {"name": "b"}, transaction_id=transaction)
    assert family.holds_write_lock(transaction)
    family.commit_transaction(transaction)
    assert family.count("parents") == 1


def test_a_read_only_transaction_refuses_every_write(
    family: BaseDatabaseDriver,
) -> None:
    for name, operation in OPERATIONS.items():
        transaction = family.begin_transaction(read_only=True)
        with pytest.raises(ReadOnlyError, match="read-only"):
            operation(family, transaction)
        assert family.count("parents", transaction_id=transaction) == 0, name
        family.commit_transaction(transaction)


@pytest.mark.parametrize("level", ["serializable", "READ_COMMITTED", "Repeatable Read"])
def test_isolation_levels_are_known_by_name(
    family: BaseDatabaseDriver, level: str
) -> None:
    family.rollback_transaction(family.begin_transaction(isolation=level))


def test_an_unknown_isolation_level_is_refused(family: BaseDatabaseDriver) -> None:
    with pytest.raises(DriverTransactionError, match="did you mean 'serializable'"):
        family.begin_transaction(isolation="serialisable")
    with pytest.raises(DriverTransactionError, match="read_only and write"):
        family.begin_transaction(read_only=True, write=True)
    assert family.stats()["transactions"] == 0


@pytest.mark.parametrize("sql", ["CREATE TABLE x (a)", "DROP TABLE parents", "VACUUM"])
def test_what_cannot_be_rolled_back_is_refused_inside(
    family: BaseDatabaseDriver, sql: str
) -> None:
    transaction = family.begin_transaction()
    with pytest.raises(DriverTransactionError, match="inside a transaction"):
        family.execute(sql, transaction_id=transaction)
    family.rollback_transaction(transaction)
    with family.atomic():
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.execute(sql)
    assert family.list_tables() == ["children", "parents"]


def test_tables_are_not_changed_inside_a_block(family: BaseDatabaseDriver) -> None:
    with family.atomic():
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.create_table(PARENTS)
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.drop_table("parents")
        with pytest.raises(DriverTransactionError, match="inside a transaction"):
            family.alter_table("parents", {"drop_columns": ["age"]})


def test_cursors_end_with_their_transaction(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": name} for name in "abc"])
    transaction = family.begin_transaction()
    cursor = family.open_select("parents", transaction_id=transaction)
    assert len(cursor.fetch(1)) == 1
    family.commit_transaction(transaction)
    with pytest.raises(Exception, match="closed before its end"):
        cursor.fetch(1)


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
