"""One client, many threads."""

from __future__ import annotations

import threading
from typing import Callable, List

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import RequestTimeoutError

THREADS = 16


def run_in_threads(work: Callable[[int], None]) -> None:
    """Run ``work`` in threads, each with its number, and raise what one raised."""
    failures: List[BaseException] = []

    def guarded(number: int) -> None:
        """Keep what the work raises."""
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    if failures:
        raise failures[0]


def test_threads_share_a_client_and_get_their_own_answers(
    client: DatabaseClient, table: str
) -> None:
    def work(number: int) -> None:
        """Write rows and read them back, in every way."""
        for turn in range(10):
            name = f"{number}-{turn}"
            row_id = client.rpc.insert(table, {"name": name, "size": number})
            expected = [{"id": row_id, "name": name, "size": number}]
            assert client.rpc.select(table, {"id": row_id}) == expected
            stream = client.rpc.select_iter(table, {"size": number}, chunk_size=3)
            assert {row["size"] for row in stream} == {number}
        with client.transaction(write=True) as tx:
            assert tx.update(table, {"size": number}, {"size": -1}) == 10
            assert tx.count(table, {"size": number}) == 0
            tx.rollback()

    run_in_threads(work)
    assert client.rpc.count(table) == 10 * THREADS
    assert client.rpc.count(table, {"size": -1}) == 0


def test_threads_share_a_transaction_one_call_at_a_time(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction(write=True) as tx:

        def work(number: int) -> None:
            """Write and read within the transaction."""
            for turn in range(10):
                row_id = tx.insert(table, {"name": f"{number}-{turn}"})
                assert tx.count(table, {"id": row_id}) == 1

        run_in_threads(work)
        assert tx.count(table) == 10 * THREADS
        tx.rollback()
    assert client.rpc.count(table) == 0


def test_more_threads_than_connections_wait_their_turn(
    client: DatabaseClient, table: str
) -> None:
    with DatabaseClient.connect(client.endpoint, max_connections=2) as narrow:

        def work(number: int) -> None:
            """Write some rows."""
            for turn in range(10):
                narrow.rpc.insert(table, {"name": f"{number}-{turn}"})

        run_in_threads(work)
    assert client.rpc.count(table) == 10 * THREADS


def test_run_transaction_loses_no_update_among_threads(
    client: DatabaseClient, table: str
) -> None:
    client.rpc.insert(table, {"id": 1, "name": "sum", "size": 0})

    def work(_: int) -> None:
        """Add one in a transaction that reads before it writes."""
        for _ in range(5):
            client.run_transaction(
                lambda tx: tx.update(
                    table,
                    {"id": 1},
                    {"size": tx.select(table, {"id": 1})[0]["size"] + 1},
                ),
                attempts=1000,
            )

    run_in_threads(work)
    assert client.rpc.select(table)[0]["size"] == 5 * THREADS


def test_waiting_for_another_threads_call_of_a_transaction_ends_in_time(
    client: DatabaseClient, table: str
) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n"
    )
    outcomes: List[str] = []
    with client.transaction() as tx:

        def run_long() -> None:
            """Keep the transaction's connection until the statement is stopped."""
            try:
                tx.execute(endless, timeout=1)
            except RequestTimeoutError:
                outcomes.append("stopped")

        thread = threading.Thread(target=run_long)
        thread.start()
        waited = False
        while not waited and not outcomes:
            try:
                tx.count(table, timeout=0.01)
            except RequestTimeoutError as error:
                waited = "another thread" in str(error)
        thread.join(30)
        assert waited
        assert outcomes == ["stopped"]
        assert tx.count(table) == 0
