"""Failure stories that only a whole driver process and its clients can show.

The others are told where their layer is tested; the package's docstring has the list.
"""

from __future__ import annotations

import signal
import statistics
import threading
import time
from typing import Any, Callable, Dict, List, Tuple

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    DriverTransactionError,
    MessageTooLargeError,
    RequestTimeoutError,
    UniqueViolationError,
    UnknownColumnError,
)

from .conftest import MakeProcess
from .programs import DEADLINE, read_line, start_client, wait_until


def _timed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def test_no_request_waits_for_a_poll(client: DatabaseClient, table: str) -> None:
    """Story 1: a consumer slept 0.1 s between looks, and each call took that long."""
    rpc = client.rpc
    calls: List[Callable[[], object]] = [
        lambda: rpc.insert(table, {"name": "a"}),
        lambda: rpc.select(table, {"id": 1}),
        lambda: rpc.insert_many(table, [{"name": "a"}] * 3),
    ]
    for call in calls:
        assert statistics.median(_timed(call) for _ in range(30)) < 0.05


_WAITING_WRITERS = """
def work():
    rpc.insert(table, {"name": "waits"})

print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
print("waiting", flush=True)
for thread in threads:
    thread.join()
"""


def test_holder_of_the_write_lock_overtakes_all_who_wait_for_it(
    process: DriverProcess, client: DatabaseClient, table: str
) -> None:
    """Story 2: the commit that would have freed the others queued behind them."""
    others = [start_client(_WAITING_WRITERS, process, table) for _ in range(2)]
    assert [read_line(other) for other in others] == ["ready"] * 2
    with client.transaction(write=True) as transaction:
        for other in others:
            assert other.stdin is not None
            other.stdin.write("\n")
            other.stdin.flush()
            assert read_line(other) == "waiting"
        slowest = max(
            _timed(lambda: transaction.insert(table, {"name": "holds"}))
            for _ in range(20)
        )
        assert transaction.count(table) == 20
        took = _timed(transaction.commit)
    assert max(slowest, took) < 5
    for other in others:
        other.communicate(timeout=DEADLINE)
    names = client.rpc.select(table, columns=["name"], order_by="id")
    assert [row["name"] for row in names] == ["holds"] * 20 + ["waits"] * 24


def test_write_that_ran_out_of_time_is_not_applied_later(
    process: DriverProcess, client: DatabaseClient, table: str
) -> None:
    """Story 3: its caller writes it again, and there is one row."""
    with process.client() as holder, holder.transaction(write=True):
        for _ in range(3):
            with pytest.raises(RequestTimeoutError):
                client.rpc.insert(table, {"name": "a"}, timeout=0.05)
            with pytest.raises(RequestTimeoutError):
                client.rpc.insert_many(table, [{"name": "b"}] * 5, timeout=0.05)
    assert client.rpc.insert(table, {"name": "a"}) == 1
    assert client.rpc.count(table) == 1


_WRITES: Dict[str, Callable[..., object]] = {
    "insert": lambda rpc, table, **tx: rpc.insert(table, {"name": "x"}, **tx),
    "insert_many": lambda rpc, table, **tx: rpc.insert_many(
        table, [{"name": "x"}] * 5000, **tx
    ),
    "upsert": lambda rpc, table, **tx: rpc.upsert(table, {"id": 1, "name": "x"}, **tx),
    "upsert_many": lambda rpc, table, **tx: rpc.upsert_many(
        table, [{"id": 1, "name": "x"}, {"id": 9, "name": "x"}], **tx
    ),
    "update": lambda rpc, table, **tx: rpc.update(
        table, {"id": 1}, {"name": "x"}, **tx
    ),
    "delete": lambda rpc, table, **tx: rpc.delete(table, {"id": 1}, **tx),
    "execute": lambda rpc, table, **tx: rpc.execute(
        f"UPDATE {table} SET name = ?", ["x"], **tx
    ),
    "execute_many": lambda rpc, table, **tx: rpc.execute_many(
        f"INSERT INTO {table} (name) VALUES (?)", [["x"], ["y"]], **tx
    ),
}


@pytest.mark.parametrize("name", sorted(_WRITES))
def test_every_write_rolls_back_with_its_transaction(
    client: DatabaseClient, table: str, name: str
) -> None:
    """Story 4: the id was taken and dropped, and the row outlived the rollback."""
    before = [{"id": 1, "name": "first", "data": None}]
    client.rpc.insert(table, before[0])
    by_id = client.rpc.begin_transaction()
    _WRITES[name](client.rpc, table, transaction_id=by_id)
    assert client.rpc.select(table, transaction_id=by_id) != before
    assert client.rpc.select(table) == before
    client.rpc.rollback_transaction(by_id)
    with pytest.raises(ZeroDivisionError), client.transaction() as transaction:
        _WRITES[name](transaction, table)
        assert transaction.select(table) != before
        raise ZeroDivisionError
    assert client.rpc.select(table) == before
    with pytest.raises(DriverTransactionError):
        _WRITES[name](client.rpc, table, transaction_id=by_id)
    assert client.rpc.select(table) == before


def test_batch_rolls_back_with_its_transaction(
    client: DatabaseClient, table: str
) -> None:
    """Story 4, for operations that travel together."""
    transaction_id = client.rpc.begin_transaction()
    with client.batch(transaction_id=transaction_id) as batch:
        batch.insert(table, {"name": "a"})
        batch.insert_many(table, [{"name": "b"}] * 3)
    assert client.rpc.count(table, transaction_id=transaction_id) == 4
    client.rpc.rollback_transaction(transaction_id)
    assert client.rpc.count(table) == 0


_TEXT = {"name": "a", "type": "TEXT"}
_METHODS: Dict[str, Tuple[Any, ...]] = {
    "begin_transaction": (),
    "commit_transaction": ("{transaction}",),
    "rollback_transaction": ("{transaction}",),
    "insert": ("{table}", {"name": "a"}),
    "insert_many": ("{table}", [{"name": "a"}]),
    "upsert": ("{table}", {"id": 1}),
    "upsert_many": ("{table}", [{"id": 1}]),
    "update": ("{table}", {"id": 1}, {"name": "b"}),
    "delete": ("{table}", {"id": 1}),
    "select": ("{table}",),
    "select_iter": ("{table}",),
    "count": ("{table}",),
    "aggregate": ("{table}", {"n": ("max", "id")}),
    "execute": ("SELECT 1 AS one",),
    "execute_many": ("DELETE FROM {table} WHERE id = ?", [[1]]),
    "create_table": ({"name": "{table}2", "columns": [_TEXT]},),
    "alter_table": ("{table}2", {"add_columns": [{"name": "b", "type": "TEXT"}]}),
    "get_table_info": ("{table}2",),
    "drop_table": ("{table}2",),
    "list_tables": (),
    "sync_schema": ({"tables": [{"name": "{table}3", "columns": [_TEXT]}]},),
    "export_schema": (),
    "get_schema_version": (),
    "get_schema_history": (),
    "ping": (),
    "stats": (),
}
# Those of backups and of full text are known where these are tested: they need a
# folder, a file, an index.  Steps are performed of the others' requests.
_NOT_CALLS = {"endpoint", "transaction", "batch", "backup", "restore", "search"} | {
    "run",
    "perform",
    "stream",
}


def test_every_method_of_the_client_is_known_to_the_driver(
    client: DatabaseClient, table: str
) -> None:
    """Story 8: alter_table and get_schema_version were offered, and unknown."""
    public = {name for name in dir(client.rpc) if not name.startswith("_")}
    assert public == set(_METHODS) | _NOT_CALLS
    for name, arguments in _METHODS.items():
        transaction_id = client.rpc.begin_transaction()
        filled = [_filled(item, table, transaction_id) for item in arguments]
        result = getattr(client.rpc, name)(*filled)
        assert result is not None
        if name == "begin_transaction":
            client.rpc.rollback_transaction(result)
        if name not in ("commit_transaction", "rollback_transaction"):
            client.rpc.rollback_transaction(transaction_id)


def _filled(item: Any, table: str, transaction_id: str) -> Any:
    """Put the names of the test into an argument."""
    if isinstance(item, dict):
        return {
            key: _filled(value, table, transaction_id) for key, value in item.items()
        }
    if isinstance(item, list):
        return [_filled(value, table, transaction_id) for value in item]
    if isinstance(item, str):
        return item.format(table=table, transaction=transaction_id)
    return item


def test_message_over_the_limit_is_an_error_of_its_own_and_is_not_repeated(
    make_process: MakeProcess,
) -> None:
    """Story 9: it looked like a lost connection, and was sent again and again."""
    limit = 100_000
    process = make_process(max_message_size=limit)
    with process.client() as client:
        for length in (300, 400, 500):
            client.rpc.insert("items", {"data": bytes(length * 100)})
        served = client.rpc.stats()["requests_served"]
        calls: List[Callable[[], object]] = [
            lambda: client.rpc.select("items"),
            lambda: client.rpc.execute(f"SELECT zeroblob({limit}) AS b"),
            lambda: client.rpc.insert("items", {"data": bytes(limit)}),
            lambda: client.rpc.insert_many("items", [{"data": bytes(10_000)}] * 20),
        ]
        for call in calls:
            with pytest.raises(
                MessageTooLargeError, match=f"max_message_size.*{limit}"
            ):
                call()
        # One try of each that the driver saw, and the stats themselves.
        assert client.rpc.stats()["requests_served"] - served <= len(calls) + 1
        assert client.rpc.count("items") == 3
        assert len(list(client.rpc.select_iter("items", chunk_size=1))) == 3


_BULK_LOAD = """
print("ready", flush=True)
rows = [{"name": "x" * 200}] * 20_000
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set())).start()
while not stop.is_set():
    rpc.insert_many(table, rows)
    rpc.count(table, {"name": {"contains": "y"}})
    print("loaded", flush=True)
"""


def test_pings_and_point_reads_are_quick_beside_a_bulk_load(
    process: DriverProcess, client: DatabaseClient, table: str
) -> None:
    """Story 14: with one lock for all, a health check took 13 s."""
    loader = start_client(_BULK_LOAD, process, table)
    assert read_line(loader) == "ready"
    client.rpc.insert(table, {"name": "a"})
    times: List[float] = []
    loads = threading.Event()

    def count_loads() -> None:
        """Wait for some loads to end."""
        for _ in range(3):
            assert read_line(loader) == "loaded"
        loads.set()

    counter = threading.Thread(target=count_loads)
    counter.start()
    while not loads.is_set():
        times.append(_timed(client.rpc.ping))
        times.append(_timed(lambda: client.rpc.select(table, {"id": 1})))
    counter.join()
    loader.communicate("\n", timeout=DEADLINE)
    assert statistics.median(times) < 0.1
    assert max(times) < 5


_DYING_SENDER = """
class Last(dict):
    def __getitem__(self, key):
        os.kill(os.getpid(), signal.SIGKILL)

rows = [{"name": "x" * 100} for _ in range(20_000)]
rows[15_000] = Last(rows[0])
rpc.insert_many(table, rows)
"""
_DYING_IN_A_FRAME = """
from tests.test_server.raw_client import RawClient
raw = RawClient(client.endpoint)
for _ in range(3):
    os.write(raw.socket.fileno(), (50_000_000).to_bytes(4, "big") + b"x" * 100_000)
    raw = RawClient(client.endpoint)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("source", [_DYING_SENDER, _DYING_IN_A_FRAME])
def test_client_that_is_killed_while_it_sends_harms_nobody(
    process: DriverProcess, client: DatabaseClient, table: str, source: str
) -> None:
    """Story 15: nothing of what it sent is applied, or kept."""
    clients = client.rpc.stats()["clients"]
    dying = start_client(source, process, table)
    dying.communicate(timeout=DEADLINE)
    assert dying.returncode == -signal.SIGKILL
    wait_until(lambda: bool(client.rpc.stats()["clients"] == clients))
    assert client.rpc.count(table) == 0
    assert client.rpc.insert_many(table, [{"name": "a"}] * 3) == [1, 2, 3]


def test_what_python_says_means_the_same_on_the_wire(
    client: DatabaseClient, table: str
) -> None:
    """Stories 16 to 18: None is NULL, pairs may arrive as lists, text is not syntax."""
    names = [None, "a", "b"]
    client.rpc.insert_many(table, [{"name": name} for name in names])
    assert client.rpc.count(table, {"name": None}) == 1
    assert client.rpc.count(table, {"name": {"neq": None}}) == 2
    for order in ([["name", "DESC"]], [("name", "desc")]):
        rows = client.rpc.select(table, columns=["name"], order_by=order)
        assert [row["name"] for row in rows] == ["b", "a", None]
    found = client.rpc.execute(
        f"WITH x AS (SELECT name FROM {table}) SELECT ';%--' AS a, name /* ; */ FROM x"
        " WHERE name = ? AND 'b%' LIKE '_%'; -- the end;",
        ["a"],
    )
    assert found["data"] == [{"a": ";%--", "name": "a"}]


def test_no_error_in_a_transaction_is_met_by_the_next_user(
    process: DriverProcess, client: DatabaseClient, table: str
) -> None:
    """Story 26: a connection was put back with what its user had left on it."""
    client.rpc.insert(table, {"id": 1, "name": "a"})

    def duplicate(transaction: Any) -> None:
        """Break a constraint."""
        transaction.insert(table, {"id": 1})

    def misspell(transaction: Any) -> None:
        """Name a column that there is not."""
        transaction.update(table, {"nmae": 1}, {"name": "b"})

    def run_out_of_time(transaction: Any) -> None:
        """Ask for more than there is time for."""
        transaction.execute(
            "INSERT INTO {0} (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
            " i + 1 FROM n) SELECT i FROM n".format(table),
            timeout=0.05,
        )

    faults = {
        duplicate: UniqueViolationError,
        misspell: UnknownColumnError,
        run_out_of_time: RequestTimeoutError,
    }
    for _ in range(3):
        for fault, error in faults.items():
            with process.client() as other:
                with pytest.raises(error), other.transaction() as transaction:
                    transaction.insert(table, {"name": "never"})
                    fault(transaction)
                leaving = other.rpc.begin_transaction(write=True)
                other.rpc.insert(table, {"name": "never"}, transaction_id=leaving)
            with client.transaction() as transaction:
                transaction.update(table, {"id": 1}, {"name": fault.__name__})
            rows = client.rpc.select(table, columns=["id", "name"])
            assert rows == [{"id": 1, "name": fault.__name__}]
