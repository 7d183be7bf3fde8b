"""Transactions, by their ids and as blocks, through the real driver."""

from __future__ import annotations

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import (
    DriverTransactionError,
    InvalidRequestError,
    UniqueViolationError,
)


def test_transaction_by_its_id_is_committed_or_rolled_back(
    client: DatabaseClient, table: str
) -> None:
    rpc = client.rpc
    for commit in (False, True):
        transaction_id = rpc.begin_transaction(write=True)
        rpc.insert(table, {"name": "a"}, transaction_id=transaction_id)
        rpc.insert_many(table, [{"name": "b"}], transaction_id=transaction_id)
        assert rpc.count(table, transaction_id=transaction_id) == 2
        end = rpc.commit_transaction if commit else rpc.rollback_transaction
        assert end(transaction_id) is True
        assert rpc.count(table) == (2 if commit else 0)
        with pytest.raises(DriverTransactionError, match="not open in this client"):
            rpc.insert(table, {"name": "c"}, transaction_id=transaction_id)


def test_block_commits_at_its_end_and_rolls_back_on_an_error(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        tx.insert(table, {"name": "kept"})
        assert tx.select(table, columns=["name"]) == [{"name": "kept"}]
        assert [row["id"] for row in tx.select_iter(table)] == [1]
    with pytest.raises(ZeroDivisionError):
        with client.transaction() as tx:
            tx.insert(table, {"name": "undone"})
            raise ZeroDivisionError
    assert client.rpc.select(table, columns=["name"]) == [{"name": "kept"}]


def test_transaction_that_the_block_ends_stays_ended(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        tx.insert(table, {"name": "a"})
        tx.rollback()
        with pytest.raises(DriverTransactionError, match="ended already"):
            tx.insert(table, {"name": "b"})
        with pytest.raises(DriverTransactionError, match="ended already"):
            tx.commit()
    assert client.rpc.count(table) == 0


def test_error_of_a_statement_leaves_the_transaction_usable(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        tx.insert(table, {"name": "a"})
        with pytest.raises(UniqueViolationError):
            tx.insert(table, {"name": "a"})
        tx.insert(table, {"name": "b"})
    assert client.rpc.count(table) == 2


def test_nested_transactions_are_undone_one_by_one(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        tx.insert(table, {"name": "outer"})
        with pytest.raises(ZeroDivisionError):
            with tx.transaction() as inner:
                inner.insert(table, {"name": "inner"})
                with inner.transaction() as innermost:
                    innermost.insert(table, {"name": "innermost"})
                assert tx.count(table) == 3
                raise ZeroDivisionError
        with tx.transaction() as inner:
            inner.insert(table, {"name": "second"})
    names = client.rpc.select(table, columns=["name"], order_by="id")
    assert [row["name"] for row in names] == ["outer", "second"]


def test_nested_transaction_can_be_rolled_back_by_hand(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        with tx.transaction() as inner:
            inner.insert(table, {"name": "undone"})
            inner.rollback()
        tx.insert(table, {"name": "kept"})
    assert client.rpc.count(table) == 1


def test_transaction_does_nothing_for_another(
    client: DatabaseClient, table: str
) -> None:
    with client.transaction() as tx:
        with pytest.raises(InvalidRequestError, match="'other'"):
            tx.insert(table, {"name": "a"}, transaction_id="other")
        assert tx.insert(table, {"name": "a"}, transaction_id=tx.id) == 1


def test_transaction_of_another_client_is_unknown(
    client: DatabaseClient, table: str
) -> None:
    with DatabaseClient.connect(client.endpoint) as other:
        transaction_id = other.rpc.begin_transaction()
        with pytest.raises(DriverTransactionError, match="another client"):
            client.rpc.count(table, transaction_id=transaction_id)


def test_closing_a_client_rolls_its_transactions_back(
    client: DatabaseClient, table: str
) -> None:
    other = DatabaseClient.connect(client.endpoint)
    transaction_id = other.rpc.begin_transaction(write=True)
    other.rpc.insert(table, {"name": "a"}, transaction_id=transaction_id)
    other.close()
    assert client.rpc.insert(table, {"name": "a"}, timeout=10) == 1


def test_objects_join_a_transaction(client: DatabaseClient) -> None:
    client.projects.count()
    with client.transaction() as tx:
        project = tx.projects.create(name="demo", root_path="/demo")
        with tx.transaction() as inner:
            assert inner.projects.count(name="demo") == 1
        tx.rollback()
    assert client.projects.find(id=project.id) == []
