"""A server on a driver with few connections, and what tests ask of it."""

from __future__ import annotations

import time
from typing import Any, Callable, List

from code_analysis_db.request import (
    BeginTransactionRequest,
    ExecuteRequest,
    InsertManyRequest,
    StatsRequest,
)
from code_analysis_db.result import ErrorResult
from code_analysis_db.rows import RowBlock
from code_analysis_db.server.driver_server import DriverServer

from .gated_driver import GatedDriver
from .raw_client import RawClient

_PATIENCE = 20.0
_AT_ONCE = 5.0


class Pool:
    """A server and its clients."""

    def __init__(self, server: DriverServer) -> None:
        """Connect the client that asks for figures."""
        self.server = server
        self.clients: List[RawClient] = []
        self.watcher = self.connect()

    def connect(self) -> RawClient:
        """Connect one more client."""
        self.clients.append(RawClient(self.server.endpoint))
        return self.clients[-1]

    def close(self) -> None:
        """End the clients."""
        for client in self.clients:
            client.close()

    def wait_for(self, name: str, value: int) -> None:
        """Wait until a figure has a value."""
        wait_until(lambda: self.figure(name) == value)

    def figure(self, name: str) -> Any:
        """Return one of the driver's figures, which nothing may delay."""
        start = time.monotonic()
        stats = self.watcher.data(StatsRequest())["stats"]
        assert time.monotonic() - start < _AT_ONCE
        return stats[name]


class GatedPool(Pool):
    """A server on a gated driver."""

    def __init__(self, server: DriverServer, driver: GatedDriver) -> None:
        """Take the server of ``driver``."""
        super().__init__(server)
        self.driver = driver

    def close(self) -> None:
        """Let everybody go; the driver must have no complaint."""
        self.driver.open_gates()
        super().close()
        assert self.driver.faults == []


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    give_up = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not come to be"
        time.sleep(0.002)


def note(name: object, **fields: str) -> ExecuteRequest:
    """Return a request that a gated driver does at once."""
    return ExecuteRequest(f"note {name}", **fields)


def gate(name: str, **fields: str) -> ExecuteRequest:
    """Return a request that lasts until the gate ``name`` is opened."""
    return ExecuteRequest(f"gate {name}", **fields)


def begin(client: RawClient) -> str:
    """Begin a transaction and return its id."""
    transaction_id: str = client.data(BeginTransactionRequest())["transaction_id"]
    return transaction_id


def fill(client: RawClient, rows: int) -> None:
    """Insert items."""
    block = RowBlock(["name"], [[str(number)] for number in range(rows)])
    client.data(InsertManyRequest("items", [block]))


def next_error(client: RawClient) -> str:
    """Return the error code of the next reply."""
    _, result = client.receive()
    assert isinstance(result, ErrorResult), result
    code: str = result.error_code
    return code
