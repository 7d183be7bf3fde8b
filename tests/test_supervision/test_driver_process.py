"""A driver process from start to stop, over real drivers on SQLite."""

from __future__ import annotations

import pickle
import threading
import time
from multiprocessing import util
from pathlib import Path
from typing import Any, Dict, List

import pytest

from code_analysis_db.client.database_client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    ConfigurationError,
    DriverConnectionError,
    DriverStartError,
    DriverUnavailableError,
    UnknownDriverError,
)
from code_analysis_db.supervision.process_status import ProcessState
from code_analysis_db.worker_manager import WorkerManager

from .conftest import TABLE
from .processes import DEADLINE, cpu_seconds, pid_of, process_exists, wait_until


def test_the_block_gives_a_client_and_ends_everything(config: Dict[str, Any]) -> None:
    """Process, socket and directory are gone afterwards."""
    driver = DriverProcess(config)
    assert not driver.is_alive()
    with driver as client:
        assert driver.is_alive()
        pid = pid_of(driver.status())
        assert client.rpc.ping()["pid"] == pid
        assert client.endpoint == driver.endpoint
        directory = Path(driver.endpoint.path).parent
        assert client.rpc.create_table(TABLE)
        path = Path(config["config"]["path"])
    assert not process_exists(pid)
    assert list(path.parent.iterdir()) == [path], "the database was not closed"
    assert not directory.exists()
    assert (driver.is_alive(), driver.pid) == (False, None)


def test_start_and_stop_without_a_block(config: Dict[str, Any]) -> None:
    """start() twice is one driver; stop() twice is fine; it can be started again."""
    driver = DriverProcess(config)
    assert driver.start() is driver
    pid = driver.pid
    assert driver.start().pid == pid
    with driver.client() as client:
        client.rpc.ping()
    driver.stop()
    driver.stop()
    assert driver.start().pid not in (None, pid)
    driver.stop()


def test_an_exception_in_the_block_ends_the_driver_too(config: Dict[str, Any]) -> None:
    """And comes through."""
    driver = DriverProcess(config)
    pids: List[int] = []
    with pytest.raises(ZeroDivisionError), driver:
        pids.append(pid_of(driver.status()))
        raise ZeroDivisionError
    assert not process_exists(*pids)


@pytest.mark.parametrize(
    "config, expected",
    [
        ({"type": "sqlite", "config": {"paht": "x"}}, ConfigurationError),
        ({"type": "sqlite"}, ConfigurationError),
        ({"config": {}}, ConfigurationError),
        ({"type": "oracle", "config": {}}, UnknownDriverError),
        (
            {"type": "sqlite", "config": {"path": "/nonexistent/x.db"}},
            DriverConnectionError,
        ),
        ("driver.json", ConfigurationError),
    ],
)
def test_a_start_that_fails_raises_the_drivers_error(
    config: Any, expected: type[Exception]
) -> None:
    """As the same class, soon, and nothing is left of it."""
    before = threading.active_count()
    began = time.monotonic()
    with pytest.raises(expected) as caught:
        DriverProcess(config).start()
    assert type(caught.value) is expected
    assert time.monotonic() - began < 10
    wait_until(lambda: threading.active_count() <= before)


def test_a_configuration_that_cannot_travel_is_refused() -> None:
    """At once, and the driver is not left half started."""
    config = {"type": "sqlite", "config": {"path": threading.Lock()}}
    with WorkerManager() as manager:
        with pytest.raises(ConfigurationError, match="cannot be handed to a process"):
            manager.start("code", config)
        assert manager.status("code").state is ProcessState.FAILED


def test_a_system_without_processes_is_a_start_error(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own words come along."""

    def refuse(*arguments: Any) -> int:
        """Be a system that is at its limit."""
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(util, "spawnv_passfds", refuse)
    with pytest.raises(DriverStartError, match="Resource temporarily unavailable"):
        DriverProcess(config).start()


def test_options_are_checked() -> None:
    """All faults at once."""
    config = {"type": "sqlite", "config": {"path": ":memory:"}}
    with pytest.raises(ConfigurationError, match="max_restarts.*start_timeout"):
        DriverProcess(config, max_restarts=-1, start_timeout=0).start()


def test_an_unstarted_driver_has_no_client(config: Dict[str, Any]) -> None:
    """Nor an endpoint."""
    with pytest.raises(DriverUnavailableError, match="not started"):
        DriverProcess(config).client()


def test_it_is_not_handed_to_another_process(config: Dict[str, Any]) -> None:
    """The message says what is."""
    with pytest.raises(TypeError, match="hand over its endpoint"):
        pickle.dumps(DriverProcess(config))


def test_an_idle_driver_uses_no_cpu(config: Dict[str, Any]) -> None:
    """With a client connected, and with the heartbeat off."""
    driver = DriverProcess(config, heartbeat_interval=0)
    with driver as client:
        pid = pid_of(driver.status())
        client.rpc.ping()
        before = cpu_seconds(pid)
        assert not threading.Event().wait(2.0)
        assert cpu_seconds(pid) - before <= 0.02


def test_a_stop_loses_no_acknowledged_row(config: Dict[str, Any]) -> None:
    """What was answered before the end is in the database; the rest got an error."""
    driver = DriverProcess(config).start()
    acknowledged: List[int] = []
    errors: List[DriverConnectionError] = []

    def write() -> None:
        """Insert until the driver is gone."""
        try:
            with DatabaseClient.connect(endpoint, reconnect_timeout=0.1) as client:
                while True:
                    row_id = client.rpc.insert("t", {"a": "x"})
                    assert isinstance(row_id, int)
                    acknowledged.append(row_id)
        except DriverConnectionError as error:
            errors.append(error)

    with driver.client() as client:
        client.rpc.create_table(TABLE)
    endpoint = driver.endpoint
    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    wait_until(lambda: len(acknowledged) > 100)
    driver.stop()
    for writer in writers:
        writer.join(DEADLINE)
    assert len(errors) == 3
    with DriverProcess(config) as client:
        stored = {row["id"] for row in client.rpc.select("t", columns=["id"])}
    assert set(acknowledged) <= stored
