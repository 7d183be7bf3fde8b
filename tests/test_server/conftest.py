"""A real server on a real database, on a thread of the test's own process."""

from __future__ import annotations

import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional

import pytest

from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.drivers.limits import Limits
from code_analysis_db.drivers.sqlite import SQLiteDriver
from code_analysis_db.request import CreateTableRequest
from code_analysis_db.server.driver_server import DriverServer
from code_analysis_db.transport.endpoint import Endpoint

from .raw_client import RawClient

ITEMS = {
    "name": "items",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT"},
        {"name": "data", "type": "BLOB"},
    ],
}
Connect = Callable[[], RawClient]
Serve = Callable[..., DriverServer]


@contextmanager
def _running(
    folder: Path, config: Any, driver: BaseDatabaseDriver, drain_timeout: float
) -> Iterator[DriverServer]:
    """Serve a new database until the block ends."""
    driver.connect({"path": str(folder / "db"), **config})
    server = DriverServer(
        driver,
        Endpoint("unix", path=str(folder / "s")),
        Limits.from_config(config),
        drain_timeout=drain_timeout,
    )
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.request_stop()
        thread.join(30)
        driver.disconnect()
        assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a server with the limits that it is given."""
    running: List[Any] = []

    def start(
        driver: Optional[BaseDatabaseDriver] = None,
        drain_timeout: float = 10.0,
        **config: Any,
    ) -> DriverServer:
        """Start a server with a table of items."""
        folder = tempfile.TemporaryDirectory(prefix="cadb-")
        context = _running(
            Path(folder.name), config, driver or SQLiteDriver(), drain_timeout
        )
        server = context.__enter__()
        running.append((context, folder))
        client = RawClient(server.endpoint)
        client.data(CreateTableRequest(ITEMS))
        client.close()
        return server

    yield start
    for context, folder in reversed(running):
        context.__exit__(None, None, None)
        folder.cleanup()


@pytest.fixture
def server(serve: Serve) -> DriverServer:
    """Return a server with the default limits."""
    return serve()


@pytest.fixture
def connect(server: DriverServer) -> Iterator[Connect]:
    """Return a function that connects a client to the server."""
    clients: List[RawClient] = []

    def open_client() -> RawClient:
        """Connect one more client."""
        clients.append(RawClient(server.endpoint))
        return clients[-1]

    yield open_client
    for client in clients:
        client.close()
