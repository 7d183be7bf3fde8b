"""A real driver process that the tests share, and a table of each test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Iterator
from uuid import uuid4

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess

MakeProcess = Callable[..., DriverProcess]
ITEMS: Dict[str, Any] = {
    "name": "items",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT"},
        {"name": "data", "type": "BLOB"},
    ],
}


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriverProcess]:
    """A driver process over a file, for all tests that leave it as it was.

    It works in a folder of its own, where the backups go that requests made at random
    ask for.
    """
    folder = tmp_path_factory.mktemp("failures")
    config = {"type": "sqlite", "config": {"path": str(folder / "shared.db")}}
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        driver = DriverProcess(config).start()
    with driver:
        yield driver
        assert driver.status().restarts == 0, driver.status().last_error


@pytest.fixture
def client(process: DriverProcess) -> Iterator[DatabaseClient]:
    """A client of its own for each test."""
    with process.client() as connected:
        yield connected


@pytest.fixture
def table(client: DatabaseClient) -> Iterator[str]:
    """A table of the test's own: ``id`` (numbered), ``name`` and ``data``."""
    name = f"t{uuid4().hex}"
    assert client.rpc.create_table({**ITEMS, "name": name})
    yield name
    client.rpc.drop_table(name)


@pytest.fixture
def make_process(tmp_path: Path) -> Iterator[MakeProcess]:
    """Return a function that starts a driver of the test's own, over ``test.db``, with
    a table ``items``."""
    started = []

    def make(path: Path = tmp_path / "test.db", **config: Any) -> DriverProcess:
        """Start a driver with these settings."""
        settings = {"type": "sqlite", "config": {"path": str(path), **config}}
        driver = DriverProcess(settings).start()
        started.append(driver)
        if not config.get("read_only"):
            with driver.client() as client:
                client.rpc.create_table(ITEMS)
        return driver

    yield make
    for driver in started:
        driver.stop()


@pytest.fixture(autouse=True)
def _unmeasured_processes(unmeasured: None) -> None:
    """These tests start more processes than all others."""
