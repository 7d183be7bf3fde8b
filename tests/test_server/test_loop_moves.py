"""Statements on the loop's thread keep nobody waiting, however long they last.

The database is a :class:`GatedDriver`, whose statements end when the test says so.
"""

from __future__ import annotations

import threading
from itertools import cycle
from typing import List

import pytest

from code_analysis_db.request import (
    CommitTransactionRequest,
    CountRequest,
    PingRequest,
)

from .conftest import MakePool
from .pool import begin, next_error
from .raw_client import RawClient


def test_a_statement_that_lasts_holds_up_nobody(pool: MakePool) -> None:
    """One that is short by nature may run on the loop's thread; where it lasts, another
    thread goes on with the loop, as often as it takes."""
    three = pool(3)
    clients = [three.connect() for _ in range(4)]
    three.driver.gate("count")
    for client in clients:
        client.send(CountRequest("items"))
        three.watcher.data(PingRequest())
    for _ in range(3):
        three.driver.gate("count").wait_for_statement()
    three.wait_for("requests_waiting_for_connection", 1)
    assert three.figure("connections_in_use") == 3
    three.driver.open_gates()
    for client in clients:
        assert client.receive()[1].is_success()
    for client in clients:
        assert client.data(CountRequest("items")) == {"count": 0}


@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_statement_that_lasts_can_be_given_up(
    pool: MakePool, in_transaction: bool
) -> None:
    """Out of time, cancelled, its client gone: as on any other thread."""
    one = pool(1)
    client, dying = one.connect(), one.connect()
    fields = {"transaction_id": begin(client)} if in_transaction else {}
    gate = one.driver.gate("count")
    assert client.error(CountRequest("items", **fields), timeout=0.1) == "timeout"
    gate.wait_for_statement()
    request_id = client.send(CountRequest("items", **fields))
    gate.wait_for_statement()
    client.cancel(request_id)
    assert next_error(client) == "cancelled"
    if in_transaction:
        client.data(CommitTransactionRequest(fields["transaction_id"]))
    dying.send(CountRequest("items"))
    gate.wait_for_statement()
    dying.close()
    one.wait_for("connections_in_use", 0)


def test_a_transaction_whose_statement_lasts_is_rolled_back_at_its_time(
    pool: MakePool,
) -> None:
    """The time limit of a transaction meets a statement on the loop's thread."""
    one = pool(1, transaction_timeout=0.3)
    client = one.connect()
    transaction = begin(client)
    one.driver.gate("count")
    client.send(CountRequest("items", transaction_id=transaction))
    assert next_error(client) == "cancelled"
    one.wait_for("open_transactions", 0)
    assert client.error(CommitTransactionRequest(transaction)) == "transaction"


def test_nothing_is_lost_or_confused_while_the_loop_moves(pool: MakePool) -> None:
    """Some statements last just long enough for the loop to move, some are done just
    then: every client gets its answers, in its order."""
    eight = pool(8)
    eight.driver.delays = cycle([0.0, 0.0031, 0.0, 0.0044, 0.0, 0.0])
    failures: List[BaseException] = []

    def work(client: RawClient) -> None:
        """Ask for several things at a time, in a transaction and without."""
        try:
            transaction = begin(client)
            for _ in range(25):
                sent = [
                    client.send(request)
                    for request in (
                        CountRequest("items"),
                        CountRequest("items", transaction_id=transaction),
                        PingRequest(),
                        CountRequest("items"),
                    )
                ]
                replies = [client.receive() for _ in sent]
                assert [request_id for request_id, _ in replies] == sent
                assert all(result.is_success() for _, result in replies)
            client.data(CommitTransactionRequest(transaction))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(eight.connect(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    eight.wait_for("connections_in_use", 0)
    eight.wait_for("open_transactions", 0)
