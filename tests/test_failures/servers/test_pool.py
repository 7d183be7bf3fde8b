"""The driver's connections to a server: never more than the pool holds, none leaked,
none left in a transaction."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverError,
    RequestTimeoutError,
    UniqueViolationError,
)

from ..programs import DEADLINE, at_once, read_line, start_client, wait_until
from .conftest import MakeScene
from .scene import Scene

_POOL = 4


def test_who_finds_no_connection_waits_until_its_time_is_up(
    scene: Scene, client: DatabaseClient
) -> None:
    """Whoever holds one goes on; who waits without a limit is served in the end."""
    held = [client.rpc.begin_transaction() for _ in range(_POOL)]
    for number, holder in enumerate(held):
        row = {"name": f"held {number}"}
        client.rpc.insert("items", row, transaction_id=holder)
    for call in (client.rpc.count, client.rpc.select):
        began = time.monotonic()
        with pytest.raises(RequestTimeoutError):
            call("items", timeout=0.2)
        assert 0.2 <= time.monotonic() - began < 5
    with pytest.raises(RequestTimeoutError):
        client.rpc.insert("items", {"name": "too late"}, timeout=0.2)
    with ThreadPoolExecutor(8) as threads:
        waiting = [
            threads.submit(client.rpc.insert, "items", {"name": "waited"})
            for _ in range(8)
        ]
        for holder in held:
            client.rpc.insert("items", {"name": "held"}, transaction_id=holder)
            client.rpc.commit_transaction(holder)
        for insert in waiting:
            insert.result(DEADLINE)
    expected = [f"held {number}" for number in range(_POOL)]
    assert sorted(scene.names()) == sorted(expected + ["held"] * 4 + ["waited"] * 8)
    assert len(scene.connections()) <= _POOL


def test_a_crowd_shares_the_connections_of_the_pool(
    scene: Scene, client: DatabaseClient
) -> None:
    """The server never sees more; nobody is turned away."""
    calls: List[Callable[[], object]] = [
        lambda: client.rpc.insert("items", {"name": "crowd"}),
        lambda: client.rpc.count("items"),
        lambda: list(client.rpc.select_iter("items", chunk_size=10)),
        lambda: client.run_transaction(
            lambda transaction: transaction.insert("items", {"name": "crowd"})
        ),
    ]
    most = 0
    for _ in range(5):
        with ThreadPoolExecutor(1) as watcher:
            crowd = watcher.submit(at_once, calls * 6)
            while not crowd.done():
                most = max(most, len(scene.connections()))
        assert [error for _, error in crowd.result()] == [None] * 24
    assert 0 < most <= _POOL
    assert scene.names() == ["crowd"] * 60
    assert scene.is_quiet()


_LEAVES_IN_TRANSACTIONS = """
    held = [rpc.begin_transaction() for _ in range(2)]
    for transaction in held:
        rpc.insert(table, {"name": "left"}, transaction_id=transaction)
    stream = rpc.select_iter(table, chunk_size=1)
    next(iter(stream))
    print("left", flush=True)
    time.sleep(1000)
"""


def test_what_a_killed_client_held_is_free_and_clean(
    scene: Scene, client: DatabaseClient
) -> None:
    """Failure stories 26, 27 and 29: transactions, streams, time and again."""
    client.rpc.insert_many("items", [{"name": "there"}] * 10)
    for _ in range(3):
        leaving = start_client(_LEAVES_IN_TRANSACTIONS, scene.process, "items")
        assert read_line(leaving) == "left"
        assert len(scene.connections()) >= 2
        leaving.send_signal(signal.SIGKILL)
        leaving.communicate()
        wait_until(scene.is_quiet)
        assert [e for _, e in at_once([lambda: client.rpc.count("items")] * 8)] == (
            [None] * 8
        )
    assert scene.names() == ["there"] * 10
    assert len(scene.connections()) <= _POOL


def test_nothing_stays_open_after_errors(scene: Scene, client: DatabaseClient) -> None:
    """Failure stories 26, 27 and 29: whatever fails, the next user meets none of it."""
    client.rpc.insert("items", {"id": 1, "name": "first"})
    faults: List[Callable[[Any], object]] = [
        lambda rpc: rpc.insert("items", {"id": 1}),
        lambda rpc: rpc.insert_many("items", [{"name": "x"}] * 100 + [{"id": 1}]),
        lambda rpc: rpc.execute("SELECT 1 FROM no_such_table"),
        lambda rpc: rpc.execute("INSERT INTO items (id, name) VALUES (1, 'x')"),
        lambda rpc: rpc.execute(scene.sleep, [30], timeout=0.1),
        lambda rpc: rpc.select("items", {"no_such_column": 1}),
    ]
    for fault in faults * 3:
        with pytest.raises(DriverError):
            fault(client.rpc)
        with pytest.raises(ZeroDivisionError), client.transaction() as transaction:
            transaction.insert("items", {"name": "undone"})
            with pytest.raises(DriverError):
                fault(transaction)
            raise ZeroDivisionError
        assert scene.is_quiet()
    assert scene.names() == ["first"]
    assert len(scene.connections()) <= _POOL


def test_a_failed_batch_leaves_nothing(scene: Scene, client: DatabaseClient) -> None:
    """Neither rows nor a transaction."""
    for _ in range(_POOL * 2):
        with pytest.raises(UniqueViolationError), client.batch() as batch:
            batch.insert("items", {"id": 1, "name": "twice"})
            batch.insert("items", {"id": 1, "name": "twice"})
    assert scene.is_quiet()
    assert scene.names() == []


def test_an_abandoned_transaction_is_rolled_back(make_scene: MakeScene) -> None:
    """Nobody keeps a connection, or the locks of one, by forgetting it."""
    scene = make_scene(transaction_idle_timeout=0.3, connection_pool_size=2)
    with scene.client() as client:
        client.rpc.insert("items", {"id": 1, "name": "first"})
        held = client.rpc.begin_transaction()
        client.rpc.update("items", {"id": 1}, {"name": "held"}, transaction_id=held)
        client.rpc.update("items", {"id": 1}, {"name": "waited"})
        assert scene.names() == ["waited"]
        wait_until(scene.is_quiet)


def test_reads_leave_no_transaction_open(scene: Scene, client: DatabaseClient) -> None:
    """Failure story 27: connections were "idle in transaction" after a SELECT."""
    client.rpc.insert_many("items", [{"name": "row"}] * 50)
    stream = client.rpc.select_iter("items", chunk_size=5)
    next(iter(stream))
    reads: List[Callable[[], object]] = [
        lambda: client.rpc.select("items", {"id": 1}),
        lambda: client.rpc.count("items"),
        lambda: client.rpc.aggregate("items", {"most": ("max", "id")}),
        lambda: client.rpc.get_table_info("items"),
        lambda: client.rpc.execute("SELECT count(*) AS n FROM items"),
        lambda: list(client.rpc.select_iter("items", chunk_size=5)),
        stream.close,
    ]
    for read in reads:
        read()
    wait_until(scene.is_quiet)


def test_all_connections_end_with_the_driver(
    scene: Scene, client: DatabaseClient
) -> None:
    """Whether it is stopped, or killed in the middle of transactions."""
    client.rpc.begin_transaction()
    at_once([lambda: client.rpc.count("items")] * 8)
    assert scene.connections()
    pid = client.rpc.ping()["pid"]
    held = client.rpc.begin_transaction()
    client.rpc.insert("items", {"name": "lost"}, transaction_id=held)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: bool(client.rpc.ping()["pid"] != pid))
    wait_until(lambda: len(scene.connections()) <= 1 and scene.is_quiet())
    assert client.rpc.count("items") == 0
    scene.process.stop()
    wait_until(lambda: not scene.connections())


def test_a_connection_is_opened_when_it_is_needed(make_scene: MakeScene) -> None:
    """A pool of a hundred costs the server nothing while one is enough."""
    scene = make_scene(connection_pool_size=100)
    with scene.client() as client:
        for _ in range(20):
            client.rpc.insert("items", {"name": "alone"})
        assert len(scene.connections()) <= 2
