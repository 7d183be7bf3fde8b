"""Fixtures of the client's tests."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator
from uuid import uuid4

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """A path for a socket, short enough for one however long the test's name is."""
    with tempfile.TemporaryDirectory(prefix="cadb-") as directory:
        yield Path(directory) / "driver.sock"


@pytest.fixture(scope="session")
def database() -> Iterator[DriverProcess]:
    """A driver process over a database in memory, for all tests of this process."""
    process = DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}})
    with process:
        yield process


@pytest.fixture
def client(database: DriverProcess) -> Iterator[DatabaseClient]:
    """A client of its own for each test."""
    with database.client() as connected:
        yield connected


@pytest.fixture
def table(client: DatabaseClient) -> Iterator[str]:
    """A table of the test's own: ``id`` (numbered), ``name`` (unique), ``size``."""
    name = f"t{uuid4().hex}"
    columns = [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "unique": True},
        {"name": "size", "type": "INTEGER", "default": 7},
    ]
    assert client.rpc.create_table({"name": name, "columns": columns})
    yield name
    client.rpc.drop_table(name)
