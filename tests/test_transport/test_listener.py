"""One live driver an endpoint; what a dead one left is taken over."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from code_analysis_db.exceptions import DriverConnectionError, EndpointInUseError
from code_analysis_db.transport.endpoint import Endpoint
from code_analysis_db.transport.listener import Listener


@pytest.fixture
def endpoint(tmp_path: Path) -> Endpoint:
    """Return an endpoint whose path is short enough for a socket."""
    return Endpoint("unix", path=os.path.relpath(tmp_path / "s")).with_key()


def test_second_listener_is_refused_while_the_first_lives(endpoint: Endpoint) -> None:
    """Two drivers on one socket would share its clients between them."""
    first = Listener(endpoint)
    with pytest.raises(EndpointInUseError, match="a live driver already serves"):
        Listener(endpoint)
    first.close()
    Listener(endpoint).close()


def test_stale_socket_is_taken_over(endpoint: Endpoint) -> None:
    """A socket file without a holder of the lock is a dead driver's."""
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(endpoint.path)
    stale.close()
    listener = Listener(endpoint)
    assert os.stat(endpoint.path).st_mode & 0o777 == 0o600
    listener.close()
    assert not os.path.exists(endpoint.path)


def test_tcp_reports_the_port_that_was_chosen() -> None:
    """Port 0 asks for any free port."""
    listener = Listener(Endpoint("tcp", host="127.0.0.1").with_key())
    assert listener.endpoint.port > 0
    with pytest.raises(EndpointInUseError):
        Listener(listener.endpoint)
    listener.close()


def test_address_that_cannot_be_bound_is_named(tmp_path: Path) -> None:
    """A missing folder is a clear error."""
    path = os.path.relpath(tmp_path / "no" / "s")
    with pytest.raises(DriverConnectionError, match="cannot listen at unix://"):
        Listener(Endpoint("unix", path=path))


def test_nobody_waiting_is_none(endpoint: Endpoint) -> None:
    """``accept`` never blocks."""
    listener = Listener(endpoint)
    assert listener.accept() is None
    listener.close()
