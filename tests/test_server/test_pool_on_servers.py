"""The lanes of a pool, on the servers that they are for."""

from __future__ import annotations

import threading
import time
from typing import Iterator, List

import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.request import (
    CommitTransactionRequest,
    CountRequest,
    ExecuteRequest,
    FetchRequest,
    InsertRequest,
    OpenCursorRequest,
    PingRequest,
    SelectRequest,
    UpdateRequest,
)
from code_analysis_db.result import DataResult
from tests.servers.servers import Servers

from .conftest import Serve
from .pool import Pool, begin, fill, next_error
from .raw_client import RawClient

_LIMIT = 3
_SLEEP = {"postgres": "SELECT pg_sleep(60)", "mysql": "SELECT SLEEP(60)"}
_AT_ONCE = 5.0


class ServerPool(Pool):
    """A driver of a database server.

    Attributes:
        sleep: a statement that runs for a minute if nobody stops it.
    """

    def __init__(self, servers: Servers, serve: Serve, kind: str) -> None:
        """Serve a new database."""
        self._config = servers.new_config(kind, connection_pool_size=_LIMIT)
        self._servers = servers
        self._administration = servers.administration(kind)
        driver = create_driver(kind, self._config)
        super().__init__(serve(driver, drain_timeout=5.0))
        self.sleep = ExecuteRequest(_SLEEP[kind])

    def connections(self) -> int:
        """Return how many connections the server counts."""
        database = self._config["config"]["database"]
        return len(self._administration.connections(database))


@pytest.fixture(params=Servers.kinds)
def pool(
    request: pytest.FixtureRequest, servers: Servers, serve: Serve
) -> Iterator[ServerPool]:
    """Return a pool of three connections."""
    made = ServerPool(servers, serve, request.param)
    yield made
    made.close()


def _insert(name: str, **fields: str) -> InsertRequest:
    """Return a request that inserts an item."""
    return InsertRequest("items", {"name": name}, **fields)


def test_holders_of_all_connections_go_on_at_once_whoever_waits(
    pool: ServerPool,
) -> None:
    """N transactions hold N connections and 3 N inserts wait: each holder's next
    statement and its COMMIT run at once, then everybody is served."""
    holders = [pool.connect() for _ in range(_LIMIT)]
    transactions = [begin(holder) for holder in holders]
    for holder, transaction in zip(holders, transactions):
        holder.data(_insert("first", transaction_id=transaction))
    others = [pool.connect() for _ in range(3 * _LIMIT)]
    for other in others:
        other.send(_insert("waited"))
    late = pool.connect()
    assert late.error(_insert("late"), timeout=0.2) == "timeout"
    pool.wait_for("requests_waiting_for_connection", 3 * _LIMIT)
    start = time.monotonic()
    for holder, transaction in zip(holders, transactions):
        holder.data(_insert("held", transaction_id=transaction))
        holder.data(CommitTransactionRequest(transaction))
    assert time.monotonic() - start < _AT_ONCE
    for other in others:
        assert other.receive()[1].is_success()
    assert late.data(CountRequest("items")) == {"count": 5 * _LIMIT}
    assert pool.connections() <= _LIMIT


def test_running_statements_are_stopped_and_the_rest_goes_on(pool: ServerPool) -> None:
    """Out of time, cancelled, the client gone; reads and pings beside it go on."""
    client, dying, other = pool.connect(), pool.connect(), pool.connect()
    start = time.monotonic()
    assert client.error(pool.sleep, timeout=0.3) == "timeout"
    request_id = client.send(pool.sleep)
    dying.send(SelectRequest("items", {"id": 1}))
    dying.receive()
    pool.wait_for("connections_in_use", 1)
    other.data(PingRequest())
    other.data(SelectRequest("items", {"id": 1}))
    client.cancel(request_id)
    assert next_error(client) == "cancelled"
    transaction = begin(dying)
    dying.data(_insert("lost", transaction_id=transaction))
    dying.send(ExecuteRequest(pool.sleep.sql, transaction_id=transaction))
    pool.wait_for("connections_in_use", 1)
    dying.close()
    pool.wait_for("connections_in_use", 0)
    assert time.monotonic() - start < 30
    assert client.data(CountRequest("items")) == {"count": 0}


def test_statement_that_waits_for_a_lock_holds_up_nobody(pool: ServerPool) -> None:
    """A short statement that meets another's lock may run where everybody's requests
    come in; they are served all the same, and the holder can commit."""
    holder, waiting, other = pool.connect(), pool.connect(), pool.connect()
    row = holder.data(_insert("x"))["row_id"]
    transaction = begin(holder)
    change = UpdateRequest(
        "items", {"id": row}, {"name": "y"}, transaction_id=transaction
    )
    holder.data(change)
    waiting.send(UpdateRequest("items", {"id": row}, {"name": "z"}))
    start = time.monotonic()
    for _ in range(20):
        other.data(PingRequest())
        other.data(SelectRequest("items", {"id": row}))
    holder.data(CommitTransactionRequest(transaction))
    assert waiting.receive()[1].is_success()
    assert time.monotonic() - start < _AT_ONCE
    assert other.data(SelectRequest("items", columns=["name"])) == [["z"]]


def test_streams_go_on_while_others_wait_for_connections(pool: ServerPool) -> None:
    """They hold their connections, and give them back at their end."""
    streams = [pool.connect() for _ in range(_LIMIT)]
    fill(streams[0], 10)
    cursors = []
    for stream in streams:
        result = stream.call(OpenCursorRequest("items", chunk_size=4))
        assert isinstance(result, DataResult)
        cursors.append(str(result.cursor))
    waiting = pool.connect()
    waiting.send(_insert("waited"))
    pool.wait_for("requests_waiting_for_connection", 1)
    for stream, cursor in zip(streams, cursors):
        assert len(stream.data(FetchRequest(cursor, 4))) == 4
        assert len(stream.data(FetchRequest(cursor, 4))) == 2
    assert waiting.receive()[1].is_success()
    pool.wait_for("connections_held", 0)


def test_a_crowd_uses_every_connection_and_no_more(pool: ServerPool) -> None:
    """Inserts, reads, transactions and streams interleave; nothing is lost."""
    clients = [pool.connect() for _ in range(8)]
    failures: List[BaseException] = []

    def work(client: RawClient, number: int) -> None:
        """Do a bit of everything; every third client leaves within a transaction."""
        try:
            for index in range(10):
                row = client.data(_insert(f"{number}-{index}"))["row_id"]
                assert len(client.data(SelectRequest("items", {"id": row}))) == 1
                transaction = begin(client)
                client.data(_insert(f"{number}t{index}", transaction_id=transaction))
                client.data(CommitTransactionRequest(transaction))
                client.call(OpenCursorRequest("items", chunk_size=1000))
            if number % 3 == 0:
                client.send(_insert("lost", transaction_id=begin(client)))
                client.close()
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(client, number))
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, pool.connections())
    for thread in threads:
        thread.join()
    assert not failures
    assert 1 < most <= _LIMIT
    pool.wait_for("open_transactions", 0)
    rows = pool.watcher.data(SelectRequest("items", columns=["name"]))
    assert len(rows) == len({name for (name,) in rows}) == 160
