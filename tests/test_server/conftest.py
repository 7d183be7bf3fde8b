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

from .gated_driver import GatedDriver
from .pool import GatedPool
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
MakePool = Callable[..., GatedPool]


@contextmanager
def _running(
    folder: Path, config: Any, driver: BaseDatabaseDriver, drain_timeout: float
) -> Iterator[DriverServer]:
    """Serve a connected driver until the block ends."""
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
        """Start a server with a table of items, on SQLite unless a driver is given."""
        folder = tempfile.TemporaryDirectory(prefix="cadb-")
        if driver is None or isinstance(driver, SQLiteDriver):
            driver = driver or SQLiteDriver()
            driver.connect({"path": str(Path(folder.name, "db")), **config})
        context = _running(Path(folder.name), config, driver, drain_timeout)
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


@pytest.fixture
def pool(serve: Serve) -> Iterator[MakePool]:
    """Return a function that serves a gated driver of some connections."""
    pools: List[GatedPool] = []

    def make(limit: int, **config: Any) -> GatedPool:
        """Serve ``limit`` connections."""
        driver = GatedDriver(limit)
        pools.append(GatedPool(serve(driver, **config), driver))
        return pools[-1]

    yield make
    for made in pools:
        made.close()
