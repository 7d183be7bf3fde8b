"""Connections that the server cuts: those that are idle nobody notices, those in use
cost what was under way, and its caller is told what became of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverTransactionError,
    DriverUnavailableError,
)

from ..programs import DEADLINE, at_once
from .scene import Scene

_POOL = 4


def _fill_pool(scene: Scene, client: DatabaseClient) -> None:
    """Have the driver open all its connections, and leave them idle."""
    with ThreadPoolExecutor(_POOL) as threads:
        with scene.locked_table():
            for _ in range(_POOL):
                threads.submit(client.rpc.count, "items")
            scene.wait_for_running(_POOL)
    assert len(scene.connections()) == _POOL
    assert scene.is_quiet()


def test_idle_connections_that_were_cut_are_replaced_before_anybody_notices(
    scene: Scene, client: DatabaseClient
) -> None:
    """Failure story 30: each dead connection failed once before it was replaced."""
    transactions: List[str] = []
    calls: List[Callable[[], object]] = [
        lambda: client.rpc.insert("items", {"name": "row"}),
        lambda: client.rpc.select("items"),
        lambda: client.rpc.insert_many("items", [{"name": "many"}] * 100),
        lambda: list(client.rpc.select_iter("items")),
        lambda: client.rpc.execute("SELECT 1 AS one"),
        lambda: transactions.append(client.rpc.begin_transaction()),
    ]
    for call in calls:
        _fill_pool(scene, client)
        assert scene.administration.end_connections(scene.database) == _POOL
        assert [error for _, error in at_once([call] * 3)] == [None] * 3
    for transaction in transactions:
        client.rpc.insert("items", {"name": "late"}, transaction_id=transaction)
        client.rpc.commit_transaction(transaction)
    assert sorted(scene.names()) == ["late"] * 3 + ["many"] * 300 + ["row"] * 3


def test_a_read_whose_connection_is_cut_is_run_again(
    scene: Scene, client: DatabaseClient
) -> None:
    """Its caller gets the rows."""
    client.rpc.insert("items", {"name": "a"})
    with ThreadPoolExecutor(1) as threads:
        with scene.locked_table():
            reading = threads.submit(client.rpc.select, "items", columns=["name"])
            (waiting,) = scene.wait_for_running(1)
            scene.administration.end_connection(waiting.number)
            (again,) = scene.wait_for_running(1)
            assert again.number != waiting.number
        assert reading.result(DEADLINE) == [{"name": "a"}]


def test_a_write_whose_connection_is_cut_is_an_error_and_not_run_again(
    scene: Scene, client: DatabaseClient
) -> None:
    """Failure story 31.  The server is known not to have applied it."""
    with ThreadPoolExecutor(1) as threads:
        with scene.locked_table():
            writing = threads.submit(client.rpc.insert, "items", {"name": "cut"})
            (waiting,) = scene.wait_for_running(1)
            scene.administration.end_connection(waiting.number)
            error = writing.exception(DEADLINE)
    assert isinstance(error, DriverConnectionError)
    # The driver is there: it is the database that was not.
    assert not isinstance(error, DriverUnavailableError)
    client.rpc.insert("items", {"name": "next"})
    assert scene.names() == ["next"]


def test_a_transaction_whose_connection_is_cut_is_gone_and_says_so(
    scene: Scene, client: DatabaseClient
) -> None:
    """Between two statements and in the middle of one; nothing of it is applied."""
    transaction = client.rpc.begin_transaction()
    client.rpc.insert("items", {"name": "lost"}, transaction_id=transaction)
    scene.administration.end_connections(scene.database)
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        client.rpc.insert("items", {"name": "lost"}, transaction_id=transaction)
    with pytest.raises(DriverTransactionError):
        client.rpc.commit_transaction(transaction)
    with ThreadPoolExecutor(1) as threads:
        other = client.rpc.begin_transaction()
        with scene.locked_table():
            writing = threads.submit(
                client.rpc.insert, "items", {"name": "lost"}, transaction_id=other
            )
            (waiting,) = scene.wait_for_running(1)
            scene.administration.end_connection(waiting.number)
            error = writing.exception(DEADLINE)
    assert isinstance(error, DriverTransactionError)
    assert scene.names() == []


def test_a_transaction_whose_connection_is_cut_before_its_commit_is_not_applied(
    scene: Scene, client: DatabaseClient
) -> None:
    """The commit is no unknown outcome where the connection was dead before it."""
    transaction = client.rpc.begin_transaction()
    client.rpc.insert("items", {"name": "lost"}, transaction_id=transaction)
    scene.administration.end_connections(scene.database)
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        client.rpc.commit_transaction(transaction)
    assert scene.names() == []


def test_a_stream_whose_connection_is_cut_ends_with_an_error(
    scene: Scene, client: DatabaseClient
) -> None:
    """Its reader never takes some rows for all."""
    client.rpc.insert_many("items", [{"data": bytes(100_000)}] * 200)
    seen = 0
    with pytest.raises(DriverConnectionError):
        with client.rpc.select_iter("items", chunk_size=1) as stream:
            for _ in stream:
                seen += 1
                if seen == 3:
                    scene.administration.end_connections(scene.database)
    assert seen < 200
    assert len(list(client.rpc.select_iter("items", chunk_size=50))) == 200
    assert scene.is_quiet()


def test_run_transaction_begins_anew_when_its_connection_is_cut(
    scene: Scene, client: DatabaseClient
) -> None:
    """Nothing of the first try was applied, so the second may be made."""
    tries: List[int] = []

    def work(transaction: Any) -> None:
        """Write, and lose the connection at the first try."""
        transaction.insert("items", {"name": "once"})
        tries.append(1)
        if len(tries) == 1:
            scene.administration.end_connections(scene.database)

    client.run_transaction(work)
    assert len(tries) == 2
    assert scene.names() == ["once"]
