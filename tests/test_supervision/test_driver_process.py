"""DriverProcess and WorkerManager over real drivers on SQLite."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import threading
import time
from multiprocessing import util
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from code_analysis_db.client.database_client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    ConfigurationError,
    DriverConnectionError,
    DriverStartError,
    DriverUnavailableError,
    EndpointInUseError,
    UnknownDriverError,
)
from code_analysis_db.supervision.process_status import ProcessState, ProcessStatus
from code_analysis_db.transport.endpoint import Endpoint
from code_analysis_db.worker_manager import WorkerManager

DEADLINE = 30.0
TABLE: Dict[str, Any] = {
    "name": "t",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "a", "type": "TEXT"},
    ],
}


@pytest.fixture
def config(tmp_path: Path) -> Dict[str, Any]:
    """A database in a file."""
    return {"type": "sqlite", "config": {"path": str(tmp_path / "x.db")}}


@pytest.fixture
def socket_directory() -> Iterator[Path]:
    """A directory whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        yield Path(path)


@pytest.fixture
def manager() -> Iterator[WorkerManager]:
    """A manager that is closed at the end."""
    with WorkerManager() as manager:
        yield manager


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that no event announces."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def process_exists(pid: int) -> bool:
    """Whether there is such a process, a zombie included."""
    return Path(f"/proc/{pid}").exists()


def pid_of(status: ProcessStatus) -> int:
    """Return the process id, which there must be."""
    assert status.pid is not None
    return status.pid


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- DriverProcess ------------------------------------------------------------------


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


def test_a_killed_driver_comes_back_and_clients_go_on(config: Dict[str, Any]) -> None:
    """No acknowledged row is lost; a client that was there before uses it on."""
    driver = DriverProcess(config)
    with driver as client:
        client.rpc.create_table(TABLE)
        for number in range(3):
            client.rpc.insert("t", {"a": f"row {number}"})
            pid = pid_of(driver.status())
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: driver.status().restarts == number + 1)
            rows = client.rpc.select("t", order_by="id")
            assert [row["a"] for row in rows] == [f"row {n}" for n in range(number + 1)]
        assert "SIGKILL" in str(driver.status().last_error)
        assert client.rpc.ping()["generation"] == 4


def test_without_restart_it_stays_dead(config: Dict[str, Any]) -> None:
    """A client is told so."""
    driver = DriverProcess(config, restart=False)
    with driver:
        pid = pid_of(driver.status())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: driver.status().state is ProcessState.FAILED)
        with pytest.raises(DriverUnavailableError, match="failed.*SIGKILL"):
            driver.client()


def test_a_hanging_driver_is_replaced(config: Dict[str, Any]) -> None:
    """SIGSTOP: the heartbeat finds it, kills it, and the next one serves."""
    driver = DriverProcess(config, heartbeat_interval=0.1, heartbeat_timeout=0.6)
    with driver as client:
        pid = pid_of(driver.status())
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: driver.status().restarts == 1 and driver.is_alive())
        assert client.rpc.ping()["pid"] == driver.pid
        assert not process_exists(pid)


def test_sigterm_at_the_driver_drains_it(config: Dict[str, Any]) -> None:
    """It exits with code 0; its supervisor, which did not ask for it, restarts it."""
    driver = DriverProcess(config)
    with driver:
        pid = pid_of(driver.status())
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: driver.status().restarts == 1 and driver.is_alive())
        assert "ended with exit code 0" in str(driver.status().last_error)


def test_an_endpoint_of_ones_own(
    config: Dict[str, Any], socket_directory: Path
) -> None:
    """unix:///path is where it listens; the socket goes with it."""
    path = socket_directory / "d.sock"
    with DriverProcess(config, endpoint=f"unix://{path}") as client:
        assert path.is_socket()
        assert client.endpoint.path == str(path)
    assert not path.exists()


def test_a_port_is_kept_through_a_restart(config: Dict[str, Any]) -> None:
    """tcp://…:0 takes a free port once."""
    driver = DriverProcess(config, endpoint="tcp://127.0.0.1:0")
    with driver as client:
        endpoint = driver.endpoint
        assert endpoint.port > 0
        pid = pid_of(driver.status())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: driver.status().restarts == 1 and driver.is_alive())
        assert driver.endpoint == endpoint
        client.rpc.ping()


def test_a_second_driver_on_a_live_endpoint_is_refused(config: Dict[str, Any]) -> None:
    """The first one serves on."""
    with DriverProcess(config) as client:
        with pytest.raises(EndpointInUseError):
            DriverProcess(config, endpoint=client.endpoint).start()
        client.rpc.ping()
        with DatabaseClient.connect(client.endpoint) as other:
            other.rpc.ping()


def test_what_a_killed_driver_left_never_stops_a_start(
    config: Dict[str, Any], socket_directory: Path
) -> None:
    """A stale socket and a stale lock file are taken over."""
    path = socket_directory / "d.sock"
    first = DriverProcess(config, endpoint=f"unix://{path}", restart=False).start()
    pid = pid_of(first.status())
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not process_exists(pid))
    assert path.exists()
    with DriverProcess(config, endpoint=f"unix://{path}") as client:
        client.rpc.ping()
    first.stop()


def test_nothing_shows_the_key(config: Dict[str, Any]) -> None:
    """Neither a repr nor a message."""
    driver = DriverProcess(config)
    with driver as client:
        key = driver.endpoint.key.hex()
        assert key in str(driver.endpoint)
        shown = [driver, driver.endpoint, driver.status(), client]
        assert not [item for item in shown if key in repr(item)]


def test_it_is_not_handed_to_another_process(config: Dict[str, Any]) -> None:
    """The message says what is."""
    with pytest.raises(TypeError, match="hand over its endpoint"):
        pickle.dumps(DriverProcess(config))


def test_an_unstarted_driver_has_no_client(config: Dict[str, Any]) -> None:
    """Nor an endpoint."""
    with pytest.raises(DriverUnavailableError, match="not started"):
        DriverProcess(config).client()


def test_an_idle_driver_uses_no_cpu(config: Dict[str, Any]) -> None:
    """With a client connected, and with the heartbeat off."""
    driver = DriverProcess(config, heartbeat_interval=0)
    with driver as client:
        pid = pid_of(driver.status())
        client.rpc.ping()
        before = cpu_seconds(pid)
        assert not threading.Event().wait(2.0)
        assert cpu_seconds(pid) - before <= 0.02


# --- WorkerManager ------------------------------------------------------------------


def test_several_drivers_by_name(manager: WorkerManager, tmp_path: Path) -> None:
    """Each with its own process, endpoint and status."""
    for name in ("one", "two"):
        path = str(tmp_path / f"{name}.db")
        manager.start(name, {"type": "sqlite", "config": {"path": path}})
    statuses = manager.status()
    assert sorted(statuses) == ["one", "two"]
    assert len({status.pid for status in statuses.values()}) == 2
    with manager.client("one") as one, manager.client("two") as two:
        one.rpc.create_table(TABLE)
        assert one.rpc.list_tables() == ["t"]
        assert two.rpc.list_tables() == []
    manager.stop("one")
    assert manager.status("one").state is ProcessState.STOPPED
    assert manager.status("two").state is ProcessState.RUNNING


def test_a_hang_of_one_driver_does_not_delay_another(
    manager: WorkerManager, config: Dict[str, Any]
) -> None:
    """While one is silent, the other is restarted at once."""
    memory = {"type": "sqlite", "config": {"path": ":memory:"}}
    manager.start("silent", memory, heartbeat_interval=0.1, heartbeat_timeout=20)
    manager.start("other", config)
    os.kill(pid_of(manager.status("silent")), signal.SIGSTOP)
    os.kill(pid_of(manager.status("other")), signal.SIGKILL)
    wait_until(lambda: manager.status("other").restarts == 1)
    manager.wait_ready("other", 10)
    assert manager.status("silent").restarts == 0


def test_a_name_has_one_driver(manager: WorkerManager, config: Dict[str, Any]) -> None:
    """A second start under it is refused, one after a stop is not."""
    manager.start("code", config)
    with pytest.raises(DriverStartError, match="'code' is running already"):
        manager.start("code", config)
    manager.stop("code")
    manager.start("code", config)


def test_restart_keeps_the_endpoint(
    manager: WorkerManager, config: Dict[str, Any]
) -> None:
    """Its clients find the new process where the old one was."""
    manager.start("code", config)
    with manager.client("code") as client:
        before = manager.status("code")
        manager.restart("code")
        after = manager.status("code")
        assert after.pid != before.pid
        assert after.endpoint == before.endpoint
        assert client.rpc.ping()["pid"] == after.pid


def test_a_failed_driver_can_be_restarted(
    manager: WorkerManager, config: Dict[str, Any]
) -> None:
    """What was wrong may have been cured."""
    manager.start("code", config, restart=False)
    os.kill(pid_of(manager.status("code")), signal.SIGKILL)
    wait_until(lambda: manager.status("code").state is ProcessState.FAILED)
    with pytest.raises(DriverStartError, match="SIGKILL"):
        manager.wait_ready("code")
    manager.restart("code")
    assert manager.status("code").state is ProcessState.RUNNING


def test_a_driver_that_never_started_has_failed(manager: WorkerManager) -> None:
    """Its status says why."""
    with pytest.raises(ConfigurationError):
        manager.start("code", {"type": "sqlite", "config": {"paht": "x"}})
    status = manager.status("code")
    assert status.state is ProcessState.FAILED
    assert "paht" in str(status.last_error)
    with pytest.raises(DriverUnavailableError, match="paht"):
        manager.client("code")


def test_an_unknown_name_is_an_error(manager: WorkerManager) -> None:
    """It names the known ones."""
    calls: List[Callable[[str], Any]] = [
        manager.status,
        manager.stop,
        manager.restart,
        manager.client,
        manager.wait_ready,
    ]
    for call in calls:
        with pytest.raises(UnknownDriverError, match="'x'"):
            call("x")


def test_a_closed_manager_starts_nothing(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """close() twice is fine, and stops all; a start leaves no trace then."""
    manager = WorkerManager()
    manager.start("code", config)
    pid = pid_of(manager.status("code"))
    manager.close()
    manager.close()
    assert not process_exists(pid)
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        with pytest.raises(DriverStartError, match="closed"):
            manager.start("code", config)
        assert not list(Path(temporary).iterdir())
    manager.stop("code")


def test_the_endpoint_works_as_value_and_as_string(
    manager: WorkerManager, config: Dict[str, Any]
) -> None:
    """For arguments, pickles and the environment."""
    manager.start("code", config)
    endpoint = manager.status("code").endpoint
    assert endpoint is not None
    for way in (endpoint, str(endpoint), pickle.loads(pickle.dumps(endpoint))):
        with DatabaseClient.connect(way) as client:
            client.rpc.ping()
    assert Endpoint.parse(str(endpoint)) == endpoint


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
