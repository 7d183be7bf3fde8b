"""Servers that cannot be had: a clear error for each reason, in time, and never with a
secret in it."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Dict

import pytest

from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import ConfigurationError, DriverConnectionError
from tests.servers.servers import Servers

from .conftest import MakeScene

_SECRET = "open-sesame"


@pytest.fixture
def config(servers: Servers, kind: str) -> Dict[str, Any]:
    """A configuration that would do."""
    return servers.config(kind, connection_timeout=2.0)


def _refusal(config: Dict[str, Any], **changes: Any) -> DriverConnectionError:
    """Return the error of a driver that cannot start, after a look at it."""
    changed = {**config, "config": {**config["config"], **changes}}
    process = DriverProcess(changed, start_timeout=20.0)
    began = time.monotonic()
    with pytest.raises(DriverConnectionError) as caught:
        process.start()
    took = time.monotonic() - began
    process.stop()
    assert took < 15
    shown = f"{caught.value!r} {caught.value.details()} {process!r} {process.status()}"
    assert changed["config"]["password"] not in shown
    return caught.value


def test_a_wrong_password_is_said_to_be_wrong(config: Dict[str, Any]) -> None:
    """With the user's name, which is often where the mistake is."""
    error = _refusal(config, password=_SECRET)
    assert config["config"]["user"] in str(error)
    assert re.search("password authentication failed|Access denied", str(error))


def test_an_unknown_database_is_named(config: Dict[str, Any]) -> None:
    """It is not made."""
    error = _refusal(config, database="no_such_database")
    assert re.search("no_such_database.*(does not exist|Unknown database)", str(error))


def test_an_unknown_host_is_named(config: Dict[str, Any]) -> None:
    """With the configuration's word for it."""
    assert "no-such-host.invalid" in str(_refusal(config, host="no-such-host.invalid"))


def test_a_port_where_nobody_listens_is_named(config: Dict[str, Any]) -> None:
    """The port stays bound for the test, so that nobody else gets it."""
    with closing(socket.socket()) as unlistened:
        unlistened.bind(("127.0.0.1", 0))
        port = unlistened.getsockname()[1]
        assert str(port) in str(_refusal(config, port=port))


def test_a_server_that_does_not_answer_is_waited_for_no_longer_than_asked(
    config: Dict[str, Any],
) -> None:
    """Somebody takes the connection and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        port = deaf.getsockname()[1]
        error = _refusal(config, port=port, connection_timeout=1.0)
    assert str(port) in str(error)


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_something_else_than_a_database_is_an_error(
    config: Dict[str, Any], greeting: bytes
) -> None:
    """It hangs up, or speaks another protocol."""

    def greet() -> None:
        """Say the same to everybody, until there is nobody to listen."""
        while True:
            try:
                connection, _ = other.accept()
            except OSError:
                return
            with closing(connection):
                connection.sendall(greeting)

    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        thread = threading.Thread(target=greet)
        thread.start()
        try:
            assert str(port) in str(_refusal(config, port=port))
        finally:
            other.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_socket_that_is_not_there_is_named(
    config: Dict[str, Any], tmp_path: Path
) -> None:
    """Its path is in the error."""
    over_socket = {key: config["config"][key] for key in config["config"]}
    del over_socket["host"], over_socket["port"]
    missing = str(tmp_path / "no")
    error = _refusal({**config, "config": over_socket}, unix_socket=missing)
    assert missing in str(error)


def test_every_fault_of_the_configuration_is_named_and_no_secret(kind: str) -> None:
    """At once, before anything is started."""
    faulty = {
        "type": kind,
        "config": {
            "host": "",
            "port": "5432",
            "password": [_SECRET],
            "passwort": _SECRET,
            "ssl_mode": "perhaps",
            "connection_pool_size": 0,
        },
    }
    with pytest.raises(ConfigurationError) as caught:
        DriverProcess(faulty).start()
    message = str(caught.value)
    for key in (*faulty["config"], "user", "database"):
        assert key in message
    assert _SECRET not in message


def test_no_secret_is_shown_by_a_driver_that_serves_or_fails(
    servers: Servers,
    kind: str,
    make_scene: MakeScene,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in its log, its command line, its environment, its errors."""
    caplog.set_level(logging.DEBUG)
    secret = servers.address(kind).password
    scene = make_scene()
    with scene.client() as client:
        with pytest.raises(Exception) as caught:
            client.rpc.execute("SELECT no_such_function(1)")
        scene.administration.end_connections(scene.database)
        client.rpc.count("items")
        pid = client.rpc.ping()["pid"]
        shown = [
            repr(caught.value),
            repr(client),
            repr(scene.process),
            repr(scene.process.status()),
            repr(client.rpc.stats()),
            Path(f"/proc/{pid}/cmdline").read_text(),
            Path(f"/proc/{pid}/environ").read_text(),
        ]
    scene.process.stop()
    shown += [record.getMessage() for record in caplog.records]
    shown += [str(record.__dict__) for record in caplog.records]
    assert not [text for text in shown if secret in text]
    # As a URL has it, too.
    quoted = servers.address(kind).url().split("@")[0].rpartition(":")[2]
    assert not [text for text in shown if quoted in text]


def test_a_password_in_a_url_is_no_less_a_secret(servers: Servers, kind: str) -> None:
    """Whether the URL is right or wrong."""
    url = servers.address(kind).url()
    secret = url.split("@")[0].rpartition(":")[2]
    with DriverProcess({"type": kind, "config": {"url": url}}) as client:
        assert client.rpc.execute("SELECT 1 AS one")["data"] == [{"one": 1}]
    for wrong in (url.replace("127.0.0.1", "no-such-host.invalid"), f"x{url}"):
        process = DriverProcess({"type": kind, "config": {"url": wrong}})
        with pytest.raises(DriverConnectionError) as caught:
            process.start()
        for text in (repr(caught.value), repr(process), repr(process.status())):
            assert secret not in text and servers.address(kind).password not in text
