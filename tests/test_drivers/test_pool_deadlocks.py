"""Work that a server gives up for the sake of others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import List

from code_analysis_db.exceptions import DeadlockError

from .connecting import ITEMS, LONG, Connecting, connecting, threads, wait_until

__all__ = ["connecting", "threads"]


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
