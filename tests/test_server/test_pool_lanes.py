"""Who waits for whom where a database has a few connections for many clients.

The database is a :class:`GatedDriver`: its statements end when the test says so, and it
notes when more connections were used than there are.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Iterator, List

import pytest

from code_analysis_db.request import (
    BeginTransactionRequest,
    CloseCursorRequest,
    CommitTransactionRequest,
    CountRequest,
    ExecuteRequest,
    FetchRequest,
    InsertManyRequest,
    OpenCursorRequest,
    PingRequest,
    RollbackTransactionRequest,
    StatsRequest,
)
from code_analysis_db.result import DataResult, ErrorResult
from code_analysis_db.rows import RowBlock
from code_analysis_db.server.driver_server import DriverServer

from .conftest import Serve
from .gated_driver import GatedDriver
from .raw_client import RawClient

_PATIENCE = 20.0


class Pool:
    """A server on a gated driver, and its clients."""

    def __init__(self, serve: Serve, limit: int, **config: Any) -> None:
        """Serve ``limit`` connections."""
        self.driver = GatedDriver(limit)
        self.server: DriverServer = serve(self.driver, **config)
        self.clients: List[RawClient] = []
        self.watcher = self.connect()

    def connect(self) -> RawClient:
        """Connect one more client."""
        self.clients.append(RawClient(self.server.endpoint))
        return self.clients[-1]

    def wait_for(self, name: str, value: int) -> None:
        """Wait until a figure has a value."""
        wait_until(lambda: self.figure(name) == value)

    def figure(self, name: str) -> Any:
        """Return one of the driver's figures, which nothing may delay."""
        start = time.monotonic()
        stats = self.watcher.data(StatsRequest())["stats"]
        assert time.monotonic() - start < 5
        return stats[name]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    give_up = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not come to be"
        time.sleep(0.002)


@pytest.fixture
def pool(serve: Serve) -> Iterator[Callable[..., Pool]]:
    """Return a function that makes a pool; its driver must have no complaint."""
    pools: List[Pool] = []

    def make(limit: int, **config: Any) -> Pool:
        """Make a pool of ``limit`` connections."""
        pools.append(Pool(serve, limit, **config))
        return pools[-1]

    yield make
    for made in pools:
        made.driver.open_gates()
        for client in made.clients:
            client.close()
        assert made.driver.faults == []


Make = Callable[..., Pool]


def _note(name: object, **fields: str) -> ExecuteRequest:
    """Return a request that is done at once."""
    return ExecuteRequest(f"note {name}", **fields)


def _gate(name: str, **fields: str) -> ExecuteRequest:
    """Return a request that lasts until the gate ``name`` is opened."""
    return ExecuteRequest(f"gate {name}", **fields)


def _begin(client: RawClient) -> str:
    """Begin a transaction and return its id."""
    transaction_id: str = client.data(BeginTransactionRequest())["transaction_id"]
    return transaction_id


def _fill(client: RawClient, rows: int) -> None:
    """Insert items."""
    block = RowBlock(["name"], [[str(number)] for number in range(rows)])
    client.data(InsertManyRequest("items", [block]))


def _code(client: RawClient) -> str:
    """Return the error code of the next reply."""
    _, result = client.receive()
    assert isinstance(result, ErrorResult), result
    code: str = result.error_code
    return code


def test_holders_of_all_connections_go_on_at_once_whoever_waits(pool: Make) -> None:
    """N transactions hold N connections and 3 N statements wait: each holder's next
    statement and its COMMIT run at once, then everybody is served."""
    three = pool(3)
    holders = [three.connect() for _ in range(3)]
    transactions = [_begin(holder) for holder in holders]
    others = [three.connect() for _ in range(9)]
    for number, other in enumerate(others):
        other.send(_note(f"waited {number}"))
    three.wait_for("requests_waiting_for_connection", 9)
    start = time.monotonic()
    for holder, transaction in zip(holders, transactions):
        holder.data(_note("held", transaction_id=transaction))
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


def test_holders_are_not_kept_by_statements_that_run(pool: Make) -> None:
    """However many connections are busy, a statement in an idle transaction runs at
    once; and where all are, one in a transaction that has ended is refused at once."""
    four = pool(4)
    free = [four.connect(), four.connect()]
    for client in free:
        client.send(_gate("busy"))
    holder, idler, ended = four.connect(), four.connect(), four.connect()
    held = _begin(holder)
    holder.send(_gate("busy", transaction_id=held))
    over = _begin(ended)
    ended.data(CommitTransactionRequest(over))
    waiting = _begin(idler)
    for _ in range(3):
        four.driver.gate("busy").wait_for_statement()
    queued = four.connect()
    queued.send(_note("last"))
    four.wait_for("requests_waiting_for_connection", 1)
    for _ in range(20):
        idler.data(_note("first", transaction_id=waiting))
        assert ended.error(_note("never", transaction_id=over)) == "transaction"
    assert four.driver.notes == ["first"] * 20
    idler.send(_gate("busy", transaction_id=waiting))
    four.driver.gate("busy").wait_for_statement()
    assert ended.error(_note("never", transaction_id=over)) == "transaction"
    assert four.figure("connections_held") == 2
    four.driver.open_gates()
    for client in [*free, holder, idler, queued]:
        assert client.receive()[1].is_success()


def test_those_who_wait_are_served_in_their_order(pool: Make) -> None:
    """First come, first served; begins and statements stand in the same line."""
    one = pool(1)
    holder = one.connect()
    transaction = _begin(holder)
    others = [one.connect() for _ in range(6)]
    for number, other in enumerate(others):
        other.send(BeginTransactionRequest() if number == 2 else _note(number))
        one.wait_for("requests_waiting_for_connection", number + 1)
    holder.data(CommitTransactionRequest(transaction))
    _, begun = others[2].receive()
    assert one.driver.notes == ["0", "1"]
    assert one.figure("requests_waiting_for_connection") == 3
    others[2].data(CommitTransactionRequest(begun.to_dict()["data"]["transaction_id"]))
    for other in others[3:]:
        assert other.receive()[1].is_success()
    assert one.driver.notes == ["0", "1", "3", "4", "5"]


def test_a_client_that_asks_much_stands_in_line_once(pool: Make) -> None:
    """Its second request does not go before another's first."""
    one = pool(1)
    greedy, modest, holder = one.connect(), one.connect(), one.connect()
    holder.send(_gate("busy"))
    one.driver.gate("busy").wait_for_statement()
    for _ in range(3):
        greedy.send(_note("greedy"))
    one.wait_for("requests_waiting_for_connection", 1)
    modest.send(_note("modest"))
    one.wait_for("requests_waiting_for_connection", 2)
    one.driver.open_gates()
    for client in (holder, modest, greedy, greedy, greedy):
        assert client.receive()[1].is_success()
    assert one.driver.notes == ["greedy", "modest", "greedy", "greedy"]


def test_waiting_statements_keep_their_time_and_leave_the_line(pool: Make) -> None:
    """Out of time, cancelled, its client gone: answered then, and never run."""
    two = pool(2)
    holders = [two.connect(), two.connect()]
    transactions = [_begin(holder) for holder in holders]
    late, cancelled, dying = two.connect(), two.connect(), two.connect()
    dying.send(_note("gone"))
    request_id = cancelled.send(_note("cancelled"))
    two.wait_for("requests_waiting_for_connection", 2)
    start = time.monotonic()
    assert late.error(_note("late"), timeout=0.2) == "timeout"
    assert 0.1 < time.monotonic() - start < 5
    cancelled.cancel(request_id)
    assert _code(cancelled) == "cancelled"
    dying.close()
    two.wait_for("requests_waiting_for_connection", 0)
    for holder, transaction in zip(holders, transactions):
        holder.data(CommitTransactionRequest(transaction))
    late.data(_note("next"))
    assert two.driver.notes == ["next"]


def test_running_statements_are_stopped(pool: Make) -> None:
    """Out of time or cancelled, in a transaction or not; the connection is free."""
    one = pool(1)
    client = one.connect()
    assert client.error(_gate("shut"), timeout=0.1) == "timeout"
    one.driver.gate("shut").wait_for_statement()
    request_id = client.send(_gate("shut"))
    one.driver.gate("shut").wait_for_statement()
    client.cancel(request_id)
    assert _code(client) == "cancelled"
    transaction = _begin(client)
    in_it = _gate("shut", transaction_id=transaction)
    assert client.error(in_it, timeout=0.1) == "timeout"
    client.data(_note("goes on", transaction_id=transaction))
    client.data(CommitTransactionRequest(transaction))
    client.data(_note("free"))
    assert one.driver.notes == ["goes on", "free"]


def test_streams_hold_connections_and_go_on_at_once(pool: Make) -> None:
    """Their fetches wait for nobody; ended or closed, others get the connection."""
    two = pool(2)
    streams, waiting = [two.connect(), two.connect()], two.connect()
    _fill(waiting, 10)
    cursors = []
    for stream in streams:
        result = stream.call(OpenCursorRequest("items", chunk_size=4))
        assert isinstance(result, DataResult)
        cursors.append(result.cursor)
    assert two.figure("connections_held") == 2
    waiting.send(_note("waited"))
    two.wait_for("requests_waiting_for_connection", 1)
    assert len(streams[0].data(FetchRequest(str(cursors[0]), 4))) == 4
    assert two.driver.notes == []
    assert len(streams[0].data(FetchRequest(str(cursors[0]), 4))) == 2
    assert waiting.receive()[1].is_success()
    assert streams[1].data(CloseCursorRequest(str(cursors[1]))) == {"done": True}
    two.wait_for("connections_held", 0)


def test_several_connections_that_come_free_at_once_are_all_used(pool: Make) -> None:
    """A client that leaves three streams makes room for three statements."""
    three = pool(3)
    dying, others = three.connect(), [three.connect() for _ in range(3)]
    _fill(dying, 10)
    for _ in range(3):
        dying.call(OpenCursorRequest("items", chunk_size=4))
    for other in others:
        other.send(_gate("side by side"))
    three.wait_for("requests_waiting_for_connection", 3)
    dying.close()
    for _ in range(3):
        three.driver.gate("side by side").wait_for_statement()
    three.driver.open_gates()
    for other in others:
        assert other.receive()[1].is_success()


def test_a_cursor_is_of_use_to_its_own_connection_only(pool: Make) -> None:
    """Somebody else's fetch is refused at once, and his close does nothing."""
    two = pool(2)
    owner, thief = two.connect(), two.connect()
    _fill(owner, 10)
    result = owner.call(OpenCursorRequest("items", chunk_size=4))
    assert isinstance(result, DataResult)
    cursor = str(result.cursor)
    assert thief.error(FetchRequest(cursor, 4)) == "query"
    assert thief.data(CloseCursorRequest(cursor)) == {"done": False}
    assert len(owner.data(FetchRequest(cursor, 100))) == 6


@pytest.mark.parametrize("gate", ["rollback", "close"])
def test_what_a_client_leaves_is_cleaned_up_while_others_are_served(
    pool: Make, gate: str
) -> None:
    """Its transaction is rolled back and its cursor closed, however long it takes."""
    three = pool(3)
    _fill(three.watcher, 10)
    slow = three.driver.gate(gate)
    dying = three.connect()
    _begin(dying)
    dying.call(OpenCursorRequest("items", chunk_size=4))
    assert three.figure("connections_held") == 2
    dying.close()
    slow.wait_for_statement()
    three.wait_for("connections_held", 1)
    other = three.connect()
    other.data(PingRequest())
    other.data(_note("served"))
    three.driver.open_gates()
    three.wait_for("connections_held", 0)
    three.wait_for("open_transactions", 0)


def test_a_clients_end_stops_its_transaction_but_no_write_of_its_own(
    pool: Make,
) -> None:
    """A statement of a transaction is stopped; one that commits itself goes on."""
    two = pool(2)
    dying, writing = two.connect(), two.connect()
    dying.send(_gate("shut", transaction_id=_begin(dying)))
    writing.send(_gate("write"))
    two.driver.gate("shut").wait_for_statement()
    two.driver.gate("write").wait_for_statement()
    dying.close()
    writing.close()
    two.wait_for("connections_in_use", 1)
    two.driver.gate("write").open()
    two.wait_for("connections_in_use", 0)


def test_idle_and_endless_transactions_give_their_connection_back(pool: Make) -> None:
    """Those who wait are served, and a later use of the id says why."""
    one = pool(1, transaction_idle_timeout=0.2, transaction_timeout=0.6)
    slow, busy, waiting = one.connect(), one.connect(), one.connect()
    idle = _begin(slow)
    waiting.data(_note("served"))
    result = slow.call(CommitTransactionRequest(idle))
    assert isinstance(result, ErrorResult)
    assert "idle longer than 0.2 s" in result.description
    endless = _begin(busy)
    busy.send(_gate("shut", transaction_id=endless))
    waiting.data(_note("served too"))
    assert _code(busy) == "cancelled"
    result = busy.call(_note("never", transaction_id=endless))
    assert isinstance(result, ErrorResult)
    assert "lasted longer than 0.6 s" in result.description


def test_fetching_keeps_a_transaction_from_being_idle(pool: Make) -> None:
    """A stream inside a transaction is a use of it, however long it takes."""
    one = pool(1, transaction_idle_timeout=0.4)
    client = one.connect()
    _fill(client, 30)
    transaction = _begin(client)
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
    pool: Make,
) -> None:
    """While the rollback is under way the owner is refused, COMMIT included."""
    two = pool(2, transaction_idle_timeout=0.1)
    rollback = two.driver.gate("rollback")
    owner = two.connect()
    transaction = _begin(owner)
    rollback.wait_for_statement()
    assert owner.error(CommitTransactionRequest(transaction)) == "transaction"
    assert two.figure("open_transactions") == 1
    rollback.open()
    two.wait_for("open_transactions", 0)
    assert owner.error(CommitTransactionRequest(transaction)) == "transaction"


def test_pings_and_figures_wait_for_nothing(pool: Make) -> None:
    """They are answered while every connection is busy and others wait."""
    one = pool(1)
    busy, waiting = one.connect(), one.connect()
    busy.send(_gate("shut"))
    one.driver.gate("shut").wait_for_statement()
    waiting.send(_note("x"))
    one.wait_for("requests_waiting_for_connection", 1)
    one.watcher.data(PingRequest())
    figures = one.watcher.data(StatsRequest())["stats"]
    expected = {"connection_limit": 1, "connections_in_use": 1, "connections_held": 0}
    assert expected.items() <= figures.items()
    one.driver.open_gates()


@pytest.mark.parametrize("held_by", ["transaction", "stream"])
def test_drain_finishes_what_was_asked_for(pool: Make, held_by: str) -> None:
    """Told to stop, it runs what runs and what waits, for which it takes the
    connections of idle transactions and streams."""
    two = pool(2)
    running, holder = two.connect(), two.connect()
    _fill(holder, 10)
    running.send(_gate("busy"))
    two.driver.gate("busy").wait_for_statement()
    if held_by == "stream":
        holder.call(OpenCursorRequest("items", chunk_size=4))
    else:
        _begin(holder)
    waiting = [two.connect() for _ in range(6)]
    for client in waiting:
        client.send(_note("waited"))
    two.wait_for("requests_waiting_for_connection", 6)
    two.server.request_stop()
    for client in waiting:
        assert client.receive(5)[1].is_success()
    two.driver.open_gates()
    assert running.receive()[1].is_success()


def test_what_outlasts_the_drain_is_stopped(pool: Make) -> None:
    """A statement that does not end is cancelled, not left behind on the server."""
    one = pool(1, drain_timeout=0.2)
    client = one.connect()
    client.send(_gate("shut"))
    one.driver.gate("shut").wait_for_statement()
    one.server.request_stop()
    wait_until(lambda: one.driver.stopped == 1)


def test_a_statement_that_lasts_holds_up_nobody(pool: Make) -> None:
    """One that is short by nature may run on the loop's thread; where it lasts, another
    thread goes on with the loop, as often as it takes."""
    three = pool(3)
    clients = [three.connect() for _ in range(4)]
    three.driver.gate("count")
    for client in clients:
        client.send(CountRequest("items"))
        three.watcher.data(PingRequest())
    for _ in range(3):
        three.driver.gate("count").wait_for_statement()
    three.wait_for("requests_waiting_for_connection", 1)
    assert three.figure("connections_in_use") == 3
    three.driver.open_gates()
    for client in clients:
        assert client.receive()[1].is_success()
    for client in clients:
        assert client.data(CountRequest("items")) == {"count": 0}


@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_statement_that_lasts_can_be_given_up(
    pool: Make, in_transaction: bool
) -> None:
    """Out of time, cancelled, its client gone: as on any other thread."""
    one = pool(1)
    client, dying = one.connect(), one.connect()
    fields = {"transaction_id": _begin(client)} if in_transaction else {}
    gate = one.driver.gate("count")
    assert client.error(CountRequest("items", **fields), timeout=0.1) == "timeout"
    gate.wait_for_statement()
    request_id = client.send(CountRequest("items", **fields))
    gate.wait_for_statement()
    client.cancel(request_id)
    assert _code(client) == "cancelled"
    if in_transaction:
        client.data(CommitTransactionRequest(fields["transaction_id"]))
    dying.send(CountRequest("items"))
    gate.wait_for_statement()
    dying.close()
    one.wait_for("connections_in_use", 0)


def test_a_transaction_whose_statement_lasts_is_rolled_back_at_its_time(
    pool: Make,
) -> None:
    """The time limit of a transaction meets a statement on the loop's thread."""
    one = pool(1, transaction_timeout=0.3)
    client = one.connect()
    transaction = _begin(client)
    one.driver.gate("count")
    client.send(CountRequest("items", transaction_id=transaction))
    assert _code(client) == "cancelled"
    one.wait_for("open_transactions", 0)
    assert client.error(CommitTransactionRequest(transaction)) == "transaction"


def test_a_crowd_uses_every_connection_and_no_more(pool: Make) -> None:
    """Statements, transactions, streams and departures interleave; nobody is lost."""
    four = pool(4)
    _fill(four.watcher, 50)
    clients = [four.connect() for _ in range(12)]
    failures: List[BaseException] = []

    def work(client: RawClient, number: int) -> None:
        """Do a bit of everything; every third client leaves without a word."""
        try:
            for index in range(15):
                client.data(_note(f"{number}-{index}"))
                transaction = _begin(client)
                client.data(CountRequest("items", transaction_id=transaction))
                client.data(_note(f"{number}t{index}", transaction_id=transaction))
                client.data(CommitTransactionRequest(transaction))
                cursor = client.call(OpenCursorRequest("items", chunk_size=20))
                assert isinstance(cursor, DataResult)
                client.data(FetchRequest(str(cursor.cursor), 20))
                if index % 2:
                    client.data(CloseCursorRequest(str(cursor.cursor)))
                else:
                    client.data(FetchRequest(str(cursor.cursor), 20))
            if number % 3 == 0:
                _begin(client)
                client.send(_note(f"{number}-last"))
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
