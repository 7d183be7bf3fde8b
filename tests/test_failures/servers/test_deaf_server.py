"""A server that is there and does not answer: its processes are stopped."""

from __future__ import annotations

import time
from typing import Callable, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from tests.servers.local_server import LocalServer

from ..programs import at_once, wait_until
from .conftest import MakeScene, StartDriver
from .scene import Scene

_TIMEOUT = 0.5
# A server that does not hear the request to stop either is left behind in the end.
_PATIENCE = 15.0


def test_requests_end_at_their_time_and_the_driver_recovers(
    server: LocalServer, own_scene: Scene
) -> None:
    """On connections that are there and on those that would have to be opened."""
    with own_scene.client() as client:
        client.rpc.insert("items", {"name": "first"})
        server.suspend()
        try:
            calls: List[Callable[[], object]] = [
                lambda: client.rpc.count("items", timeout=_TIMEOUT),
                lambda: client.rpc.insert("items", {"name": "deaf"}, timeout=_TIMEOUT),
            ]
            began = time.monotonic()
            outcomes = at_once(calls * 4)
            took = time.monotonic() - began
            began = time.monotonic()
            assert client.rpc.ping()["generation"] == 1
            assert time.monotonic() - began < 1
        finally:
            server.resume()
        assert took < _PATIENCE
        for _, error in outcomes:
            assert isinstance(error, (RequestTimeoutError, OutcomeUnknownError)), error
        assert {type(error) for _, error in outcomes[::2]} == {RequestTimeoutError}
        unknown = [e for _, e in outcomes if isinstance(e, OutcomeUnknownError)]
        wait_until(own_scene.is_quiet)
        assert own_scene.names().count("deaf") <= len(unknown)
        assert at_once([lambda: client.rpc.insert("items", {"name": "b"})] * 8)
        assert client.rpc.count("items", {"name": "b"}) == 8
        assert len(own_scene.connections()) <= 4


def test_a_driver_that_starts_is_not_kept_waiting(
    server: LocalServer, own_scene: Scene, start_driver: StartDriver
) -> None:
    """The time for a connection is the configuration's."""
    config = server.address.config(own_scene.database, connection_timeout=1.0)
    server.suspend()
    try:
        began = time.monotonic()
        with pytest.raises(DriverConnectionError, match=str(server.address.port)):
            start_driver(config)
        assert time.monotonic() - began < _PATIENCE
    finally:
        server.resume()
    with start_driver(config).client() as client:
        assert client.rpc.count("items") == 0


def test_a_statement_that_takes_too_long_is_stopped_on_the_server(
    scene: Scene, client: DatabaseClient
) -> None:
    """By its caller's time; the connection is used again."""
    for _ in range(5):
        began = time.monotonic()
        with pytest.raises(RequestTimeoutError):
            client.rpc.execute(scene.sleep, [60], timeout=0.2)
        assert time.monotonic() - began < 5
        wait_until(scene.is_quiet)
        assert client.rpc.count("items") == 0
    assert len(scene.connections()) <= 2


def test_a_write_that_waits_for_a_lock_too_long_is_not_applied_later(
    scene: Scene, client: DatabaseClient
) -> None:
    """Failure story 3, with a lock of the server's."""
    with scene.locked_table():
        outcomes = at_once(
            [lambda: client.rpc.insert("items", {"name": "late"}, timeout=0.3)] * 3
        )
        assert [type(error) for _, error in outcomes] == [RequestTimeoutError] * 3
        wait_until(lambda: not [c for c in scene.running() if c.is_in_transaction])
    assert scene.names() == []
    client.rpc.insert("items", {"name": "now"})
    assert scene.names() == ["now"]


def test_the_time_limit_of_the_configuration_is_the_servers(
    make_scene: MakeScene, kind: str
) -> None:
    """A read that nobody waits for ends all the same."""
    scene = make_scene(statement_timeout=0.3)
    with scene.client() as client:
        began = time.monotonic()
        with pytest.raises(DriverError):
            client.rpc.execute(_SLOW_READ)
        assert time.monotonic() - began < 10
        wait_until(scene.is_quiet)
        assert client.rpc.count("items") == 0


# Sleeping is not reading: MySQL's limit cuts it short without an error.
_SLOW_READ = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
    " SELECT count(*) FROM n a, n b, n c WHERE a.i + b.i + c.i < 0"
)
