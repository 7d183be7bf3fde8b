"""The configuration of the PostgreSQL driver, and what libpq is given of it."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from code_analysis_db.drivers.postgres_config import PostgresConfig
from code_analysis_db.exceptions import ConfigurationError

_LEAST: Dict[str, Any] = {"database": "d", "user": "u"}


def _config(**keys: Any) -> PostgresConfig:
    """Return a configuration."""
    return PostgresConfig.from_config({**_LEAST, **keys})


def _parameters(**keys: Any) -> Dict[str, Any]:
    """Return what libpq is given of a configuration."""
    return _config(**keys).parameters()


def test_little_must_be_said() -> None:
    """The rest is what libpq would take, too."""
    given = _parameters()
    assert (given["host"], given["port"]) == ("localhost", "5432")
    assert (given["dbname"], given["user"]) == ("d", "u")
    assert (given["sslmode"], given["target_session_attrs"]) == ("prefer", "any")
    assert given["application_name"] == "code_analysis_db"
    assert "password" not in given and "sslrootcert" not in given


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_url_says_it_all(scheme: str) -> None:
    """Further keys stand in its query."""
    config = PostgresConfig.from_config(
        {
            "url": f"{scheme}://me:a%3Ab%40c@db.example:6000/code"
            "?ssl_mode=require&connection_pool_size=3&target_session_attrs=primary"
        }
    )
    given = config.parameters()
    assert (given["host"], given["port"]) == ("db.example", "6000")
    assert (given["user"], given["password"]) == ("me", "a:b@c")
    assert (given["dbname"], given["sslmode"]) == ("code", "require")
    assert given["target_session_attrs"] == "primary"
    assert config.connection_pool_size == 3


def test_several_hosts_are_tried_in_their_order() -> None:
    """Each with its own port, or the common one."""
    given = _parameters(
        host="a,b:6000,[::1]:6001", port=7000, target_session_attrs="read-write"
    )
    assert (given["host"], given["port"]) == ("a,b,::1", "7000,6000,6001")


@pytest.mark.parametrize(
    ("path", "folder", "port"),
    [
        ("/run/postgresql", "/run/postgresql", "5432"),
        ("/run/postgresql/.s.PGSQL.6000", "/run/postgresql", "6000"),
    ],
)
def test_a_unix_socket_is_a_folder_or_a_file(path: str, folder: str, port: str) -> None:
    """Whose name has the port."""
    given = _parameters(unix_socket=path)
    assert (given["host"], given["port"]) == (folder, port)


def test_certificates_are_passed_on() -> None:
    """As files."""
    given = _parameters(
        ssl_mode="verify-full", ssl_ca="ca.pem", ssl_cert="me.pem", ssl_key="me.key"
    )
    assert given["sslmode"] == "verify-full" and given["sslrootcert"] == "ca.pem"
    assert (given["sslcert"], given["sslkey"]) == ("me.pem", "me.key")


def test_sessions_are_set_up_alike() -> None:
    """Whatever the server's own settings are."""
    assert "SET TimeZone = 'UTC'" in _config().session_settings()
    assert "statement_timeout" not in _config().session_settings()
    limited = _config(statement_timeout=1.5).session_settings()
    assert limited.endswith("SET statement_timeout = 1500")


def test_every_fault_is_named_at_once() -> None:
    """With what is near to an unknown key."""
    with pytest.raises(ConfigurationError) as caught:
        PostgresConfig.from_config(
            {
                "user": "",
                "sslmode": "require",
                "ssl_mode": "sometimes",
                "target_session_attrs": "any-of-them",
                "port": 0,
                "prepared_statements": 1,
            }
        )
    for part in (
        "missing key 'database'",
        "user must",
        "unknown key 'sslmode'; did you mean 'ssl_mode'?",
        "'sometimes'",
        "'any-of-them'",
        "port must",
        "prepared_statements must be True or False",
    ):
        assert part in str(caught.value)


def test_no_secret_is_shown() -> None:
    """Neither by the value nor by an error."""
    config = _config(password="hush!", host="a,b")
    assert "hush!" not in repr(config) and "hush!" not in config.address
    with pytest.raises(ConfigurationError) as caught:
        PostgresConfig.from_config({"url": "postgresql://u:hush!@h/d?port=x&p=1"})
    assert "hush!" not in str(caught.value)
