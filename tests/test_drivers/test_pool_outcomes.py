"""What a driver says, and does again, when its server dies under what runs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Iterator, List

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, create_driver
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverError,
    DriverTransactionError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from tests.servers.search import KINDS

from .connecting import ITEMS, LONG, request_of, wait_until

_DATABASE = "outcomes"


class Fragile:
    """A server that may be killed, a driver on it, and a thread to call that from."""

    def __init__(self, server: Any) -> None:
        """Make a database with the table, and connect."""
        self.server = server
        server.administration.create_database(_DATABASE)
        self.driver = self.connect()
        self.driver.create_table(ITEMS)
        self.driver.insert("items", {"name": "first"})
        self.executor = ThreadPoolExecutor(4)

    def connect(self) -> BaseDatabaseDriver:
        """Return one more driver."""
        kind: str = self.server.address.kind
        return create_driver(kind, self.server.address.config(_DATABASE))

    def blocked(self, call: Callable[[], Any]) -> "Future[Any]":
        """Run a call that waits for a lock, and return when it waits."""
        before = self._running()
        running = self.executor.submit(call)
        wait_until(lambda: self._running() > before)
        assert not running.done()
        return running

    def _running(self) -> int:
        """Return how many statements the server runs, or has wait for a lock."""
        found = self.server.administration.connections(_DATABASE)
        return sum(connection.is_running for connection in found)

    def restart(self) -> None:
        """Kill the server and start it again."""
        self.server.kill()
        self.server.start()

    def names(self) -> List[str]:
        """Return the names in the table, by another driver."""
        driver = self.connect()
        names = [row["name"] for row in driver.select("items", order_by="id")]
        driver.disconnect()
        return names


@pytest.fixture(params=KINDS)
def fragile(request: pytest.FixtureRequest, private_server: Any) -> Iterator[Fragile]:
    """A server of each kind."""
    made = Fragile(private_server(request.param, durable=True))
    yield made
    made.driver.disconnect()
    made.executor.shutdown()


def test_what_runs_when_the_server_dies(fragile: Fragile) -> None:
    """A bare write has an unknown outcome, a block and a transaction are not applied
    and say so, and all connections are replaced when the server is there again."""
    driver = fragile.driver
    holder = driver.begin_transaction()
    driver.insert("items", {"name": "held"}, transaction_id=holder)
    other = driver.begin_transaction()
    driver.insert("items", {"name": "other"}, transaction_id=other)

    def block() -> None:
        """Insert two rows as one."""
        with driver.atomic():
            driver.insert("items", {"name": "block"})
            driver.insert("items", {"name": "held"})

    bare = fragile.blocked(lambda: driver.insert("items", {"name": "held"}))
    whole = fragile.blocked(block)
    fragile.server.kill()
    with pytest.raises(OutcomeUnknownError):
        bare.result(LONG)
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        whole.result(LONG)
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        driver.insert("items", {"name": "more"}, transaction_id=other)
    with pytest.raises(DriverError):
        driver.commit_transaction(holder)
    fragile.server.start()
    assert driver.insert("items", {"name": "after"}) == 1
    assert driver.held_connections() == 0
    assert fragile.names() == ["first", "after"]


def test_what_was_not_applied_is_done_when_the_server_is_back_soon(
    fragile: Fragile,
) -> None:
    driver = fragile.driver
    holder = driver.begin_transaction()
    driver.insert("items", {"name": "held"}, transaction_id=holder)

    def work() -> None:
        """Insert two rows, the second of which waits for the holder."""
        driver.insert("items", {"name": "block"})
        driver.insert("items", {"name": "held"})

    again = fragile.blocked(lambda: driver.run_atomic(work))
    several = fragile.blocked(
        lambda: driver.insert_many(
            "items", [{"name": "many"}, {"id": 77, "name": "held", "amount": 1}]
        )
    )
    fragile.restart()
    outcomes = [running.exception(LONG) for running in (again, several)]
    # whoever is first has the name, the other meets it: both were run again
    assert sum(error is None for error in outcomes) == 1
    assert len(fragile.names()) == 3


def test_a_read_under_way_is_read_again(fragile: Fragile) -> None:
    driver = fragile.driver
    driver.insert_many("items", [{"note": "x" * 100_000} for _ in range(200)])
    stop = threading.Event()
    counts: List[int] = []

    def read() -> None:
        """Read large results one after another."""
        while not stop.is_set():
            counts.append(len(driver.select("items")))

    reading = [fragile.executor.submit(read) for _ in range(3)]
    wait_until(lambda: len(counts) > 5)
    fragile.restart()
    seen = len(counts)
    wait_until(lambda: len(counts) > seen + 5)
    stop.set()
    for running in reading:
        running.result(LONG)
    assert set(counts) == {201}


def test_a_server_that_is_gone_is_an_error_at_once_after_a_little_patience(
    fragile: Fragile,
) -> None:
    driver = fragile.driver
    fragile.server.kill()
    with request_of(driver, 0.3), pytest.raises(RequestTimeoutError):
        driver.count("items")
    with pytest.raises(DriverConnectionError, match="cannot connect"):
        driver.count("items")
    start = time.perf_counter()
    with pytest.raises(DriverConnectionError, match="cannot connect"):
        driver.count("items")
    assert time.perf_counter() - start < 1
    fragile.server.start()
    assert driver.count("items") == 1


def test_a_server_that_does_not_answer_is_left_at_the_deadline(
    fragile: Fragile,
) -> None:
    driver = fragile.driver
    fragile.server.suspend()
    start = time.perf_counter()
    try:
        with request_of(driver, 0.5) as deadline:
            threading.Timer(0.5, deadline.expire).start()
            with pytest.raises(RequestTimeoutError):
                driver.count("items")
        with request_of(driver, 0.5) as deadline:
            threading.Timer(0.5, deadline.expire).start()
            with pytest.raises((RequestTimeoutError, OutcomeUnknownError)):
                driver.insert("items", {"name": "late"})
    finally:
        fragile.server.resume()
    assert time.perf_counter() - start < LONG
    assert driver.count("items", {"name": "first"}) == 1
    assert driver.held_connections() == 0
