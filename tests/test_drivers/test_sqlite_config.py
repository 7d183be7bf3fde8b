"""The configuration: every fault is named at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from code_analysis_db.drivers import Limits
from code_analysis_db.drivers.sqlite_config import SQLiteConfig
from code_analysis_db.exceptions import ConfigurationError, DriverConnectionError


def test_defaults() -> None:
    config = SQLiteConfig.from_config({"path": Path("a.db")})
    assert config.path == "a.db"
    assert config.synchronous == "full"
    assert config.busy_timeout == 5.0
    assert not config.read_only
    assert not config.in_memory
    assert config.transaction_idle_timeout == 30
    assert config.transaction_timeout == 300
    assert config.request_timeout is None
    assert config.max_message_size == 256 * 1024 * 1024


def test_every_fault_is_named_at_once() -> None:
    faulty = {
        "synchronus": "full",
        "synchronous": "fast",
        "busy_timeout": -1,
        "cache_size": True,
        "read_only": "yes",
        "transaction_timeout": float("nan"),
        "max_queue_requests": 1.5,
    }
    with pytest.raises(ConfigurationError) as caught:
        SQLiteConfig.from_config(faulty)
    message = str(caught.value)
    for part in (
        "unknown key 'synchronus'; did you mean 'synchronous'?",
        "missing key 'path'",
        "synchronous must be one of 'full', 'normal', 'off', 'extra', not 'fast'",
        "busy_timeout must be a number from 0 to 86400, not -1",
        "cache_size must be an int",
        "read_only must be True or False, not 'yes'",
        "transaction_timeout must be a number of at least 0.001, not nan",
        "max_queue_requests must be an int of at least 1, not 1.5",
    ):
        assert part in message
    assert isinstance(caught.value, DriverConnectionError)


@pytest.mark.parametrize("path", ["", 7, None, "a\0b", b"a.db"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(ConfigurationError, match="path must"):
        SQLiteConfig.from_config({"path": path})


@pytest.mark.parametrize("config", [None, [], "a.db"])
def test_a_configuration_is_a_dict(config: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a dict"):
        SQLiteConfig.from_config(config)


def test_a_private_database_is_not_read_only() -> None:
    with pytest.raises(ConfigurationError, match="starts empty"):
        SQLiteConfig.from_config({"path": ":memory:", "read_only": True})


def test_limits_are_read_out_of_any_driver_configuration() -> None:
    limits = Limits.from_config({"host": "x", "request_timeout": 2})
    assert limits.request_timeout == 2
    assert limits.max_queue_requests == Limits().max_queue_requests
    with pytest.raises(ConfigurationError, match="request_timeout"):
        Limits.from_config({"host": "x", "request_timeout": 0})


def test_foreign_keys_cannot_be_turned_off() -> None:
    with pytest.raises(ConfigurationError, match="unknown key 'foreign_keys'"):
        SQLiteConfig.from_config({"path": "a", "foreign_keys": False})
