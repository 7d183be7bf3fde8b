"""Clients of a real driver that is killed, stopped and started again."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    DriverTransactionError,
    DriverUnavailableError,
    OutcomeUnknownError,
)

TABLE: Dict[str, Any] = {
    "name": "t",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "unique": True},
    ],
}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[DriverProcess]:
    """A supervised driver over a file with one table."""
    config = {"type": "sqlite", "config": {"path": str(tmp_path / "t.db")}}
    driver = DriverProcess(config, max_restarts=100)
    with driver as client:
        client.rpc.create_table(TABLE)
        yield driver


@pytest.fixture
def client(process: DriverProcess) -> Iterator[DatabaseClient]:
    """A client of it."""
    with process.client() as connected:
        yield connected


def kill(client: DatabaseClient) -> None:
    """Kill the driver that serves the client now."""
    os.kill(client.rpc.ping()["pid"], signal.SIGKILL)


def test_idle_client_notices_nothing(client: DatabaseClient) -> None:
    client.rpc.insert("t", {"name": "a"})
    kill(client)
    assert client.rpc.select("t") == [{"id": 1, "name": "a"}]
    kill(client)
    assert client.rpc.insert("t", {"name": "b"}) == 2


def test_no_acknowledged_row_is_lost_and_none_is_written_twice(
    client: DatabaseClient, process: DriverProcess
) -> None:
    """Writers go on while the driver is killed again and again."""
    acknowledged: List[str] = []
    unknown: List[str] = []
    stop = threading.Event()
    failures: List[BaseException] = []

    def write(writer: int) -> None:
        """Insert rows until told to stop."""
        number = 0
        try:
            while not stop.is_set():
                number += 1
                name = f"{writer}-{number}"
                try:
                    client.rpc.insert("t", {"name": name})
                    acknowledged.append(name)
                except OutcomeUnknownError:
                    unknown.append(name)
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    with process.client() as other:
        for _ in range(3):
            before = len(acknowledged)
            kill(other)
            other.rpc.ping()
            while len(acknowledged) == before and not failures:
                other.rpc.ping()
    stop.set()
    for writer in writers:
        writer.join(60)
    assert failures == []
    rows = [row["name"] for row in client.rpc.select("t")]
    assert len(rows) == len(set(rows))
    assert set(acknowledged) <= set(rows) <= set(acknowledged + unknown)


def test_transaction_is_gone_with_its_driver(client: DatabaseClient) -> None:
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        with client.transaction() as tx:
            tx.insert("t", {"name": "a"})
            kill(client)
            tx.insert("t", {"name": "b"})
    assert client.rpc.count("t") == 0


def test_run_transaction_survives_the_death_of_the_driver(
    client: DatabaseClient,
) -> None:
    attempts: List[int] = []

    def work(tx: Any) -> int:
        """Write two rows and have the driver killed between them, the first time."""
        attempts.append(tx.insert("t", {"name": "a"}))
        if len(attempts) == 1:
            kill(client)
        row_id: int = tx.insert("t", {"name": "b"})
        return row_id

    assert client.run_transaction(work) == 2
    assert len(attempts) == 2
    assert client.rpc.count("t") == 2


def test_stream_of_a_killed_driver_ends_with_an_error(client: DatabaseClient) -> None:
    client.rpc.insert_many("t", [{"name": str(n)} for n in range(20_000)])
    with pytest.raises(DriverUnavailableError, match="read it anew"):
        with client.rpc.select_iter("t", chunk_size=100) as stream:
            for number, _ in enumerate(stream):
                if number == 50:
                    kill(client)
    assert client.rpc.count("t") == 20_000


def test_client_of_a_driver_that_was_stopped_gives_up(process: DriverProcess) -> None:
    endpoint = process.endpoint
    with DatabaseClient.connect(endpoint, reconnect_timeout=0.2) as client:
        process.stop()
        with pytest.raises(DriverUnavailableError, match="gave up after 0.2 s"):
            client.rpc.select("t")
