"""Fixtures of the tests of the client for asyncio."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator
from uuid import uuid4

import pytest

from code_analysis_db import DriverProcess, Endpoint


@pytest.fixture(scope="session")
def database() -> Iterator[DriverProcess]:
    """A driver process over a database in memory, for all tests of this process."""
    with (process := DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}})):
        yield process


@pytest.fixture
def endpoint(database: DriverProcess) -> Endpoint:
    """Where the driver is."""
    return database.endpoint


@pytest.fixture
def table(database: DriverProcess) -> Iterator[str]:
    """A table of the test's own: ``id`` (numbered), ``name`` (unique), ``size``."""
    name = f"t{uuid4().hex}"
    columns = [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "unique": True},
        {"name": "size", "type": "INTEGER", "default": 7},
    ]
    with database.client() as client:
        assert client.rpc.create_table({"name": name, "columns": columns})
        yield name
        client.rpc.drop_table(name)


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """A path for a socket, short enough for one however long the test's name is."""
    with tempfile.TemporaryDirectory(prefix="cadb-") as directory:
        yield Path(directory) / "driver.sock"
