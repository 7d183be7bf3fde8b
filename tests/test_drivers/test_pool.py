"""The connections of a driver to its server: how many, for whom, and how they go
back."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import List

import pytest

from code_analysis_db.exceptions import (
    DriverError,
    DriverTransactionError,
    LockTimeoutError,
    RequestCancelledError,
    RequestTimeoutError,
    UniqueViolationError,
)

from .connecting import (
    ITEMS,
    LONG,
    Connecting,
    connecting,
    request_of,
    threads,
    wait_until,
)

__all__ = ["connecting", "threads"]


# --- how many -------------------------------------------------------------------------


def test_connections_are_opened_when_needed_and_never_more_than_allowed(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver(connection_pool_size=3)
    assert driver.connection_limit == 3
    assert connecting.connections() == 1
    driver.create_table(ITEMS)
    seen: List[int] = []

    def work(number: int) -> None:
        """Use the driver in every way."""
        for step in range(10):
            name = f"{number} {step}"
            with driver.atomic():
                driver.insert("items", {"name": name})
            assert driver.select("items", {"name": name})[0]["amount"] == 0
            if step % 5 == 0:
                seen.append(connecting.connections())

    for done in [threads.submit(work, number) for number in range(12)]:
        done.result(LONG)
    assert driver.count("items") == 120
    assert max(seen) == 3
    assert driver.stats()["connections"] <= 3
    assert driver.held_connections() == 0


def test_no_connection_is_left_when_the_driver_is_gone(connecting: Connecting) -> None:
    driver = connecting.driver()
    ids = [driver.begin_transaction() for _ in range(3)]
    assert driver.held_connections() == len(ids)
    driver.disconnect()
    wait_until(lambda: connecting.connections() == 0)
    assert driver.held_connections() == 0


def test_a_statement_in_a_transaction_needs_no_second_connection(
    connecting: Connecting,
) -> None:
    connecting.driver().create_table(ITEMS)
    driver = connecting.driver(connection_pool_size=1, connection_timeout=1)
    with driver.atomic():
        driver.insert_many("items", [{"name": "a"}, {"name": "b"}])
        assert driver.count("items") == 2
    transaction = driver.begin_transaction()
    # its table is described on the transaction's own connection
    driver.create_savepoint(transaction)
    with pytest.raises(DriverError, match="unknown table 'itemz'"):
        driver.select("itemz", transaction_id=transaction)
    assert driver.count("items", transaction_id=transaction) == 2
    driver.commit_transaction(transaction)


def test_streams_hold_a_connection_until_their_end(connecting: Connecting) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    driver.insert_many("items", [{"name": str(n)} for n in range(10)])
    first = driver.open_select("items", stream=True)
    second = driver.open_select("items", stream=True)
    third = driver.open_select("items")
    assert driver.held_connections() == 2
    assert len(first.fetch(4)) == 4
    assert len(first.fetch(7)) == 6
    assert driver.held_connections() == 1
    assert len(second.fetch(4)) == 4
    second.close()
    second.close()
    assert driver.held_connections() == 0
    assert [len(third.fetch(6)), len(third.fetch(6))] == [6, 4]
    assert driver.count("items") == 10


# --- waiting for one ------------------------------------------------------------------


def test_who_finds_no_connection_waits_for_one(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver(connection_pool_size=1)
    driver.create_table(ITEMS)
    holder = driver.begin_transaction()
    waiting: "Future[int]" = threads.submit(driver.count, "items")
    wait_until(lambda: driver.stats()["waiting_for_connection"] == 1)
    assert not waiting.done()
    driver.commit_transaction(holder)
    assert waiting.result(LONG) == 0


def test_waiting_for_a_connection_ends_at_the_deadline(connecting: Connecting) -> None:
    driver = connecting.driver(connection_pool_size=1)
    holder = driver.begin_transaction()
    start = time.perf_counter()
    with request_of(driver, 0.2), pytest.raises(RequestTimeoutError):
        driver.list_tables()
    assert 0.2 <= time.perf_counter() - start < 2
    driver.rollback_transaction(holder)
    assert driver.list_tables() == []


def test_waiting_for_a_connection_without_a_deadline_ends_at_the_connection_timeout(
    connecting: Connecting,
) -> None:
    driver = connecting.driver(connection_pool_size=1, connection_timeout=0.2)
    driver.begin_transaction()
    with pytest.raises(LockTimeoutError, match="all 1 sessions"):
        driver.list_tables()


def test_a_cancelled_request_waits_no_longer(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver(connection_pool_size=1)
    holder = driver.begin_transaction()
    with request_of(driver, LONG) as deadline:
        threading.Timer(0.1, deadline.cancel).start()
        with pytest.raises(RequestCancelledError):
            driver.list_tables()
    driver.rollback_transaction(holder)


# --- giving back ----------------------------------------------------------------------


def test_a_connection_goes_back_rolled_back(connecting: Connecting) -> None:
    driver = connecting.driver(connection_pool_size=1)
    driver.create_table(ITEMS)
    with pytest.raises(UniqueViolationError), driver.atomic():
        driver.insert("items", {"name": "a"})
        driver.insert("items", {"name": "a"})
    with pytest.raises(UniqueViolationError):
        driver.insert_many("items", [{"name": "a"}, {"id": 7, "name": "a"}])
    with pytest.raises(ZeroDivisionError), driver.atomic():
        driver.insert("items", {"name": "a"})
        raise ZeroDivisionError
    driver.insert("items", {"name": "b"})
    other = connecting.driver()
    assert [row["name"] for row in other.select("items")] == ["b"]


def test_work_that_failed_runs_nothing_more(connecting: Connecting) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)

    def work() -> None:
        """Go on after a failure, which is not for work that is run as one."""
        driver.insert("items", {"name": "a"})
        with pytest.raises(UniqueViolationError):
            driver.insert("items", {"name": "a"})
        driver.insert("items", {"name": "b"})

    with pytest.raises(DriverTransactionError, match="has failed"):
        driver.run_atomic(work)
    assert driver.count("items") == 0


def test_a_statement_of_a_block_that_fails_undoes_itself_only(
    connecting: Connecting,
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    with driver.atomic():
        driver.insert("items", {"name": "a"})
        with pytest.raises(UniqueViolationError):
            driver.insert_many("items", [{"name": "b"}, {"id": 9, "name": "a"}])
        driver.insert("items", {"name": "c"})
    names = [row["name"] for row in driver.select("items", order_by="name")]
    assert names == ["a", "c"]


def test_a_block_within_a_block_undoes_itself_only(connecting: Connecting) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    with driver.atomic():
        driver.insert("items", {"name": "a"})
        with pytest.raises(UniqueViolationError), driver.atomic():
            driver.insert("items", {"name": "b"})
            driver.insert("items", {"name": "a"})
        driver.insert("items", {"name": "c"})
    names = [row["name"] for row in driver.select("items", order_by="name")]
    assert names == ["a", "c"]
