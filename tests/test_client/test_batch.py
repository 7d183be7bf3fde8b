"""Batches: many operations, one message, all or nothing."""

from __future__ import annotations

from typing import List, Optional

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverTransactionError,
    InvalidRequestError,
    UniqueViolationError,
)
from code_analysis_db.rows import Row


def test_each_operation_has_the_result_of_its_method(
    client: DatabaseClient, table: str
) -> None:
    with client.batch() as batch:
        one = batch.insert(table, {"name": "a"})
        row = batch.insert(table, {"name": "b"}, returning=["id", "size"])
        many = batch.insert_many(table, [{"name": "c"}, {"name": "d"}])
        put = batch.upsert(table, {"id": 1, "size": 9})
        puts = batch.upsert_many(table, [{"id": 1, "size": 8}], returning=["size"])
        changed = batch.update(table, {"name": "b"}, {"size": 5})
        gone = batch.delete(table, {"name": "d"}, returning=["name"])
        rows = batch.select(table, columns=["name"], order_by="id")
        count = batch.count(table)
        sizes = batch.aggregate(table, {"most": ("max", "size")})
        sql = batch.execute(f"SELECT count(*) AS n FROM {table}")
        updates = batch.execute_many(f"UPDATE {table} SET size = ?", [[1], [2]])
    assert one.result == 1
    assert row.result == {"id": 2, "size": 7}
    assert many.result == [3, 4]
    assert put.result == 1
    assert puts.result == [{"size": 8}]
    assert changed.result == 1
    assert gone.result == [{"name": "d"}]
    assert rows.result == [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    assert count.result == 3
    assert sizes.result == [{"most": 8}]
    assert sql.result["data"] == [{"n": 3}]
    assert updates.result == 6


def test_results_have_the_types_of_the_methods(
    client: DatabaseClient, table: str
) -> None:
    """The annotations are what this tests: mypy checks them."""
    with client.batch() as batch:
        inserted = batch.insert(table, {"name": "a"}, returning="*")
        counted = batch.count(table)
        selected = batch.select(table)
    row: Optional[Row] = inserted.result
    count: int = counted.result
    rows: List[Row] = selected.result
    assert (row, count) == (rows[0], 1)


def test_failing_operation_undoes_the_batch_and_is_named(
    client: DatabaseClient, table: str
) -> None:
    with pytest.raises(UniqueViolationError, match="operation 1 of the batch"):
        with client.batch() as batch:
            first = batch.insert(table, {"name": "a"})
            batch.insert(table, {"name": "a"})
    assert client.rpc.count(table) == 0
    with pytest.raises(DriverTransactionError, match="has not been done"):
        first.result


def test_result_is_not_there_before_the_block_ends(
    client: DatabaseClient, table: str
) -> None:
    with client.batch() as batch:
        handle = batch.insert(table, {"name": "a"})
        with pytest.raises(DriverTransactionError, match="has not been done"):
            handle.result
    assert handle.result == 1


def test_block_that_raises_sends_nothing(client: DatabaseClient, table: str) -> None:
    with pytest.raises(ZeroDivisionError):
        with client.batch() as batch:
            batch.insert(table, {"name": "a"})
            raise ZeroDivisionError
    assert client.rpc.count(table) == 0


def test_batch_inside_a_transaction_is_undone_with_it(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        with tx.batch() as batch:
            batch.insert(table, {"name": "a"})
        transaction_id = tx.id
        with client.batch(transaction_id=transaction_id) as batch:
            count = batch.count(table)
        assert count.result == 1
        tx.rollback()
    assert client.rpc.count(table) == 0


def test_batch_that_fails_leaves_its_transaction_as_it_was(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        tx.insert(table, {"name": "before"})
        with pytest.raises(UniqueViolationError):
            with tx.batch() as batch:
                batch.insert(table, {"name": "in the batch"})
                batch.insert(table, {"name": "before"})
    names = client.rpc.select(table, columns=["name"])
    assert names == [{"name": "before"}]


def test_many_rows_travel_within_a_batch(client: DatabaseClient, table: str) -> None:
    with client.batch() as batch:
        ids = batch.insert_many(table, [{"size": n} for n in range(5000)])
    assert ids.result == list(range(1, 5001))


def test_operation_has_no_timeout_or_transaction_of_its_own(
    client: DatabaseClient, table: str
) -> None:
    with client.batch(timeout=10) as batch:
        with pytest.raises(InvalidRequestError, match="timeout"):
            batch.count(table, timeout=1)
        with pytest.raises(InvalidRequestError, match="transaction"):
            batch.count(table, transaction_id="x")


def test_empty_batch_is_fine(client: DatabaseClient) -> None:
    with client.batch():
        assert client.rpc.ping()
