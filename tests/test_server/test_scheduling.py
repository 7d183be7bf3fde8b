"""Who waits for whom, and for how long."""

from __future__ import annotations

import threading
import time
from typing import List

from code_analysis_db.request import (
    BatchRequest,
    BeginTransactionRequest,
    CommitTransactionRequest,
    CountRequest,
    ExecuteRequest,
    InsertRequest,
    PingRequest,
    ReadBatchRequest,
    RollbackTransactionRequest,
    SelectRequest,
    StatsRequest,
)
from code_analysis_db.result import ErrorResult, SuccessResult

from .conftest import Connect, Serve
from .raw_client import RawClient

# Runs for minutes if nobody stops it.
ENDLESS = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 4000000000)"
    " SELECT count(*) FROM c"
)
ENDLESS_WRITE = f"INSERT INTO items (name) SELECT ({ENDLESS})"


def _insert(name: str, **fields: str) -> InsertRequest:
    """Return a request that inserts an item."""
    return InsertRequest("items", {"name": name}, **fields)


def _begin(client: RawClient, **fields: bool) -> str:
    """Begin a transaction and return its id."""
    data = client.data(BeginTransactionRequest(**fields))
    transaction_id: str = data["transaction_id"]
    return transaction_id


def test_commit_of_the_holder_never_waits_behind_the_waiting(connect: Connect) -> None:
    """Failure story 2: others' inserts wait for a commit, not the commit for them."""
    holder, others = connect(), [connect() for _ in range(4)]
    transaction = _begin(holder)
    holder.data(_insert("held", transaction_id=transaction))
    for other in others:
        other.send(_insert("waits"))
    start = time.monotonic()
    holder.data(_insert("held too", transaction_id=transaction))
    holder.data(CommitTransactionRequest(transaction))
    assert time.monotonic() - start < 5
    for other in others:
        other.receive()
    assert holder.data(CountRequest("items"))["count"] == 6


def test_reads_and_pings_go_on_beside_a_writer_and_a_scan(connect: Connect) -> None:
    """Failure story 14: one endless scan and one held transaction stop no read."""
    scanner, holder, reader = connect(), connect(), connect()
    transaction = _begin(holder, write=True)
    scan = scanner.send(ExecuteRequest(ENDLESS))
    slowest = 0.0
    for _ in range(50):
        start = time.monotonic()
        reader.data(PingRequest())
        reader.data(SelectRequest("items", {"id": 1}))
        slowest = max(slowest, time.monotonic() - start)
    scanner.cancel(scan)
    _, result = scanner.receive()
    assert isinstance(result, ErrorResult)
    assert result.error_code == "cancelled"
    holder.data(CommitTransactionRequest(transaction))
    assert slowest < 2


def test_writer_lane_is_free_again_after_any_end_of_a_transaction(
    connect: Connect,
) -> None:
    """Commit, rollback, and the end of the connection all let the next one write."""
    client = connect()
    for end in (CommitTransactionRequest, RollbackTransactionRequest):
        transaction = _begin(client)
        client.data(_insert("x", transaction_id=transaction))
        client.data(end(transaction))
        client.data(_insert("free"))
    dying = connect()
    dying.data(_insert("lost", transaction_id=_begin(dying)))
    client.send(_insert("waits"))
    dying.close()
    _, result = client.receive()
    assert result.is_success()
    assert client.data(CountRequest("items", {"name": "lost"}))["count"] == 0


def test_transaction_of_a_dead_client_does_not_stop_at_a_waiting_statement(
    connect: Connect,
) -> None:
    """A client dies while its first write waits for another's transaction."""
    holder, dying = connect(), connect()
    held = _begin(holder, write=True)
    dying.send(_insert("lost", transaction_id=_begin(dying)))
    dying.close()
    holder.data(_insert("kept", transaction_id=held))
    holder.data(CommitTransactionRequest(held))
    assert holder.data(_insert("next"))["row_id"] == 2


def test_request_that_waits_too_long_is_told_so_and_never_runs(
    connect: Connect,
) -> None:
    """A time limit counts the waiting."""
    holder, waiting = connect(), connect()
    transaction = _begin(holder, write=True)
    assert waiting.error(_insert("late"), timeout=0.1) == "timeout"
    holder.data(CommitTransactionRequest(transaction))
    assert waiting.data(CountRequest("items"))["count"] == 0


def test_running_statement_is_stopped_at_its_time(connect: Connect) -> None:
    """A time limit stops a read and a write, and undoes the write."""
    client = connect()
    for sql in (ENDLESS, ENDLESS_WRITE):
        start = time.monotonic()
        assert client.error(ExecuteRequest(sql), timeout=0.2) == "timeout"
        assert time.monotonic() - start < 5
    assert client.data(CountRequest("items"))["count"] == 0


def test_cancel_stops_waiting_and_running_requests_only(connect: Connect) -> None:
    """An id that is not under way is left alone; the connection stays usable."""
    holder, client = connect(), connect()
    transaction = _begin(holder, write=True)
    client.cancel(99)
    client.cancel(client.send(_insert("never")))
    _, result = client.receive()
    assert isinstance(result, ErrorResult)
    assert result.error_code == "cancelled"
    holder.data(RollbackTransactionRequest(transaction))
    client.cancel(client.send(ExecuteRequest(ENDLESS_WRITE)))
    _, result = client.receive()
    assert isinstance(result, ErrorResult)
    assert result.error_code == "cancelled"
    assert client.data(CountRequest("items"))["count"] == 0


def test_pipelined_requests_are_answered_in_their_order(connect: Connect) -> None:
    """A write, a read and a long read of one client come back in that order."""
    client = connect()
    sent = []
    for number in range(20):
        sent.append(client.send(_insert(f"n{number}")))
        sent.append(client.send(CountRequest("items")))
    replies = [client.receive() for _ in sent]
    assert [reply[0] for reply in replies] == sent
    counts = [SuccessResult({"count": number}) for number in range(1, 21)]
    assert [result for _, result in replies[1::2]] == counts


def test_idle_transaction_ends_and_its_next_use_says_why(serve: Serve) -> None:
    """A client that thinks too long does not hold the others up."""
    server = serve(transaction_idle_timeout=0.2)
    slow, other = RawClient(server.endpoint), RawClient(server.endpoint)
    transaction = _begin(slow)
    slow.data(_insert("lost", transaction_id=transaction))
    assert other.data(_insert("kept"))["row_id"] == 1
    result = slow.call(CommitTransactionRequest(transaction))
    assert isinstance(result, ErrorResult)
    assert result.error_code == "transaction"
    assert "idle longer than 0.2 s" in result.description
    slow.close()
    other.close()


def test_transaction_ends_at_its_total_time_however_busy_it_is(serve: Serve) -> None:
    """Requests in quick succession do not prolong it for ever."""
    server = serve(transaction_timeout=0.3)
    client = RawClient(server.endpoint)
    transaction = _begin(client)
    ended = None
    for _ in range(10_000):
        result = client.call(_insert("x", transaction_id=transaction))
        if isinstance(result, ErrorResult):
            ended = result
            break
    assert ended is not None
    assert ended.error_code == "transaction"
    assert "lasted longer than 0.3 s" in ended.description
    assert client.data(CountRequest("items"))["count"] == 0
    client.close()


def test_transaction_of_another_connection_is_refused(connect: Connect) -> None:
    """An id that somebody guessed or was given is of no use to him."""
    owner, thief = connect(), connect()
    transaction = _begin(owner)
    assert thief.error(_insert("x", transaction_id=transaction)) == "transaction"
    assert thief.error(CommitTransactionRequest(transaction)) == "transaction"
    owner.data(CommitTransactionRequest(transaction))
    assert owner.error(CommitTransactionRequest(transaction)) == "transaction"


def test_a_batch_of_reads_waits_for_no_writer(connect: Connect) -> None:
    """It sees one state, without what is not committed; a part of a transaction sees
    that one's."""
    writer, reader = connect(), connect()
    transaction = _begin(writer, write=True)
    writer.data(_insert("held", transaction_id=transaction))
    operations = [["count", {"table_name": "items"}]] * 3

    def counts(client: RawClient, **fields: str) -> List[int]:
        """Return what the batch counts."""
        results = client.data(ReadBatchRequest(operations, **fields))["results"]
        return [fields["data"]["count"] for _, fields in results]

    assert counts(reader) == [0, 0, 0]
    assert counts(writer, transaction_id=transaction) == [1, 1, 1]
    writer.data(CommitTransactionRequest(transaction))
    assert counts(reader) == [1, 1, 1]
    insert = ["insert", {"table_name": "items", "data": {"name": "no read"}}]
    assert reader.error(ReadBatchRequest([*operations, insert])) == "invalid_request"
    assert counts(reader) == [1, 1, 1]


def test_many_writers_at_once_lose_and_double_nothing(connect: Connect) -> None:
    """Single inserts, batches and transactions of many clients interleave."""
    clients = [connect() for _ in range(8)]
    failures: List[BaseException] = []

    def work(client: RawClient, number: int) -> None:
        """Insert 30 items, ten each way."""
        try:
            for index in range(10):
                client.data(_insert(f"{number}-{index}"))
                row = {"table_name": "items", "data": {"name": f"{number}b{index}"}}
                client.data(BatchRequest([["insert", row]]))
                transaction = _begin(client)
                client.data(_insert(f"{number}t{index}", transaction_id=transaction))
                client.data(CommitTransactionRequest(transaction))
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
    rows = clients[0].data(SelectRequest("items", columns=["name"]))
    assert len(rows) == len({row[0] for row in rows}) == 240
    # A reply leaves before the driver has settled what it answers.
    deadline = time.monotonic() + 5.0
    while clients[0].data(StatsRequest())["stats"]["open_transactions"]:
        assert time.monotonic() < deadline, "a transaction was never settled"
