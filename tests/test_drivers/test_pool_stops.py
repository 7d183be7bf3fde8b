"""Statements on a server that their deadline, their caller or the end of the driver
stops."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, Deadline
from code_analysis_db.exceptions import (
    DriverError,
    RequestCancelledError,
    RequestTimeoutError,
)

from .connecting import (
    ITEMS,
    LONG,
    Connecting,
    connecting,
    locked_row,
    request_of,
    threads,
    wait_until,
)

__all__ = ["connecting", "threads"]


def _update(driver: BaseDatabaseDriver, deadline: Deadline) -> int:
    """Update the locked row, as a request of its own."""
    driver.context.deadline = deadline
    try:
        return driver.update("items", {"id": 1}, {"amount": 2})
    finally:
        driver.context.deadline = None


def test_a_statement_stops_when_its_time_is_up(connecting: Connecting) -> None:
    driver = connecting.driver()
    holder = locked_row(driver)
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
    holder = locked_row(driver)
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
    locked = locked_row(holder)
    waiting = threads.submit(_update, driver, Deadline())
    wait_until(connecting.is_running)
    driver.disconnect()
    with pytest.raises(DriverError):
        waiting.result(LONG)
    holder.rollback_transaction(locked)
    wait_until(lambda: connecting.connections() == 1)
