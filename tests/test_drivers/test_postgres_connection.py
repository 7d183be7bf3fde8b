"""Connecting to PostgreSQL: which of several servers, how, and why not."""

from __future__ import annotations

import socket
from contextlib import closing
from time import monotonic
from typing import Any, Callable, Dict, Iterator

import pytest
from psycopg2 import sql

from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverConnectionError

from ..servers.local_server import LocalServer
from ..servers.servers import Servers

Connect = Callable[..., BaseDatabaseDriver]


@pytest.fixture
def usual(servers: Servers) -> Dict[str, Any]:
    """The configuration of this process's database."""
    config: Dict[str, Any] = servers.config("postgres")["config"]
    return config


@pytest.fixture
def connect(usual: Dict[str, Any]) -> Iterator[Connect]:
    """Connects drivers, by default to this process's database, and disconnects them."""
    made = []

    def connected(**settings: Any) -> BaseDatabaseDriver:
        """Connect one more; a setting that is None is left out."""
        config = {
            name: value
            for name, value in {**usual, **settings}.items()
            if value is not None
        }
        made.append(create_driver("postgres", {"config": config}))
        return made[-1]

    yield connected
    for driver in made:
        driver.disconnect()


def _shown(driver: BaseDatabaseDriver, setting: str) -> Any:
    """Return what a setting of the session is."""
    ((value,),) = [row.values() for row in driver.execute(f"SHOW {setting}")["data"]]
    return value


@pytest.fixture
def dead_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- ways to connect --------------------------------------------------------------


def test_a_url_connects(servers: Servers, usual: Dict[str, Any]) -> None:
    """With a password that has to be encoded."""
    url = servers.address("postgres").url().rpartition("/")[0]
    config = {"url": f"{url}/{usual['database']}?ssl_mode=disable"}
    driver = create_driver("postgres", {"config": config})
    assert driver.execute("SELECT 1 AS one")["data"] == [{"one": 1}]
    driver.disconnect()


def test_a_unix_socket_connects(servers: Servers, connect: Connect) -> None:
    """Where the server has one."""
    folder = servers.address("postgres").unix_socket
    if folder is None:
        pytest.skip("the server cannot be reached over a Unix socket")
    driver = connect(host=None, unix_socket=folder)
    asked = driver.execute("SELECT inet_server_addr() IS NULL AS is_local")
    assert asked["data"] == [{"is_local": True}]


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_encryption_is_not_insisted_on(connect: Connect, mode: str) -> None:
    """Unless that is asked for."""
    assert connect(ssl_mode=mode).execute("SELECT 1")["data"]


def test_encryption_can_be_insisted_on(private_server: Any) -> None:
    """A server without it is refused then."""
    server: LocalServer = private_server("postgres", durable=False)
    config = server.address.config("postgres", ssl_mode="require")
    with pytest.raises(DriverConnectionError, match="SSL"):
        create_driver("postgres", config)


def test_sessions_are_the_drivers_whatever_the_server_has_set(
    connect: Connect,
) -> None:
    """Time zone, name and time limit."""
    driver = connect(application_name="indexer", statement_timeout=7)
    assert _shown(driver, "TimeZone") == "UTC"
    assert _shown(driver, "application_name") == "indexer"
    assert _shown(driver, "statement_timeout") == "7s"


# --- several hosts ----------------------------------------------------------------


def test_the_next_host_is_taken_where_one_is_down(
    connect: Connect, usual: Dict[str, Any], dead_port: int
) -> None:
    """Each may have a port of its own."""
    live = f"{usual['host']}:{usual['port']}"
    driver = connect(host=f"127.0.0.1:{dead_port},{live}", port=None)
    assert driver.execute("SELECT 1")["data"]


def _make_read_only(server: LocalServer, user: str, password: str) -> None:
    """Have a server refuse writes, and wait until it does; its user gets a password."""
    change = sql.SQL("ALTER USER {} PASSWORD {}").format(
        sql.Identifier(user), sql.Literal(password)
    )
    with closing(server.administration.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute(change)
        cursor.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        cursor.execute("SELECT pg_reload_conf()")
        until = monotonic() + 30
        while cursor.fetchone() != ("on",):
            assert monotonic() < until
            cursor.execute("SHOW default_transaction_read_only")


def test_the_server_that_takes_writes_is_found(
    private_server: Any, usual: Dict[str, Any], connect: Connect
) -> None:
    """Among some that only read, as after a failover."""
    server: LocalServer = private_server("postgres", durable=False)
    _make_read_only(server, usual["user"], usual["password"])
    reading = f"{server.address.host}:{server.address.port}"
    wanted = {
        "port": None,
        "database": "postgres",
        "target_session_attrs": "read-write",
    }
    with pytest.raises(DriverConnectionError, match="read-only"):
        connect(host=reading, **wanted)
    driver = connect(host=f"{reading},{usual['host']}:{usual['port']}", **wanted)
    assert _shown(driver, "port") == str(usual["port"])


# --- why not ----------------------------------------------------------------------


def test_nobody_there_is_an_error_that_names_the_place(
    connect: Connect, dead_port: int
) -> None:
    """Host and port."""
    with pytest.raises(DriverConnectionError, match=f"127.0.0.1:{dead_port}"):
        connect(host="127.0.0.1", port=dead_port)


def test_a_wrong_password_is_not_shown(connect: Connect) -> None:
    """Only that it is wrong, and whose."""
    with pytest.raises(DriverConnectionError) as caught:
        connect(password="no such secret")
    assert "authentication failed" in str(caught.value)
    assert "no such secret" not in str(caught.value)


def test_an_unknown_database_is_named(connect: Connect) -> None:
    """By the server."""
    with pytest.raises(DriverConnectionError, match='"no such database"'):
        connect(database="no such database")


def test_a_silent_server_is_given_up(connect: Connect) -> None:
    """When the time for connecting is over."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(DriverConnectionError, match="timeout|timed out"):
            connect(
                host="127.0.0.1",
                port=silent.getsockname()[1],
                connection_timeout=0.5,
            )
