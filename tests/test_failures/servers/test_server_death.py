"""A server that is killed and comes back, at every stage of a request: no acknowledged
row is lost, none is written twice, and the driver serves on without a restart."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Callable, Dict

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverTransactionError,
    DriverUnavailableError,
    OutcomeUnknownError,
)
from tests.servers.local_server import LocalServer

from ..programs import DEADLINE, at_once, wait_until
from ..writer import LOG
from ..writers import Writers, check
from .conftest import StartDriver
from .scene import Scene

# What a writer may be told while the server dies, is away, and comes back.
_EXPECTED = {
    "done",
    "unknown",
    "DriverConnectionError",
    "TransactionLostError",
}


def test_no_acknowledged_row_is_lost_or_doubled_when_the_server_is_killed(
    server: LocalServer, own_scene: Scene
) -> None:
    """Failure stories 3, 30 and 31: under load, again and again."""
    with own_scene.client() as client:
        client.rpc.create_table(LOG)
        pid = client.rpc.ping()["pid"]
        with closing(Writers(own_scene.process, own_scene.written)) as writers:
            writers.go()
            for pause in (0.0, 0.0, 0.5, 2.0):
                writers.wait_for_progress()
                server.kill()
                # For how long the server is away; nothing is waited for.
                time.sleep(pause)
                server.start()
            writers.wait_for_progress()
            report = writers.stop()
        check(own_scene.stored(), report)
        assert set(report) <= _EXPECTED
        assert client.rpc.ping()["pid"] == pid
        wait_until(own_scene.is_quiet)
        assert len(own_scene.connections()) <= 4


def test_an_orderly_restart_of_the_server_costs_no_more_than_what_was_under_way(
    server: LocalServer, own_scene: Scene
) -> None:
    """As an administrator does it, under load."""
    with own_scene.client() as client:
        client.rpc.create_table(LOG)
        with closing(Writers(own_scene.process, own_scene.written)) as writers:
            writers.go()
            for _ in range(2):
                writers.wait_for_progress()
                server.stop()
                server.start()
            writers.wait_for_progress()
            report = writers.stop()
        check(own_scene.stored(), report)
        assert set(report) <= _EXPECTED
        assert client.rpc.ping()["generation"] == 1


def test_nobody_notices_a_restart_while_the_driver_is_idle(
    server: LocalServer, own_scene: Scene
) -> None:
    """Failure story 30: all connections of the pool are dead, and nobody hears it."""
    with own_scene.client() as client:
        for restart in (server.kill, server.stop):
            calls = [lambda: client.rpc.insert("items", {"name": "a"})] * 4
            assert [error for _, error in at_once(calls)] == [None] * 4
            restart()
            server.start()
        reads = [lambda: client.rpc.count("items")] * 4
        assert at_once(reads) == [(8, None)] * 4


def test_what_is_open_when_the_server_dies_ends_with_an_error(
    server: LocalServer, own_scene: Scene
) -> None:
    """A transaction, a stream, a statement that runs; the next ones work."""
    with own_scene.client() as client:
        client.rpc.insert_many("items", [{"data": bytes(100_000)}] * 100)
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(client.rpc.execute, own_scene.sleep, [60])
            own_scene.wait_for_running(1)
            transaction = client.rpc.begin_transaction()
            client.rpc.insert("items", {"name": "lost"}, transaction_id=transaction)
            stream = client.rpc.select_iter("items", chunk_size=1)
            next(iter(stream))
            server.kill()
            assert isinstance(running.exception(DEADLINE), DriverConnectionError)
        with pytest.raises(DriverConnectionError):
            list(stream)
        server.start()
        with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
            client.rpc.commit_transaction(transaction)
        assert client.rpc.count("items", {"name": "lost"}) == 0
        assert client.rpc.insert("items", {"name": "next"})
        wait_until(own_scene.is_quiet)


def test_while_the_server_is_away_each_call_says_so_at_once(
    server: LocalServer, own_scene: Scene
) -> None:
    """The driver itself answers, and takes no harm from the attempts."""
    with own_scene.client() as client:
        server.kill()
        calls: Dict[str, Callable[[], object]] = {
            "select": lambda: client.rpc.select("items"),
            "insert": lambda: client.rpc.insert("items", {"name": "never"}),
            "insert_many": lambda: client.rpc.insert_many("items", [{"name": "n"}] * 3),
            "begin": lambda: client.rpc.begin_transaction(),
            "stream": lambda: list(client.rpc.select_iter("items")),
            "batch": lambda: _batch(client),
        }
        for _ in range(3):
            for (_, error), name in zip(at_once(list(calls.values())), calls):
                assert isinstance(error, DriverConnectionError), name
                assert not isinstance(
                    error, (OutcomeUnknownError, DriverUnavailableError)
                ), name
                assert str(server.address.port) in str(error)
            assert client.rpc.ping()["generation"] == 1
        server.start()
        assert at_once([lambda: client.rpc.count("items")] * 8) == [(0, None)] * 8
        assert client.rpc.insert("items", {"name": "back"})


def _batch(client: DatabaseClient) -> None:
    """Write two rows in one message."""
    with client.batch() as batch:
        batch.insert("items", {"name": "never"})
        batch.insert("items", {"name": "never"})


def test_nothing_is_lost_or_doubled_when_the_driver_is_killed_under_load(
    own_scene: Scene, start_driver: StartDriver, server: LocalServer
) -> None:
    """What SQLite's crash table shows, with a server: no transaction is left open."""
    config = server.address.config(own_scene.database, connection_pool_size=4)
    process = start_driver(config, max_restarts=1000, restart_window=1.0)
    with process.client() as client:
        client.rpc.create_table(LOG)
        with closing(Writers(process, own_scene.written)) as writers:
            writers.go()
            for _ in range(4):
                writers.wait_for_progress()
                os.kill(client.rpc.ping()["pid"], signal.SIGKILL)
            writers.wait_for_progress()
            report = writers.stop()
        check(own_scene.stored(), report)
        assert set(report) <= {"done", "unknown", "TransactionLostError"}
    process.stop()
    own_scene.process.stop()
    wait_until(lambda: not own_scene.connections())


def test_a_driver_does_not_start_before_its_server_and_does_afterwards(
    server: LocalServer, own_scene: Scene, start_driver: StartDriver
) -> None:
    """The failure is the first start's alone."""
    config = server.address.config(own_scene.database)
    server.stop()
    with pytest.raises(DriverConnectionError, match=str(server.address.port)):
        start_driver(config)
    server.start()
    with start_driver(config).client() as client:
        assert client.rpc.insert("items", {"name": "first"})
