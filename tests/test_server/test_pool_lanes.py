"""Who waits for whom where a database has a few connections for many clients.

The database is a :class:`GatedDriver`: its statements end when the test says so, and it
notes when more connections were used than there are.
"""

from __future__ import annotations

import threading
import time
from typing import List


from code_analysis_db.request import (
    BeginTransactionRequest,
    CloseCursorRequest,
    CommitTransactionRequest,
    CountRequest,
    FetchRequest,
    OpenCursorRequest,
    PingRequest,
    StatsRequest,
)
from code_analysis_db.result import DataResult

from .conftest import MakePool
from .pool import begin, fill, gate, next_error, note
from .raw_client import RawClient


def test_holders_of_all_connections_go_on_at_once_whoever_waits(pool: MakePool) -> None:
    """N transactions hold N connections and 3 N statements wait: each holder's next
    statement and its COMMIT run at once, then everybody is served."""
    three = pool(3)
    holders = [three.connect() for _ in range(3)]
    transactions = [begin(holder) for holder in holders]
    others = [three.connect() for _ in range(9)]
    for number, other in enumerate(others):
        other.send(note(f"waited {number}"))
    three.wait_for("requests_waiting_for_connection", 9)
    start = time.monotonic()
    for holder, transaction in zip(holders, transactions):
        holder.data(note("held", transaction_id=transaction))
    assert time.monotonic() - start < 5
    assert three.driver.notes == ["held"] * 3
    start = time.monotonic()
    for holder, transaction in zip(holders, transactions):
        holder.data(CommitTransactionRequest(transaction))
    assert time.monotonic() - start < 5
    for other in others:
        assert other.receive()[1].is_success()
    assert len(three.driver.notes) == 12
    three.wait_for("connections_held", 0)


def test_holders_are_not_kept_by_statements_that_run(pool: MakePool) -> None:
    """However many connections are busy, a statement in an idle transaction runs at
    once; and where all are, one in a transaction that has ended is refused at once."""
    four = pool(4)
    free = [four.connect(), four.connect()]
    for client in free:
        client.send(gate("busy"))
    holder, idler, ended = four.connect(), four.connect(), four.connect()
    held = begin(holder)
    holder.send(gate("busy", transaction_id=held))
    over = begin(ended)
    ended.data(CommitTransactionRequest(over))
    waiting = begin(idler)
    for _ in range(3):
        four.driver.gate("busy").wait_for_statement()
    queued = four.connect()
    queued.send(note("last"))
    four.wait_for("requests_waiting_for_connection", 1)
    for _ in range(20):
        idler.data(note("first", transaction_id=waiting))
        assert ended.error(note("never", transaction_id=over)) == "transaction"
    assert four.driver.notes == ["first"] * 20
    idler.send(gate("busy", transaction_id=waiting))
    four.driver.gate("busy").wait_for_statement()
    assert ended.error(note("never", transaction_id=over)) == "transaction"
    assert four.figure("connections_held") == 2
    four.driver.open_gates()
    for client in [*free, holder, idler, queued]:
        assert client.receive()[1].is_success()


def test_those_who_wait_are_served_in_their_order(pool: MakePool) -> None:
    """First come, first served; begins and statements stand in the same line."""
    one = pool(1)
    holder = one.connect()
    transaction = begin(holder)
    others = [one.connect() for _ in range(6)]
    for number, other in enumerate(others):
        other.send(BeginTransactionRequest() if number == 2 else note(number))
        one.wait_for("requests_waiting_for_connection", number + 1)
    holder.data(CommitTransactionRequest(transaction))
    _, begun = others[2].receive()
    assert one.driver.notes == ["0", "1"]
    assert one.figure("requests_waiting_for_connection") == 3
    others[2].data(CommitTransactionRequest(begun.to_dict()["data"]["transaction_id"]))
    for other in others[3:]:
        assert other.receive()[1].is_success()
    assert one.driver.notes == ["0", "1", "3", "4", "5"]


def test_a_client_that_asks_much_stands_in_line_once(pool: MakePool) -> None:
    """Its second request does not go before another's first."""
    one = pool(1)
    greedy, modest, holder = one.connect(), one.connect(), one.connect()
    holder.send(gate("busy"))
    one.driver.gate("busy").wait_for_statement()
    for _ in range(3):
        greedy.send(note("greedy"))
    one.wait_for("requests_waiting_for_connection", 1)
    modest.send(note("modest"))
    one.wait_for("requests_waiting_for_connection", 2)
    one.driver.open_gates()
    for client in (holder, modest, greedy, greedy, greedy):
        assert client.receive()[1].is_success()
    assert one.driver.notes == ["greedy", "modest", "greedy", "greedy"]


def test_waiting_statements_keep_their_time_and_leave_the_line(pool: MakePool) -> None:
    """Out of time, cancelled, its client gone: answered then, and never run."""
    two = pool(2)
    holders = [two.connect(), two.connect()]
    transactions = [begin(holder) for holder in holders]
    late, cancelled, dying = two.connect(), two.connect(), two.connect()
    dying.send(note("gone"))
    request_id = cancelled.send(note("cancelled"))
    two.wait_for("requests_waiting_for_connection", 2)
    start = time.monotonic()
    assert late.error(note("late"), timeout=0.2) == "timeout"
    assert 0.1 < time.monotonic() - start < 5
    cancelled.cancel(request_id)
    assert next_error(cancelled) == "cancelled"
    dying.close()
    two.wait_for("requests_waiting_for_connection", 0)
    for holder, transaction in zip(holders, transactions):
        holder.data(CommitTransactionRequest(transaction))
    late.data(note("next"))
    assert two.driver.notes == ["next"]


def test_running_statements_are_stopped(pool: MakePool) -> None:
    """Out of time or cancelled, in a transaction or not; the connection is free."""
    one = pool(1)
    client = one.connect()
    assert client.error(gate("shut"), timeout=0.1) == "timeout"
    one.driver.gate("shut").wait_for_statement()
    request_id = client.send(gate("shut"))
    one.driver.gate("shut").wait_for_statement()
    client.cancel(request_id)
    assert next_error(client) == "cancelled"
    transaction = begin(client)
    in_it = gate("shut", transaction_id=transaction)
    assert client.error(in_it, timeout=0.1) == "timeout"
    client.data(note("goes on", transaction_id=transaction))
    client.data(CommitTransactionRequest(transaction))
    client.data(note("free"))
    assert one.driver.notes == ["goes on", "free"]


def test_streams_hold_connections_and_go_on_at_once(pool: MakePool) -> None:
    """Their fetches wait for nobody; ended or closed, others get the connection."""
    two = pool(2)
    streams, waiting = [two.connect(), two.connect()], two.connect()
    fill(waiting, 10)
    cursors = []
    for stream in streams:
        result = stream.call(OpenCursorRequest("items", chunk_size=4))
        assert isinstance(result, DataResult)
        cursors.append(result.cursor)
    assert two.figure("connections_held") == 2
    waiting.send(note("waited"))
    two.wait_for("requests_waiting_for_connection", 1)
    assert len(streams[0].data(FetchRequest(str(cursors[0]), 4))) == 4
    assert two.driver.notes == []
    assert len(streams[0].data(FetchRequest(str(cursors[0]), 4))) == 2
    assert waiting.receive()[1].is_success()
    assert streams[1].data(CloseCursorRequest(str(cursors[1]))) == {"done": True}
    two.wait_for("connections_held", 0)


def test_several_connections_that_come_free_at_once_are_all_used(
    pool: MakePool,
) -> None:
    """A client that leaves three streams makes room for three statements."""
    three = pool(3)
    dying, others = three.connect(), [three.connect() for _ in range(3)]
    fill(dying, 10)
    for _ in range(3):
        dying.call(OpenCursorRequest("items", chunk_size=4))
    for other in others:
        other.send(gate("side by side"))
    three.wait_for("requests_waiting_for_connection", 3)
    dying.close()
    for _ in range(3):
        three.driver.gate("side by side").wait_for_statement()
    three.driver.open_gates()
    for other in others:
        assert other.receive()[1].is_success()


def test_pings_and_figures_wait_for_nothing(pool: MakePool) -> None:
    """They are answered while every connection is busy and others wait."""
    one = pool(1)
    busy, waiting = one.connect(), one.connect()
    busy.send(gate("shut"))
    one.driver.gate("shut").wait_for_statement()
    waiting.send(note("x"))
    one.wait_for("requests_waiting_for_connection", 1)
    one.watcher.data(PingRequest())
    figures = one.watcher.data(StatsRequest())["stats"]
    expected = {"connection_limit": 1, "connections_in_use": 1, "connections_held": 0}
    assert expected.items() <= figures.items()
    one.driver.open_gates()


def test_a_crowd_uses_every_connection_and_no_more(pool: MakePool) -> None:
    """Statements, transactions, streams and departures interleave; nobody is lost."""
    four = pool(4)
    fill(four.watcher, 50)
    clients = [four.connect() for _ in range(12)]
    failures: List[BaseException] = []

    def work(client: RawClient, number: int) -> None:
        """Do a bit of everything; every third client leaves without a word."""
        try:
            for index in range(15):
                client.data(note(f"{number}-{index}"))
                transaction = begin(client)
                client.data(CountRequest("items", transaction_id=transaction))
                client.data(note(f"{number}t{index}", transaction_id=transaction))
                client.data(CommitTransactionRequest(transaction))
                cursor = client.call(OpenCursorRequest("items", chunk_size=20))
                assert isinstance(cursor, DataResult)
                client.data(FetchRequest(str(cursor.cursor), 20))
                if index % 2:
                    client.data(CloseCursorRequest(str(cursor.cursor)))
                else:
                    client.data(FetchRequest(str(cursor.cursor), 20))
            if number % 3 == 0:
                begin(client)
                client.send(note(f"{number}-last"))
                client.close()
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(client, number))
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    four.wait_for("connections_in_use", 0)
    four.wait_for("open_transactions", 0)
    assert four.driver.most == 4
    notes = [note for note in four.driver.notes if not note.endswith("last")]
    assert len(notes) == len(set(notes)) == 360
