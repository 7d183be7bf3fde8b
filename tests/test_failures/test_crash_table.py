"""SIGKILL of the driver at every stage of a request, while other processes write.

Each row of the table is a stage.  Whatever the stage: no acknowledged row is lost, none
is written twice, what raised any error but ``OutcomeUnknownError`` is not in the file,
and everybody is served by the next driver.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import closing
from typing import Any, Callable, Dict, Iterator, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverTransactionError,
    DriverUnavailableError,
    OutcomeUnknownError,
)
from code_analysis_db.request import InsertRequest
from tests.test_server.raw_client import RawClient

from .crowd import Crowd
from .programs import DEADLINE, locking, wait_until
from .writer import rows_of
from .writers import check

# What a writer may be told when the driver dies.  A transaction that is lost before its
# commit was not applied, which is no unknown outcome.
_EXPECTED = {"done", "unknown", "TransactionLostError"}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A driver with its writers, for all stages."""
    with closing(Crowd(tmp_path_factory.mktemp("crash"))) as made:
        yield made


@pytest.fixture
def client(crowd: Crowd) -> Iterator[DatabaseClient]:
    """A client that meets the death of the driver at the stage."""
    with crowd.process.client() as connected:
        connected.rpc.ping()
        yield connected


class Trap(Dict[str, Any]):
    """A row that calls something when it is packed to be sent."""

    def __init__(self, row: Dict[str, Any], spring: Callable[[], None]) -> None:
        """Take over a row."""
        super().__init__(row)
        self._spring: List[Callable[[], None]] = [spring]

    def __getitem__(self, key: str) -> Any:
        """Return the value, after the call at the first time."""
        if self._spring:
            self._spring.pop()()
        return super().__getitem__(key)


# --- the stages ---------------------------------------------------------------------


def groups_are_committed(crowd: Crowd, client: DatabaseClient) -> None:
    """At any moment of the writers' requests, again and again."""
    for _ in range(3):
        crowd.writers.wait_for_progress()
        crowd.kill()


def a_write_waits_for_its_turn(crowd: Crowd, client: DatabaseClient) -> None:
    """Behind a transaction of somebody else, which is gone too."""
    holder = client.rpc.begin_transaction(write=True)
    waiting = RawClient(crowd.process.endpoint)
    waiting.send(InsertRequest("log", rows_of("raw", "behind", 1)[0]))
    client.rpc.ping()
    client.rpc.insert("log", rows_of("raw", "holder", 1)[0], transaction_id=holder)
    crowd.kill()
    with pytest.raises(DriverTransactionError):
        client.rpc.commit_transaction(holder)
    with pytest.raises((EOFError, OSError)):
        waiting.receive()
    waiting.close()
    assert "holder" not in crowd.stored()
    assert "behind" not in crowd.stored()


def a_write_waits_for_a_strangers_lock(crowd: Crowd, client: DatabaseClient) -> None:
    """It runs, as far as the driver is concerned."""
    with locking(crowd.path, "BEGIN IMMEDIATE"):
        waiting = RawClient(crowd.process.endpoint)
        waiting.send(InsertRequest("log", rows_of("raw", "locked out", 1)[0]))
        client.rpc.ping()
        crowd.kill()
        with pytest.raises((EOFError, OSError)):
            waiting.receive()
        waiting.close()
    assert "locked out" not in crowd.stored()


def a_statement_runs(crowd: Crowd, client: DatabaseClient) -> None:
    """It has written megabytes to the log, none of which may be seen afterwards."""
    log = f"{crowd.path}-wal"

    def kill_in_the_middle() -> None:
        """Wait for the log to grow beyond what the writers make of it."""
        size = os.stat(log).st_size
        wait_until(lambda: os.stat(log).st_size > size + 10_000_000)
        crowd.kill()

    killer = threading.Thread(target=kill_in_the_middle)
    killer.start()
    with pytest.raises(OutcomeUnknownError):
        client.rpc.execute(
            "INSERT INTO log (operation, part) WITH RECURSIVE n(i) AS (SELECT 1 UNION"
            " ALL SELECT i + 1 FROM n LIMIT 100000000) SELECT 'statement' ||"
            " hex(zeroblob(500)), i FROM n"
        )
    killer.join()
    assert client.rpc.count("log", {"operation": {"startswith": "statement"}}) == 0


def a_transaction_is_open(crowd: Crowd, client: DatabaseClient) -> None:
    """After a write, before the next."""
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        with client.transaction() as transaction:
            transaction.insert("log", rows_of("own", "open", 1)[0])
            crowd.kill()
            transaction.insert("log", rows_of("own", "open", 2)[1])
    assert "open" not in crowd.stored()


def a_transaction_is_committed(crowd: Crowd, client: DatabaseClient) -> None:
    """Of thousands of rows, so that the commit takes its time; at several moments."""
    for number in range(3):
        operation, count = f"commit {number}", 20_000
        transaction = client.rpc.begin_transaction()
        rows = rows_of("own", operation, count)
        client.rpc.insert_many("log", rows, transaction_id=transaction)
        killer = threading.Timer(0.001 * number, crowd.kill)
        killer.start()
        outcome = "done"
        try:
            client.rpc.commit_transaction(transaction)
        except OutcomeUnknownError:
            outcome = "unknown"
        except DriverTransactionError:
            outcome = "TransactionLostError"
        killer.join()
        client.rpc.ping()
        check(crowd.stored(), {outcome: {operation: count}})


def rows_are_streamed(crowd: Crowd, client: DatabaseClient) -> None:
    """The reader hears of it, and never gets some rows for all."""
    seen: List[int] = []
    rows = client.rpc.insert_many("log", rows_of("own", "stream", 5000))
    with pytest.raises(DriverUnavailableError, match="read it anew"):
        with client.rpc.select_iter(
            "log", {"operation": "stream"}, order_by="part", chunk_size=50
        ) as stream:
            for row in stream:
                seen.append(row["part"])
                if len(seen) == 60:
                    crowd.kill()
    assert seen == list(range(len(seen))) and len(seen) < len(rows)
    assert client.rpc.count("log", {"operation": "stream"}) == 5000


def many_rows_are_sent(crowd: Crowd, client: DatabaseClient) -> None:
    """Half of them have gone ahead: the whole is sent again, and written once."""
    rows: List[Dict[str, Any]] = list(rows_of("own", "sent", 8000))
    rows[4500] = Trap(rows[4500], crowd.kill)
    assert len(client.rpc.insert_many("log", rows)) == 8000
    check(crowd.stored(), {"done": {"sent": 8000}})


def the_driver_starts(crowd: Crowd, client: DatabaseClient) -> None:
    """A second time, while the first death is made good."""
    first = crowd.process.pid
    crowd.kill()
    wait_until(lambda: crowd.process.pid not in (None, first))
    crowd.kill()


def clients_connect(crowd: Crowd, client: DatabaseClient) -> None:
    """Each newcomer gets through in the end."""
    stop = threading.Event()
    failures: List[BaseException] = []

    def come_and_go() -> None:
        """Connect, ask and leave."""
        try:
            while not stop.is_set():
                with crowd.process.client() as newcomer:
                    newcomer.rpc.count("log", {"writer": "nobody"})
        except BaseException as error:
            failures.append(error)

    visitors = [threading.Thread(target=come_and_go) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    for _ in range(2):
        crowd.writers.wait_for_progress()
        crowd.kill()
    client.rpc.ping()
    stop.set()
    for visitor in visitors:
        visitor.join(DEADLINE)
    assert failures == []


@pytest.mark.parametrize(
    "stage",
    [
        groups_are_committed,
        a_write_waits_for_its_turn,
        a_write_waits_for_a_strangers_lock,
        a_statement_runs,
        a_transaction_is_open,
        a_transaction_is_committed,
        rows_are_streamed,
        many_rows_are_sent,
        the_driver_starts,
        clients_connect,
    ],
)
def test_nothing_is_lost_or_doubled_when_the_driver_is_killed_while(
    crowd: Crowd, client: DatabaseClient, stage: Callable[[Crowd, DatabaseClient], None]
) -> None:
    """Failure stories 3 and 31."""
    crowd.writers.go()
    try:
        crowd.writers.wait_for_progress()
        stage(crowd, client)
        crowd.writers.wait_for_progress()
    finally:
        report = crowd.writers.stop()
    check(crowd.stored(), report)
    assert set(report) <= _EXPECTED
    assert crowd.is_whole()


def test_nobody_notices_when_the_driver_is_killed_while_it_is_idle(
    crowd: Crowd, client: DatabaseClient
) -> None:
    """What was not sent is no unknown outcome: the writers' next requests just wait."""
    for _ in range(2):
        crowd.writers.go()
        crowd.writers.wait_for_progress()
        report = crowd.writers.stop()
        assert set(report) == {"done"}
        check(crowd.stored(), report)
        crowd.kill()


def test_sigterm_answers_what_was_asked_before_the_driver_goes(
    crowd: Crowd, client: DatabaseClient
) -> None:
    """Failure story 6: nobody is left with an unknown outcome, or without service."""
    crowd.writers.go()
    for _ in range(3):
        crowd.writers.wait_for_progress()
        os.kill(client.rpc.ping()["pid"], signal.SIGTERM)
    crowd.writers.wait_for_progress()
    report = crowd.writers.stop()
    check(crowd.stored(), report)
    assert set(report) <= {"done", "TransactionLostError"}
