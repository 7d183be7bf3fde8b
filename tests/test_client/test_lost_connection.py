"""The crash table: the driver goes away at every point of a request."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

from code_analysis_db.client import DatabaseClient, RpcClient
from code_analysis_db.client import channel as channel_module
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverTransactionError,
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from code_analysis_db.result import DataResult, SuccessResult
from code_analysis_db.transport.endpoint import Endpoint

from .scripted_driver import DONE, Answer, Hangup, ScriptedDriver, Seen

Call = Callable[[RpcClient], object]

RESULTS = {
    "select": DataResult(["a"], [[1]]),
    "count": SuccessResult({"count": 1}),
    "insert": SuccessResult({"row_id": 1}),
    "begin_transaction": SuccessResult({"transaction_id": "tx"}),
    "commit_transaction": DONE,
    "rollback_transaction": DONE,
    "execute": SuccessResult(
        {"affected_rows": 0, "last_insert_id": 0, "columns": None, "rows": None}
    ),
}


def select(rpc: RpcClient) -> object:
    """Make a read."""
    return rpc.select("t")


def insert(rpc: RpcClient) -> object:
    """Make a write."""
    return rpc.insert("t", {"a": 1})


def execute(rpc: RpcClient) -> object:
    """Make what may be a write."""
    return rpc.execute("SELECT 1")


class Faults:
    """Answers requests, but hangs up on those that a test names.

    Attributes:
        on: names of requests to hang up on, once each.
        silent_on: names of requests to leave without an answer.
    """

    def __init__(self) -> None:
        """Hang up on nothing."""
        self.on: List[str] = []
        self.silent_on: List[str] = []

    def __call__(self, seen: Seen) -> Answer:
        """Answer one request."""
        if seen.name in self.on:
            self.on.remove(seen.name)
            raise Hangup
        return None if seen.name in self.silent_on else RESULTS[seen.name]


@pytest.fixture
def faults() -> Faults:
    """What goes wrong."""
    return Faults()


@pytest.fixture(params=["unix", "tcp"])
def driver(
    request: pytest.FixtureRequest, faults: Faults, socket_path: Path
) -> Iterator[ScriptedDriver]:
    """A driver that goes away as told."""
    path = socket_path if request.param == "unix" else None
    with ScriptedDriver(faults, path) as scripted:
        yield scripted


@pytest.fixture
def client(driver: ScriptedDriver) -> Iterator[DatabaseClient]:
    """A client of it that is patient for ten seconds."""
    with DatabaseClient.connect(driver.endpoint, reconnect_timeout=10) as connected:
        yield connected


@pytest.mark.parametrize("name", ["select", "count"])
def test_read_whose_reply_was_lost_is_repeated(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults, name: str
) -> None:
    faults.on = [name, name, name]
    assert getattr(client.rpc, name)("t")
    assert driver.names == [name] * 4


@pytest.mark.parametrize("call", [insert, execute])
def test_write_whose_reply_was_lost_is_not_repeated(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults, call: Call
) -> None:
    faults.on = ["insert", "execute"]
    with pytest.raises(OutcomeUnknownError, match="read back"):
        call(client.rpc)
    assert len(driver.names) == 1
    call(client.rpc)


def test_write_on_a_connection_that_the_driver_has_closed_is_sent_on_another(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    driver.hang_up()
    assert insert(client.rpc) == 1
    assert driver.names == ["insert"]
    assert driver.connections == 2


def test_all_free_connections_of_a_driver_that_went_are_given_up_at_once(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    pool = client._caller._pool
    for channel in [pool.take() for _ in range(5)]:
        pool.give(channel)
    driver.hang_up()
    assert insert(client.rpc) == 1
    assert driver.connections == 6


def test_read_past_its_timeout_and_grace_raises_request_timeout(
    client: DatabaseClient,
    driver: ScriptedDriver,
    faults: Faults,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_module, "REPLY_GRACE", 0.05)
    faults.silent_on = ["select"]
    with pytest.raises(RequestTimeoutError, match="0.15 s"):
        client.rpc.select("t", timeout=0.1)
    assert driver.names == ["select"]


def test_write_past_its_timeout_and_grace_may_have_been_applied(
    client: DatabaseClient,
    driver: ScriptedDriver,
    faults: Faults,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_module, "REPLY_GRACE", 0.05)
    faults.silent_on = ["insert"]
    with pytest.raises(OutcomeUnknownError):
        client.rpc.insert("t", {"a": 1}, timeout=0.1)
    assert driver.names == ["insert"]


# --- transactions -------------------------------------------------------------------


def test_begin_is_repeated(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["begin_transaction"]
    with client.rpc.transaction() as tx:
        tx.insert("t", {"a": 1})
    expected = ["begin_transaction"] * 2 + ["insert", "commit_transaction"]
    assert driver.names == expected


@pytest.mark.parametrize("call", [select, insert, execute])
def test_connection_lost_in_a_transaction_means_not_applied_and_no_repetition(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults, call: Any
) -> None:
    faults.on = ["select", "insert", "execute"]
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        with client.rpc.transaction() as tx:
            call(tx)
    assert len(driver.names) == 2
    assert tx.is_lost


def test_lost_transaction_cannot_be_committed(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["insert"]
    with pytest.raises(DriverTransactionError):
        with client.rpc.transaction() as tx:
            with pytest.raises(DriverTransactionError):
                tx.insert("t", {"a": 1})
    assert "commit_transaction" not in driver.names


def test_commit_whose_reply_was_lost_is_of_unknown_outcome(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["commit_transaction"]
    with pytest.raises(OutcomeUnknownError, match="commit"):
        with client.rpc.transaction() as tx:
            tx.insert("t", {"a": 1})
    assert driver.names[-1] == "commit_transaction"


def test_commit_that_was_not_sent_means_not_applied(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        with client.rpc.transaction() as tx:
            tx.insert("t", {"a": 1})
            driver.hang_up()
    assert "commit_transaction" not in driver.names


def test_rollback_of_a_lost_transaction_is_done(
    client: DatabaseClient, faults: Faults
) -> None:
    transaction_id = client.rpc.begin_transaction()
    faults.on = ["rollback_transaction"]
    assert client.rpc.rollback_transaction(transaction_id) is True


def test_error_of_the_block_is_raised_though_the_rollback_fails_too(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with pytest.raises(ZeroDivisionError):
        with client.rpc.transaction():
            driver.hang_up()
            raise ZeroDivisionError


def test_run_transaction_begins_anew_when_the_driver_was_lost_before_the_commit(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["insert", "insert"]
    assert client.run_transaction(lambda tx: tx.insert("t", {"a": 1})) == 1
    assert driver.names.count("begin_transaction") == 3
    assert driver.names.count("commit_transaction") == 1


def test_run_transaction_does_not_repeat_what_may_have_been_applied(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["commit_transaction"]
    with pytest.raises(OutcomeUnknownError):
        client.run_transaction(lambda tx: tx.insert("t", {"a": 1}))
    assert driver.names.count("begin_transaction") == 1


# --- no driver ------------------------------------------------------------------------


def test_connect_without_a_driver_fails_after_the_reconnect_timeout(
    socket_path: Path,
) -> None:
    started = time.monotonic()
    with pytest.raises(DriverUnavailableError, match="No such file"):
        DatabaseClient.connect(f"unix://{socket_path}", reconnect_timeout=0.3)
    assert 0.1 <= time.monotonic() - started < 5


def test_call_fails_after_its_timeout_where_that_is_the_shorter(
    socket_path: Path,
) -> None:
    with ScriptedDriver(Faults(), socket_path) as driver:
        client = DatabaseClient.connect(driver.endpoint, reconnect_timeout=60)
    started = time.monotonic()
    with client, pytest.raises(DriverUnavailableError):
        client.rpc.insert("t", {"a": 1}, timeout=0.2)
    assert time.monotonic() - started < 5


def test_client_waits_for_a_driver_that_restarts(socket_path: Path) -> None:
    with ScriptedDriver(Faults(), socket_path) as driver:
        client = DatabaseClient.connect(driver.endpoint, reconnect_timeout=20)
    results: List[object] = []
    callers = [
        threading.Thread(target=lambda call=call: results.append(call(client.rpc)))
        for call in (select, insert)
    ]
    with client:
        for caller in callers:
            caller.start()
        with ScriptedDriver(Faults(), socket_path) as driver:
            for caller in callers:
                caller.join(20)
            assert sorted(driver.names) == ["insert", "select"]
    assert sorted(map(str, results)) == ["1", "[{'a': 1}]"]


def test_wrong_key_is_not_tried_again(socket_path: Path) -> None:
    with ScriptedDriver(Faults(), socket_path) as driver:
        wrong = Endpoint("unix", path=driver.endpoint.path, key=b"wrong")
        with pytest.raises(DriverConnectionError, match="refused the key"):
            DatabaseClient.connect(wrong, reconnect_timeout=60)
        assert driver.connections == 1


@pytest.mark.parametrize("call", [insert, select])
def test_request_that_the_driver_never_read_is_repeated_even_a_write(
    socket_path: Path, call: Call
) -> None:
    """A driver that is killed leaves what it had not read; Linux tells the client."""
    faults = Faults()
    with ScriptedDriver(faults, socket_path) as driver:
        driver.stop_reading_after("ping")
        with DatabaseClient.connect(driver.endpoint, reconnect_timeout=10) as client:
            caller = threading.Thread(target=call, args=(client.rpc,))
            caller.start()
            driver.close_unread()
            caller.join(10)
            assert not caller.is_alive()
    assert len(driver.names) == 1
    assert driver.connections == 2
