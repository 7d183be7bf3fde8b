"""The connections of a driver to its server: how many, for whom, and what becomes of
them."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Iterator, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, Deadline
from code_analysis_db.exceptions import (
    DeadlockError,
    DriverConnectionError,
    DriverError,
    DriverTransactionError,
    LockTimeoutError,
    RequestCancelledError,
    RequestTimeoutError,
    UniqueViolationError,
)

from .connecting import ITEMS, LONG, Connecting, connecting, request_of, wait_until

__all__ = ["connecting"]


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads to call a driver from."""
    executor = ThreadPoolExecutor(16)
    yield executor
    # the drivers, which go after this, stop what a failed test has left waiting
    executor.shutdown(wait=False)


def _locked_row(driver: BaseDatabaseDriver) -> str:
    """Create the table with a row of id 1, and return a transaction that has it
    locked: whoever updates it waits."""
    driver.create_table(ITEMS)
    driver.insert("items", {"name": "one"})
    holder = driver.begin_transaction()
    driver.update("items", {"id": 1}, {"amount": 1}, transaction_id=holder)
    return holder


def _update(driver: BaseDatabaseDriver, deadline: Deadline) -> int:
    """Update the locked row, as a request of its own."""
    driver.context.deadline = deadline
    try:
        return driver.update("items", {"id": 1}, {"amount": 2})
    finally:
        driver.context.deadline = None


# --- how many ------------------------------------------------------------------------


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


# --- waiting for one -----------------------------------------------------------------


def test_who_finds_no_connection_waits_for_one(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver(connection_pool_size=1)
    driver.create_table(ITEMS)
    holder = driver.begin_transaction()
    waiting: "Future[int]" = threads.submit(driver.count, "items")
    time.sleep(0.1)
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


# --- stopping what runs --------------------------------------------------------------


def test_a_statement_stops_when_its_time_is_up(connecting: Connecting) -> None:
    driver = connecting.driver()
    holder = _locked_row(driver)
    start = time.perf_counter()
    with request_of(driver, 0.2) as deadline:
        threading.Timer(0.2, deadline.expire).start()
        with pytest.raises(RequestTimeoutError):
            driver.update("items", {"id": 1}, {"amount": 5})
    assert time.perf_counter() - start < 3
    driver.rollback_transaction(holder)
    assert driver.select("items")[0]["amount"] == 0


def test_a_statement_that_is_cancelled_leaves_its_transaction_usable(
    connecting: Connecting,
) -> None:
    driver = connecting.driver()
    holder = _locked_row(driver)
    other = driver.begin_transaction()
    driver.insert("items", {"name": "two"}, transaction_id=other)
    with request_of(driver, LONG) as deadline:
        threading.Timer(0.1, deadline.cancel).start()
        with pytest.raises(RequestCancelledError):
            driver.update("items", {"id": 1}, {"amount": 5}, transaction_id=other)
    driver.insert("items", {"name": "three"}, transaction_id=other)
    driver.commit_transaction(other)
    driver.rollback_transaction(holder)
    names = [row["name"] for row in driver.select("items", order_by="id")]
    assert names == ["one", "two", "three"]


def test_a_cancel_that_comes_late_does_not_hit_the_next_statement(
    connecting: Connecting,
) -> None:
    driver = connecting.driver(connection_pool_size=1)
    driver.create_table(ITEMS)
    chance = random.Random(3)
    for number in range(60):
        with request_of(driver, LONG) as deadline:
            timer = threading.Timer(chance.uniform(0, 0.003), deadline.cancel)
            timer.start()
            try:
                driver.insert("items", {"name": str(number)})
                done = True
            except RequestCancelledError:
                done = False
            timer.join()
        assert driver.count("items", {"name": str(number)}) == done


def test_disconnecting_stops_what_runs(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver()
    holder = connecting.driver()
    locked = _locked_row(holder)
    waiting = threads.submit(_update, driver, Deadline())
    wait_until(lambda: driver.stats()["idle_connections"] == 0)
    time.sleep(0.1)
    driver.disconnect()
    with pytest.raises(DriverError):
        waiting.result(LONG)
    holder.rollback_transaction(locked)
    wait_until(lambda: connecting.connections() == 1)


# --- lost connections ----------------------------------------------------------------


def test_a_connection_that_was_cut_while_idle_is_replaced_unnoticed(
    connecting: Connecting,
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    for number in range(3):
        connecting.cut()
        driver.insert("items", {"name": f"a{number}"})
        connecting.cut()
        assert driver.count("items") == number + 1
        connecting.cut()
        with driver.atomic():
            assert driver.count("items") == number + 1


def test_a_transaction_whose_connection_is_cut_is_gone_and_says_so(
    connecting: Connecting,
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    transaction = driver.begin_transaction()
    driver.insert("items", {"name": "a"}, transaction_id=transaction)
    connecting.cut()
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        driver.insert("items", {"name": "b"}, transaction_id=transaction)
    assert not driver.has_transaction(transaction)
    assert driver.held_connections() == 0
    with pytest.raises(DriverTransactionError, match="has ended: its connection"):
        driver.commit_transaction(transaction)
    assert driver.count("items") == 0


def test_a_commit_of_a_transaction_whose_connection_was_cut_does_not_succeed(
    connecting: Connecting,
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    transaction = driver.begin_transaction()
    driver.insert("items", {"name": "a"}, transaction_id=transaction)
    connecting.cut()
    with pytest.raises(DriverError):
        driver.commit_transaction(transaction)
    assert driver.held_connections() == 0
    assert driver.count("items") == 0


def test_a_block_whose_connection_is_cut_is_run_again(connecting: Connecting) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    runs: List[int] = []

    def work() -> None:
        """Insert a row, and lose the connection the first time."""
        runs.append(len(runs))
        driver.insert("items", {"name": "a"})
        if len(runs) == 1:
            connecting.cut()
        driver.insert("items", {"name": "b"})

    driver.run_atomic(work)
    assert len(runs) == 2
    assert driver.count("items") == 2


def test_a_stream_whose_connection_is_cut_fails_and_lets_go(
    connecting: Connecting,
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    # more than all buffers between the server and here take
    driver.insert_many("items", [{"note": "x" * 10_000} for _ in range(3000)])
    cursor = driver.open_select("items", stream=True)
    cursor.fetch(10)
    connecting.cut()
    with pytest.raises(DriverConnectionError):
        while cursor.fetch(100):
            continue
    cursor.close()
    assert driver.held_connections() == 0
    assert driver.count("items") == 3000


# --- giving back ---------------------------------------------------------------------


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


# --- giving up for others ------------------------------------------------------------


def test_blocks_that_deadlock_are_both_done(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    driver.insert_many("items", [{"name": "a"}, {"name": "b"}])
    both_have_one = threading.Barrier(2)
    runs: List[str] = []

    def add(first: str, second: str) -> None:
        """Count up two rows in their order; the first time beside the other."""
        runs.append(first)
        driver.execute("UPDATE items SET amount = amount + 1 WHERE name = ?", [first])
        if runs.count(first) == 1:
            both_have_one.wait(LONG)
        driver.execute("UPDATE items SET amount = amount + 1 WHERE name = ?", [second])

    def run(first: str, second: str) -> None:
        """Do it as one."""
        driver.run_atomic(lambda: add(first, second))

    for done in [threads.submit(run, "a", "b"), threads.submit(run, "b", "a")]:
        done.result(LONG)
    assert len(runs) >= 3
    assert [row["amount"] for row in driver.select("items")] == [2, 2]


def test_a_deadlock_in_a_transaction_is_raised(
    connecting: Connecting, threads: ThreadPoolExecutor
) -> None:
    driver = connecting.driver()
    driver.create_table(ITEMS)
    driver.insert_many("items", [{"name": "a"}, {"name": "b"}])
    ids = [driver.begin_transaction() for _ in range(2)]
    for name, transaction in zip("ab", ids):
        driver.update(
            "items", {"name": name}, {"amount": 1}, transaction_id=transaction
        )
    crossing = [
        threads.submit(
            driver.update,
            "items",
            {"name": name},
            {"amount": 2},
            transaction_id=transaction,
        )
        for name, transaction in zip("ba", ids)
    ]
    # the victim's first row stays locked until its owner gives up, where the server
    # undid the statement only
    wait_until(lambda: any(d.done() and d.exception() for d in crossing))
    pairs = list(zip(crossing, ids))
    given_up = [pair for pair in pairs if pair[0].done() and pair[0].exception()]
    for done, transaction in given_up:
        assert isinstance(done.exception(), DeadlockError)
        if driver.has_transaction(transaction):
            driver.rollback_transaction(transaction)
    for waiting, transaction in pairs:
        if (waiting, transaction) not in given_up:
            waiting.result(LONG)
            driver.commit_transaction(transaction)
    assert driver.held_connections() == 0
