"""Servers that take no writes, and the change from one server to another."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest

from code_analysis_db.exceptions import DriverConnectionError, ReadOnlyError
from tests.servers.local_server import LocalServer
from tests.servers.plugin import MakeServer

from ..programs import wait_until
from .conftest import StartDriver, start_scene
from .scene import ITEMS, Scene

_DATABASE = "faults"
_USER = "plain"
_PASSWORD = "plain's password"


def _make_standby(server: LocalServer) -> None:
    """Restart a PostgreSQL server as a standby, which is read-only."""
    server.stop()
    signal_file = server.folder / "data" / "standby.signal"
    signal_file.touch()
    server.start()


def _forbid_writes(server: LocalServer) -> None:
    """Make a MySQL server read-only for all but its administrators."""
    server.administration.query("SET GLOBAL read_only = 1")


def _promote(server: LocalServer) -> None:
    """Make a standby the primary."""
    server.administration.query("SELECT pg_promote()")


def _permit_writes(server: LocalServer) -> None:
    """Let everybody write."""
    server.administration.query("SET GLOBAL read_only = 0")


_MAKE_READ_ONLY: Dict[str, Callable[[LocalServer], None]] = {
    "postgres": _make_standby,
    "mysql": _forbid_writes,
}
_MAKE_WRITABLE: Dict[str, Callable[[LocalServer], None]] = {
    "postgres": _promote,
    "mysql": _permit_writes,
}


@pytest.fixture
def plain_scene(server: LocalServer, start_driver: StartDriver) -> Scene:
    """A driver whose user is no administrator of the server."""
    return _plain_scene(server, start_driver)


def _plain_scene(server: LocalServer, start_driver: StartDriver) -> Scene:
    """Make a database, a user of it, and a driver for the user."""
    server.administration.create_database(_DATABASE)
    server.administration.create_user(_USER, _PASSWORD, _DATABASE)
    return start_scene(start_driver, _config(server), server.address)


def _config(server: LocalServer, **settings: Any) -> Dict[str, Any]:
    """Return the user's configuration of a driver."""
    return server.address.config(_DATABASE, user=_USER, password=_PASSWORD, **settings)


def test_a_server_that_becomes_read_only_is_read_on_and_refuses_writes(
    server: LocalServer, plain_scene: Scene, kind: str
) -> None:
    """The driver neither restarts nor needs to when writes are taken again."""
    with plain_scene.client() as client:
        client.rpc.insert("items", {"name": "before"})
        _MAKE_READ_ONLY[kind](server)
        writes: List[Callable[[], object]] = [
            lambda: client.rpc.insert("items", {"name": "never"}),
            lambda: client.rpc.insert_many("items", [{"name": "never"}] * 100),
            lambda: client.rpc.update("items", {"id": 1}, {"name": "never"}),
            lambda: client.rpc.delete("items", {"id": 1}),
            lambda: client.rpc.create_table({**ITEMS, "name": "more"}),
            lambda: client.rpc.execute("UPDATE items SET name = 'never'"),
        ]
        for write in writes:
            with pytest.raises(ReadOnlyError):
                write()
        with pytest.raises(ReadOnlyError), client.transaction() as transaction:
            assert transaction.count("items") == 1
            transaction.insert("items", {"name": "never"})
        assert client.rpc.select("items", columns=["name"]) == [{"name": "before"}]
        assert client.rpc.list_tables() == ["items"]
        _MAKE_WRITABLE[kind](server)
        wait_until(lambda: _can_write(plain_scene))
        assert plain_scene.names() == ["before", "after"]
        assert client.rpc.ping()["generation"] == 1


def _can_write(scene: Scene) -> bool:
    """Try to write a row."""
    with scene.client() as client:
        try:
            return bool(client.rpc.insert("items", {"name": "after"}))
        except ReadOnlyError:
            return False


def test_a_driver_starts_on_a_server_that_is_read_only(
    server: LocalServer, plain_scene: Scene, kind: str, start_driver: StartDriver
) -> None:
    """To read what is there."""
    with plain_scene.client() as client:
        client.rpc.insert("items", {"name": "before"})
    plain_scene.process.stop()
    _MAKE_READ_ONLY[kind](server)
    with start_driver(_config(server)).client() as client:
        assert client.rpc.select("items", columns=["name"]) == [{"name": "before"}]
        with pytest.raises(ReadOnlyError):
            client.rpc.insert("items", {"name": "never"})


def test_the_driver_goes_to_the_server_that_takes_writes(
    private_server: MakeServer, start_driver: StartDriver
) -> None:
    """PostgreSQL: several hosts, one of which is the primary; then it is another."""
    first, second = private_server("postgres"), private_server("postgres")
    hosts = []
    for server in (first, second):
        _plain_scene(server, start_driver).process.stop()
        hosts.append(f"{server.address.host}:{server.address.port}")
    _make_standby(first)
    several = _config(first, host=",".join(hosts), target_session_attrs="read-write")
    del several["config"]["port"]
    with start_driver(several).client() as client:
        client.rpc.insert("items", {"name": "second"})
        assert second.administration.query(
            "SELECT name FROM items", database=_DATABASE
        ) == [("second",)]
        second.kill()
        with pytest.raises(DriverConnectionError):
            client.rpc.insert("items", {"name": "nowhere"})
        _promote(first)
        client.rpc.insert("items", {"name": "first"})
        assert first.administration.query(
            "SELECT name FROM items", database=_DATABASE
        ) == [("first",)]
        assert client.rpc.ping()["generation"] == 1
