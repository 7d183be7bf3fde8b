"""Several drivers by name, over real drivers on SQLite."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from code_analysis_db.exceptions import (
    ConfigurationError,
    DriverStartError,
    DriverUnavailableError,
    UnknownDriverError,
)
from code_analysis_db.supervision.process_status import ProcessState
from code_analysis_db.worker_manager import WorkerManager

from .conftest import TABLE
from .processes import pid_of, process_exists, wait_until


@pytest.fixture
def manager() -> Iterator[WorkerManager]:
    """A manager that is closed at the end."""
    with WorkerManager() as manager:
        yield manager


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
