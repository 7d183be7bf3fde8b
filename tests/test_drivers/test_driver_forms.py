"""What a driver has of its own beside the unified interface: counts where that has
ids, cursors, reasons, figures."""

from __future__ import annotations

from typing import Any

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverQueryError,
    DriverTransactionError,
    UniqueViolationError,
)


def test_insert_returns_the_number_of_rows(family: BaseDatabaseDriver) -> None:
    assert family.insert("parents", {"name": "Ada"}) == 1
    assert family.insert("parents", {"name": "Ada"}, on_conflict="ignore") == 0


def test_a_cursor_streams_and_pages(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": f"{n:04}"} for n in range(1000)])
    cursor = family.open_select("parents", columns=["name"], order_by="name")
    assert cursor.columns == ["name"]
    first = cursor.fetch(300)
    family.delete("parents", {}, all_rows=True)
    rest = [len(cursor.fetch(300)) for _ in range(3)]
    assert (len(first), rest) == (300, [300, 300, 100])
    assert cursor.fetch(300) == []
    cursor.close()
    cursor.close()


def test_a_closed_cursor_says_so(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": "a"}, {"name": "b"}])
    cursor = family.open_select("parents")
    cursor.fetch(1)
    cursor.close()
    with pytest.raises(DriverQueryError, match="closed before its end"):
        cursor.fetch(1)


def test_an_ended_transaction_says_why(family: BaseDatabaseDriver) -> None:
    transaction = family.begin_transaction()
    family.insert("parents", {"name": "a"}, transaction_id=transaction)
    family.rollback_transaction(transaction, reason="idle for 30 s")
    with pytest.raises(DriverTransactionError, match="has ended: idle for 30 s"):
        family.insert("parents", {"name": "b"}, transaction_id=transaction)
    with pytest.raises(DriverTransactionError, match="idle for 30 s"):
        family.commit_transaction(transaction)
    with pytest.raises(DriverTransactionError, match="idle for 30 s"):
        family.rollback_transaction(transaction)
    assert family.count("parents") == 0


@pytest.mark.parametrize("transaction_id", ["nope", "", 7])
def test_an_unknown_transaction_is_refused(
    family: BaseDatabaseDriver, transaction_id: Any
) -> None:
    with pytest.raises(DriverTransactionError, match="unknown transaction"):
        family.select("parents", transaction_id=transaction_id)
    assert not family.has_transaction(transaction_id)
    assert not family.holds_write_lock(transaction_id)


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


def test_cursors_end_with_their_transaction(family: BaseDatabaseDriver) -> None:
    family.insert_many("parents", [{"name": name} for name in "abc"])
    transaction = family.begin_transaction()
    cursor = family.open_select("parents", transaction_id=transaction)
    assert len(cursor.fetch(1)) == 1
    family.commit_transaction(transaction)
    with pytest.raises(Exception, match="closed before its end"):
        cursor.fetch(1)


def test_disconnecting_twice_is_fine(driver: BaseDatabaseDriver) -> None:
    assert driver.driver_type and isinstance(driver.is_thread_safe, bool)
    driver.disconnect()
    driver.disconnect()
