"""A driver process that dies or hangs, and what its clients notice of it."""

from __future__ import annotations

import os
import signal
from typing import Any, Dict

import pytest

from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import DriverUnavailableError
from code_analysis_db.supervision.process_status import ProcessState

from .conftest import TABLE
from .processes import pid_of, process_exists, wait_until


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
        wait_until(lambda: driver.status().restarts >= 1 and driver.is_alive())
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
