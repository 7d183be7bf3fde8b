"""Drivers on database servers, with settings of their own, for tests of the pool."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, Deadline, create_driver
from tests.servers.search import KINDS
from tests.servers.servers import Servers

from .unified.place import drop_all_tables

ITEMS: Dict[str, Any] = {
    "name": "items",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "unique": True},
        {"name": "note", "type": "TEXT"},
        {"name": "amount", "type": "INTEGER", "nullable": False, "default": 0},
    ],
}
LONG = 20.0
"""Seconds that nothing here should take."""


class Connecting:
    """Makes drivers of one kind on one database, and direct looks at its server."""

    def __init__(self, config: Dict[str, Any], administration: Any) -> None:
        """Use the database that ``config`` says."""
        self.config = config
        self.administration = administration
        self._made: List[BaseDatabaseDriver] = []

    def driver(self, **settings: Any) -> BaseDatabaseDriver:
        """Return one more connected driver."""
        config = {"config": {**self.config["config"], **settings}}
        driver = create_driver(self.config["type"], config)
        self._made.append(driver)
        return driver

    def connections(self) -> int:
        """Return how many connections the server has to the database."""
        return len(self.administration.connections(self.config["config"]["database"]))

    def is_running(self) -> bool:
        """Whether a statement runs on the database, or waits for a lock."""
        database = self.config["config"]["database"]
        return any(c.is_running for c in self.administration.connections(database))

    def cut(self) -> None:
        """Have the server end every connection to the database."""
        database = self.config["config"]["database"]
        self.administration.end_connections(database)
        wait_until(lambda: not self.administration.connections(database))

    def close(self) -> None:
        """Disconnect all drivers and drop all tables."""
        for driver in self._made:
            driver.disconnect()
        driver = create_driver(self.config["type"], self.config)
        drop_all_tables(driver)
        driver.disconnect()


@pytest.fixture(params=KINDS)
def connecting(
    request: pytest.FixtureRequest,
    own_database: Callable[[str], Dict[str, Any]],
    servers: Servers,
) -> Iterator[Connecting]:
    """A database on a server of each kind, without tables."""
    kind: str = request.param
    made = Connecting(own_database(kind), servers.administration(kind))
    yield made
    made.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads to call a driver from."""
    executor = ThreadPoolExecutor(16)
    yield executor
    # the drivers, which go after this, stop what a failed test has left waiting
    executor.shutdown(wait=False)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail where it never does."""
    end = time.perf_counter() + LONG
    while not holds():
        assert time.perf_counter() < end, "waited in vain"
        time.sleep(0.005)


@contextmanager
def request_of(driver: BaseDatabaseDriver, seconds: float) -> Iterator[Deadline]:
    """Run a block as a request that may take so many seconds, as the driver process
    does: its loop ends the request when its time is up."""
    deadline = Deadline(time.perf_counter() + seconds)
    driver.context.deadline = deadline
    try:
        yield deadline
    finally:
        driver.context.deadline = None


def locked_row(driver: BaseDatabaseDriver) -> str:
    """Create the table with a row of id 1, and return a transaction that has it
    locked: whoever updates it waits."""
    driver.create_table(ITEMS)
    driver.insert("items", {"name": "one"})
    holder = driver.begin_transaction()
    driver.update("items", {"id": 1}, {"amount": 1}, transaction_id=holder)
    return holder
