"""Where a driver process listens: chosen, kept, taken over, refused, kept secret."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

from code_analysis_db.client.database_client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import EndpointInUseError
from code_analysis_db.transport.endpoint import Endpoint

from .processes import pid_of, process_exists, wait_until


@pytest.fixture
def socket_directory() -> Iterator[Path]:
    """A directory whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        yield Path(path)


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


def test_the_endpoint_works_as_value_and_as_string(config: Dict[str, Any]) -> None:
    """For arguments, pickles and the environment."""
    with DriverProcess(config) as client:
        endpoint = client.endpoint
        for way in (endpoint, str(endpoint), pickle.loads(pickle.dumps(endpoint))):
            with DatabaseClient.connect(way) as other:
                other.rpc.ping()
    assert Endpoint.parse(str(endpoint)) == endpoint


def test_nothing_shows_the_key(config: Dict[str, Any]) -> None:
    """Neither a repr nor a message."""
    driver = DriverProcess(config)
    with driver as client:
        key = driver.endpoint.key.hex()
        assert key in str(driver.endpoint)
        shown = [driver, driver.endpoint, driver.status(), client]
        assert not [item for item in shown if key in repr(item)]
