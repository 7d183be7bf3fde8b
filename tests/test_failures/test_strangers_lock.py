"""A process that is no client of the driver has the database file locked."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import LockTimeoutError

from .conftest import MakeProcess
from .programs import at_once, locking

_LOCKS = ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"]


@pytest.mark.parametrize("lock", _LOCKS)
def test_writes_wait_for_a_lock_that_is_held_for_a_short_time(
    make_process: MakeProcess, tmp_path: Path, lock: str
) -> None:
    process = make_process(busy_timeout=20)
    with process.client() as client, process.client() as other:

        def in_transaction() -> None:
            """Write in a transaction that takes the lock at once."""
            with client.transaction(write=True) as transaction:
                transaction.insert("items", {"name": "c"})

        began = time.monotonic()
        with locking(tmp_path / "test.db", lock, seconds=0.5):
            outcomes = at_once(
                [
                    lambda: client.rpc.insert("items", {"name": "a"}),
                    lambda: other.rpc.insert("items", {"name": "b"}),
                    in_transaction,
                ]
            )
        assert [error for _, error in outcomes] == [None, None, None]
        assert time.monotonic() - began < 15
        assert client.rpc.count("items") == 3


@pytest.mark.parametrize("lock", _LOCKS)
def test_lock_that_is_held_for_too_long_is_an_error_of_its_own_class(
    make_process: MakeProcess, tmp_path: Path, lock: str
) -> None:
    """Reads and pings go on, nothing of the writes is applied, then all is well."""
    process = make_process(busy_timeout=0.3)
    with process.client() as client, process.client() as other:
        client.rpc.insert("items", {"name": "a"})
        transaction = client.rpc.begin_transaction()
        with locking(tmp_path / "test.db", lock):
            began = time.monotonic()
            outcomes = at_once(
                [lambda: other.rpc.insert("items", {"name": "b"})] * 4
                + [lambda: other.rpc.execute("DELETE FROM items")]
            )
            assert {type(error) for _, error in outcomes} == {LockTimeoutError}
            assert "locked by another process" in str(outcomes[0][1])
            assert time.monotonic() - began >= 0.3
            with pytest.raises(LockTimeoutError):
                client.rpc.insert("items", {"name": "c"}, transaction_id=transaction)
            assert client.rpc.select("items", columns=["name"]) == [{"name": "a"}]
        client.rpc.insert("items", {"name": "c"}, transaction_id=transaction)
        assert client.rpc.commit_transaction(transaction)
        names = client.rpc.select("items", columns=["name"], order_by="id")
        assert names == [{"name": "a"}, {"name": "c"}]


def test_reads_and_pings_go_on_while_a_write_waits_for_a_stranger(
    make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process(busy_timeout=20)
    with process.client() as client, process.client() as other:
        client.rpc.insert("items", {"name": "a"})
        with locking(tmp_path / "test.db", "BEGIN IMMEDIATE") as stranger:

            def look_and_free() -> float:
                """Read beside the waiting write, then let the stranger go."""
                began = time.monotonic()
                for _ in range(50):
                    assert client.rpc.count("items") == 1
                    client.rpc.ping()
                took = time.monotonic() - began
                assert stranger.stdin is not None
                stranger.stdin.write("\n")
                stranger.stdin.flush()
                return took

            insert, look = at_once(
                [lambda: other.rpc.insert("items", {"name": "b"}), look_and_free]
            )
        assert insert == (2, None)
        assert look[0] < 5


def test_start_waits_for_the_lock_and_then_says_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a INTEGER)")
    connection.close()
    config = {"type": "sqlite", "config": {"path": str(path), "busy_timeout": 0.2}}
    with locking(path, "BEGIN EXCLUSIVE"):
        with pytest.raises(LockTimeoutError, match="locked by another process"):
            DriverProcess(config).start()
    with DriverProcess(config) as client:
        assert client.rpc.insert("t", {"a": 1}) == 0
    exclusive = ["PRAGMA locking_mode = EXCLUSIVE", "INSERT INTO t VALUES (2)"]
    with locking(path, *exclusive):
        with pytest.raises(LockTimeoutError, match="locked by another process"):
            DriverProcess(config).start()
    with DriverProcess(config) as client:
        assert client.rpc.count("t") == 2
