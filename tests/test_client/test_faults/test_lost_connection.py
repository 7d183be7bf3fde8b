"""The connection is lost: what is repeated, what is not, and for how long."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Callable, List

import pytest

from code_analysis_db.client import DatabaseClient, RpcClient
from code_analysis_db.client import channel as channel_module
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from code_analysis_db.transport.endpoint import Endpoint

from ..scripted_driver import ScriptedDriver
from .faults import Faults, execute, insert, select

Call = Callable[[RpcClient], object]


@pytest.mark.parametrize("name", ["select", "count"])
def test_read_whose_reply_was_lost_is_repeated(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults, name: str
) -> None:
    faults.on = [name, name]
    assert getattr(client.rpc, name)("t")
    assert driver.names == [name] * 3


def test_read_that_loses_the_driver_every_time_is_given_up(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    """It may be what kills the driver, which is not restarted for ever."""
    faults.on = ["select"] * 10
    with pytest.raises(DriverUnavailableError, match="lost 3 times"):
        client.rpc.select("t")
    assert driver.names == ["select"] * 3


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
