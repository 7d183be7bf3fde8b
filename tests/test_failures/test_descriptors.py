"""File descriptors of the driver: used up by others, and given back after use."""

from __future__ import annotations

import os
import threading
import time
from typing import List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverError,
    LockTimeoutError,
    UniqueViolationError,
)

from .conftest import MakeProcess
from .programs import DEADLINE, at_once, cpu_seconds, no_descriptors_left, pid_of

_CONNECTIONS = 6


def _use(client: DatabaseClient) -> None:
    """Read and write in every way."""
    row_id = client.rpc.insert("items", {"name": "a"})
    assert client.rpc.select("items", {"id": row_id})
    with client.transaction() as transaction:
        transaction.update("items", {"id": row_id}, {"name": "b"})
    assert len(list(client.rpc.select_iter("items", {"id": row_id}))) == 1


def test_without_descriptors_clients_are_served_and_new_ones_wait(
    make_process: MakeProcess,
) -> None:
    """Who needs one more file is told so; waiting takes no processor time."""
    process = make_process()
    pid = pid_of(process)
    with process.client() as client, process.client() as crowd:
        _use(client)
        assert all(at_once([crowd.rpc.ping] * _CONNECTIONS))
        newcomer = threading.Thread(target=_connect, args=(process,))
        with no_descriptors_left(pid):
            newcomer.start()
            before = cpu_seconds(pid)
            newcomer.join(0.5)
            assert newcomer.is_alive()
            assert cpu_seconds(pid) - before < 0.2
            _use(client)
            streams = []
            with pytest.raises(DriverConnectionError, match="can open no more files"):
                for _ in range(_CONNECTIONS):
                    streams.append(crowd.rpc.select_iter("items", chunk_size=1))
        newcomer.join(DEADLINE)
        assert not newcomer.is_alive()
        for stream in streams:
            stream.close()
        _use(crowd)
        assert client.rpc.ping()["generation"] == 1


def _connect(process: DriverProcess) -> None:
    """Connect one more client."""
    with process.client() as client:
        client.rpc.ping()


def test_no_cycle_of_a_client_leaks_a_descriptor(
    process: DriverProcess, table: str
) -> None:
    """Failure story 29: connections, transactions, streams and errors, many times."""
    directory = f"/proc/{pid_of(process)}/fd"
    figures: List[int] = []
    for _ in range(12):
        for _ in range(5):
            _cycle(process, table)
        figures.append(len(os.listdir(directory)))
    assert figures[-1] <= figures[0] + 5, figures


def _cycle(process: DriverProcess, table: str) -> None:
    """Connect, use everything, fail, and go in the middle of it."""
    with process.client() as client:
        with pytest.raises(UniqueViolationError), client.transaction() as transaction:
            transaction.insert(table, {"id": 1})
            transaction.insert(table, {"id": 1})
        with pytest.raises(DriverError):
            client.rpc.select("nothing")
        client.rpc.insert_many(table, [{"name": "x"}] * 3)
        stream = client.rpc.select_iter(table, chunk_size=1)
        next(stream)
        client.rpc.begin_transaction(write=True)


def test_driver_is_not_held_up_by_who_waits_for_a_connection_to_the_database(
    make_process: MakeProcess,
) -> None:
    """All are taken by open transactions: the next one is told so, in time, and the
    others' requests do not wait for that."""
    process = make_process(busy_timeout=1.5)
    with process.client() as holder, process.client() as client:
        transactions = [holder.rpc.begin_transaction() for _ in range(64)]
        waiting = threading.Event()
        slowest = 0.0

        def ask_for_one_more() -> None:
            """Begin a transaction."""
            try:
                with pytest.raises(LockTimeoutError, match="64 sessions"):
                    client.rpc.begin_transaction()
            finally:
                waiting.set()

        def look() -> None:
            """Be served until the other has its answer."""
            nonlocal slowest
            while not waiting.is_set():
                began = time.monotonic()
                client.rpc.ping()
                client.rpc.insert("items", {"name": "a"})
                client.rpc.count("items")
                slowest = max(slowest, time.monotonic() - began)

        assert at_once([ask_for_one_more, look]) == [(None, None)] * 2
        assert 0 < slowest < 1
        for transaction in transactions:
            holder.rpc.rollback_transaction(transaction)
        with client.transaction() as transaction_of_client:
            transaction_of_client.insert("items", {"name": "b"})
