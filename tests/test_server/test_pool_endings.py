"""How connections come back that clients hold, on a database that has few.

The database is a :class:`GatedDriver`, whose statements end when the test says so.
"""

from __future__ import annotations

import time
import pytest

from code_analysis_db.request import (
    CloseCursorRequest,
    CommitTransactionRequest,
    FetchRequest,
    OpenCursorRequest,
    PingRequest,
    RollbackTransactionRequest,
)
from code_analysis_db.result import DataResult, ErrorResult

from .conftest import MakePool
from .pool import begin, fill, gate, next_error, note, wait_until


def test_a_cursor_is_of_use_to_its_own_connection_only(pool: MakePool) -> None:
    """Somebody else's fetch is refused at once, and his close does nothing."""
    two = pool(2)
    owner, thief = two.connect(), two.connect()
    fill(owner, 10)
    result = owner.call(OpenCursorRequest("items", chunk_size=4))
    assert isinstance(result, DataResult)
    cursor = str(result.cursor)
    assert thief.error(FetchRequest(cursor, 4)) == "query"
    assert thief.data(CloseCursorRequest(cursor)) == {"done": False}
    assert len(owner.data(FetchRequest(cursor, 100))) == 6


@pytest.mark.parametrize("gate", ["rollback", "close"])
def test_what_a_client_leaves_is_cleaned_up_while_others_are_served(
    pool: MakePool, gate: str
) -> None:
    """Its transaction is rolled back and its cursor closed, however long it takes."""
    three = pool(3)
    fill(three.watcher, 10)
    slow = three.driver.gate(gate)
    dying = three.connect()
    begin(dying)
    dying.call(OpenCursorRequest("items", chunk_size=4))
    assert three.figure("connections_held") == 2
    dying.close()
    slow.wait_for_statement()
    three.wait_for("connections_held", 1)
    other = three.connect()
    other.data(PingRequest())
    other.data(note("served"))
    three.driver.open_gates()
    three.wait_for("connections_held", 0)
    three.wait_for("open_transactions", 0)


def test_a_clients_end_stops_its_transaction_but_no_write_of_its_own(
    pool: MakePool,
) -> None:
    """A statement of a transaction is stopped; one that commits itself goes on."""
    two = pool(2)
    dying, writing = two.connect(), two.connect()
    dying.send(gate("shut", transaction_id=begin(dying)))
    writing.send(gate("write"))
    two.driver.gate("shut").wait_for_statement()
    two.driver.gate("write").wait_for_statement()
    dying.close()
    writing.close()
    two.wait_for("connections_in_use", 1)
    two.driver.gate("write").open()
    two.wait_for("connections_in_use", 0)


def test_idle_and_endless_transactions_give_their_connection_back(
    pool: MakePool,
) -> None:
    """Those who wait are served, and a later use of the id says why."""
    one = pool(1, transaction_idle_timeout=0.2, transaction_timeout=0.6)
    slow, busy, waiting = one.connect(), one.connect(), one.connect()
    idle = begin(slow)
    waiting.data(note("served"))
    result = slow.call(CommitTransactionRequest(idle))
    assert isinstance(result, ErrorResult)
    assert "idle longer than 0.2 s" in result.description
    endless = begin(busy)
    busy.send(gate("shut", transaction_id=endless))
    waiting.data(note("served too"))
    assert next_error(busy) == "cancelled"
    result = busy.call(note("never", transaction_id=endless))
    assert isinstance(result, ErrorResult)
    assert "lasted longer than 0.6 s" in result.description


def test_fetching_keeps_a_transaction_from_being_idle(pool: MakePool) -> None:
    """A stream inside a transaction is a use of it, however long it takes."""
    one = pool(1, transaction_idle_timeout=0.4)
    client = one.connect()
    fill(client, 30)
    transaction = begin(client)
    opened = client.call(
        OpenCursorRequest("items", chunk_size=1, transaction_id=transaction)
    )
    assert isinstance(opened, DataResult)
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        assert len(client.data(FetchRequest(str(opened.cursor), 1))) == 1
        time.sleep(0.05)
    client.data(RollbackTransactionRequest(transaction))
    assert client.error(FetchRequest(str(opened.cursor), 1)) == "query"


def test_a_late_request_does_not_meet_the_rollback_of_its_transaction(
    pool: MakePool,
) -> None:
    """While the rollback is under way the owner is refused, COMMIT included."""
    two = pool(2, transaction_idle_timeout=0.1)
    rollback = two.driver.gate("rollback")
    owner = two.connect()
    transaction = begin(owner)
    rollback.wait_for_statement()
    assert owner.error(CommitTransactionRequest(transaction)) == "transaction"
    assert two.figure("open_transactions") == 1
    rollback.open()
    two.wait_for("open_transactions", 0)
    assert owner.error(CommitTransactionRequest(transaction)) == "transaction"


@pytest.mark.parametrize("held_by", ["transaction", "stream"])
def test_drain_finishes_what_was_asked_for(pool: MakePool, held_by: str) -> None:
    """Told to stop, it runs what runs and what waits, for which it takes the
    connections of idle transactions and streams."""
    two = pool(2)
    running, holder = two.connect(), two.connect()
    fill(holder, 10)
    running.send(gate("busy"))
    two.driver.gate("busy").wait_for_statement()
    if held_by == "stream":
        holder.call(OpenCursorRequest("items", chunk_size=4))
    else:
        begin(holder)
    waiting = [two.connect() for _ in range(6)]
    for client in waiting:
        client.send(note("waited"))
    two.wait_for("requests_waiting_for_connection", 6)
    two.server.request_stop()
    for client in waiting:
        assert client.receive(5)[1].is_success()
    two.driver.open_gates()
    assert running.receive()[1].is_success()


def test_what_outlasts_the_drain_is_stopped(pool: MakePool) -> None:
    """A statement that does not end is cancelled, not left behind on the server."""
    one = pool(1, drain_timeout=0.2)
    client = one.connect()
    client.send(gate("shut"))
    one.driver.gate("shut").wait_for_statement()
    one.server.request_stop()
    wait_until(lambda: one.driver.stopped == 1)
