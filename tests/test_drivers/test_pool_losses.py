"""Connections that their server ends: what is replaced unnoticed, what is run again,
and what fails."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverError,
    DriverTransactionError,
)

from .connecting import ITEMS, Connecting, connecting

__all__ = ["connecting"]


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
