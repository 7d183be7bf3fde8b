"""Connecting to MySQL: configuration, encryption, and what is refused."""

from __future__ import annotations

import socket
from pathlib import Path
from time import perf_counter
from typing import Any, Dict

import pytest

from code_analysis_db.drivers.execution_context import Deadline
from code_analysis_db.drivers.mysql_config import MySQLConfig
from code_analysis_db.drivers.mysql_session import MySQLSession
from code_analysis_db.exceptions import (
    ConfigurationError,
    DriverConnectionError,
    RequestTimeoutError,
)

from .mysql_sessions import Sessions, session, sessions

__all__ = ["session", "sessions"]

SECRET = "sécret % 'x'"


def config(**settings: Any) -> MySQLConfig:
    """Return a configuration."""
    return MySQLConfig.from_config({"database": "d", "user": "u", **settings})


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({"ssl_mode": "on"}, ["ssl_mode must be one of"]),
        ({"unix_socket": "/s", "ssl_mode": "verify-full"}, ["needs a host"]),
        ({"unix_socket": "/s", "host": "h"}, ["exclude each other"]),
        ({"ssl_cert": "/c"}, ["ssl_cert and ssl_key"]),
        ({"url": "postgresql://h/d"}, ["'mysql://' or 'mariadb://'"]),
        ({"prot": 1, "statement_timeout": -1}, ["'prot'", "statement_timeout"]),
    ],
)
def test_every_fault_is_named(settings: Dict[str, Any], faults: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        config(**settings)
    for fault in faults:
        assert fault in str(caught.value)


def test_an_url_holds_it_all() -> None:
    found = MySQLConfig.from_config(
        {"url": "mariadb://u:p%40@h:3307/d?ssl_mode=require"}
    )
    assert (found.addresses, found.database) == ([("h", 3307)], "d")
    assert (found.user, found.password, found.ssl_mode) == ("u", "p@", "require")
    assert "p@" not in repr(found)


def has_encryption(session: MySQLSession) -> bool:
    """Tell whether the server offers TLS."""
    found = session.query(
        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('have_ssl', 'tls_version')"
    )
    values = {name: value for name, value in found}
    return values.get("have_ssl", "YES") == "YES" and bool(values.get("tls_version"))


def is_encrypted(session: MySQLSession) -> bool:
    """Tell whether a connection is encrypted."""
    ((_, cipher),) = session.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
    return bool(cipher)


def test_encryption_is_had_where_it_can_be(sessions: Sessions) -> None:
    """And asked for where it must be."""
    plain = sessions.open(ssl_mode="disable")
    assert not is_encrypted(plain)
    offered = has_encryption(plain)
    assert is_encrypted(sessions.open(ssl_mode="prefer")) is offered
    if offered:
        assert is_encrypted(sessions.open(ssl_mode="require"))
        return
    with pytest.raises(DriverConnectionError, match="(SSL|TLS)"):
        sessions.open(ssl_mode="require")


def test_a_certificate_of_an_unknown_authority_is_refused(sessions: Sessions) -> None:
    """Or, where there is none at all, the lack of it."""
    for mode in ("verify-ca", "verify-full"):
        with pytest.raises(DriverConnectionError, match="(?i)certificate|SSL|TLS"):
            sessions.open(ssl_mode=mode)


def test_a_file_of_certificates_that_is_missing_is_named(
    sessions: Sessions, tmp_path: Path
) -> None:
    with pytest.raises(DriverConnectionError, match="certificate's file"):
        sessions.open(ssl_mode="verify-ca", ssl_ca=str(tmp_path / "none.pem"))


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"password": SECRET}, "1045"),
        ({"user": "nobody", "password": SECRET}, "1045"),
        ({"database": "there_is_none"}, "1049"),
        ({"port": 1}, "2003"),
        ({"host": "localhost:1,localhost:2"}, "2003"),
    ],
)
def test_what_the_server_refuses_is_told_without_the_password(
    sessions: Sessions, settings: Dict[str, Any], code: str
) -> None:
    with pytest.raises(DriverConnectionError) as caught:
        sessions.open(**settings)
    assert caught.value.database_code == code
    assert SECRET not in str(caught.value)


def test_the_next_host_is_tried(sessions: Sessions) -> None:
    """Where one is not reached."""
    host, port = sessions.config().addresses[0]
    tried = sessions.open(host=f"localhost:1,{host}:{port}", port=port)
    assert tried.query("SELECT 1") == [(1,)]


def test_a_server_that_says_nothing_is_not_waited_for(sessions: Sessions) -> None:
    """Longer than the configuration says, or the request's deadline."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {"host": "127.0.0.1", "port": silent.getsockname()[1]}
        before = perf_counter()
        with pytest.raises(DriverConnectionError):
            sessions.open(connection_timeout=0.2, **settings)
        sessions.context.deadline = Deadline(perf_counter() + 0.2)
        with pytest.raises((DriverConnectionError, RequestTimeoutError)):
            sessions.open(connection_timeout=60, **settings)
        assert perf_counter() - before < 10
    sessions.context.deadline = None


def test_the_application_is_named(sessions: Sessions) -> None:
    """Where the server keeps such things; else it does no harm."""
    named = sessions.open(application_name="my % app")
    assert named.query("SELECT 1") == [(1,)]
