"""The configuration of the drivers of database servers."""

from __future__ import annotations

from typing import Any, Dict

import attrs
import pytest

from code_analysis_db.drivers.server_config import ServerConfig
from code_analysis_db.exceptions import ConfigurationError, DriverConnectionError

WHERE = {"database": "code", "user": "me"}
SECRET = "pa$$word"


@attrs.frozen(slots=True, kw_only=True)
class SomeConfig(ServerConfig):
    """The configuration of some server."""

    driver = "some"
    schemes = ("some", "somesql")
    default_port = 4000


def _read(**config: Any) -> SomeConfig:
    """Check a configuration."""
    return SomeConfig.from_config(config)


def _faults(**config: Any) -> str:
    """Return the message that refuses a configuration."""
    with pytest.raises(ConfigurationError) as caught:
        _read(**config)
    assert isinstance(caught.value, DriverConnectionError)
    return str(caught.value)


def test_database_and_user_are_enough() -> None:
    config = _read(**WHERE)
    assert config.addresses == [("localhost", 4000)]
    assert config.password is None
    assert config.connection_pool_size == 10
    assert config.transaction_idle_timeout == 30
    assert config.address == "database 'code' at localhost:4000 as user 'me'"


def test_every_fault_is_named_at_once() -> None:
    message = _faults(
        user="",
        port="5432",
        pasword=SECRET,
        password=7,
        connection_pool_size=0,
        connection_timeout=-1,
        statement_timeout=True,
        max_message_size="many",
    )
    for named in (
        "missing key 'database'",
        "user must",
        "port must be an int from 1 to 65535 or None, not '5432'",
        "unknown key 'pasword'; did you mean 'password'",
        "password must be a text or None, not of type int",
        "connection_pool_size must be an int from 1",
        "connection_timeout must be a number",
        "statement_timeout must be a number",
        "max_message_size must be an int",
    ):
        assert named in message
    assert SECRET not in message


@pytest.mark.parametrize("config", [None, [], "some://me@h/d"])
def test_a_configuration_is_a_dict(config: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a dict"):
        SomeConfig.from_config(config)


def test_a_url_holds_the_address() -> None:
    config = _read(
        url="some://us%40er:p%3A%2F%20w@h1:4001,h2,[::1]:4003/da%2Ftabase"
        "?connection_pool_size=4&statement_timeout=1.5&application_name=x%20y",
        connection_timeout=2,
    )
    assert config.user == "us@er"
    assert config.password == "p:/ w"
    assert config.database == "da/tabase"
    assert config.addresses == [("h1", 4001), ("h2", 4000), ("::1", 4003)]
    assert config.connection_pool_size == 4
    assert config.statement_timeout == 1.5
    assert config.application_name == "x y"
    assert config.connection_timeout == 2


def test_a_url_needs_no_host() -> None:
    config = _read(url="somesql://me@/code?unix_socket=/run/some.sock")
    assert config.unix_socket == "/run/some.sock"
    assert config.address == "database 'code' at /run/some.sock as user 'me'"


def test_a_url_and_keys_beside_it_are_both_checked() -> None:
    message = _faults(
        url="some://me:x@h/d?port=x&other=1&request_timeout=5",
        user="you",
        connection_pool_size="z",
    )
    for named in (
        "user stands both in url and by itself",
        "port must be an int",
        "unknown key 'other'",
        "request_timeout stands in url; it goes beside it",
        "connection_pool_size must be",
    ):
        assert named in message


@pytest.mark.parametrize(
    "url",
    [
        "other://me:{}@h/d",
        "me:{}@h/d",
        "some://me:{}#@h/d",
        "some://me:{}?@h/d",
        "some://me:12?{}@h/d",
        "some://me:{}/x@h/d",
        "some://me:{}@h:port/d",
        "some://me:{}@[::1/d",
        "some://me:{}@h/d@e",
        "some://me@{}:h/d",
    ],
)
def test_a_malformed_url_is_refused_and_not_shown(url: str) -> None:
    message = _faults(url=url.format(SECRET))
    assert "url must start with 'some://' or 'somesql://'" in message or (
        "url is malformed" in message
    )
    assert "missing key" not in message
    assert SECRET not in message


@pytest.mark.parametrize("url", [7, b"some://me@h/d", ["some://me@h/d"]])
def test_a_url_is_text(url: Any) -> None:
    assert "url must be a text or None" in _faults(url=url)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"unix_socket": "/s", "host": "h"}, "unix_socket and host exclude each other"),
        ({"ssl_cert": "/c"}, "ssl_cert and ssl_key go together"),
        ({"ssl_key": "/k"}, "ssl_cert and ssl_key go together"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(
    more: Dict[str, Any], fault: str
) -> None:
    assert fault in _faults(**WHERE, **more)


@pytest.mark.parametrize(
    "host", ["", 7, "a b", "h:0", "h:65536", "h:x", "a,,b", "me@h", "/run", "h\0"]
)
def test_a_host_is_a_name_or_an_address(host: Any) -> None:
    assert "host must" in _faults(**WHERE, host=host)


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("h", [("h", 7)]),
        ("h:8", [("h", 8)]),
        ("::1", [("::1", 7)]),
        ("[::1]:8", [("::1", 8)]),
        ("a:1, b", [("a", 1), ("b", 7)]),
    ],
)
def test_hosts_have_ports(host: str, addresses: Any) -> None:
    assert _read(**WHERE, host=host, port=7).addresses == addresses


def test_no_password_is_ever_shown() -> None:
    config = _read(**WHERE, password=SECRET)
    assert config.password == SECRET
    assert SECRET not in repr(config) + str(config) + config.address
    assert SECRET not in _faults(**WHERE, password=SECRET + "\0")
    assert SECRET not in repr(_read(url=f"some://me:{SECRET}@h/d"))
