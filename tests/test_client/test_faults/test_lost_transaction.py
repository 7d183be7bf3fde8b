"""A transaction loses its connection, or is refused."""

from __future__ import annotations

from typing import Any

import pytest

from code_analysis_db.client import DatabaseClient, DatabaseTransaction
from code_analysis_db.client.result_reading import rows_of
from code_analysis_db.exceptions import (
    DeadlockError,
    DriverTransactionError,
    DriverUnavailableError,
    ForeignKeyViolationError,
    OutcomeUnknownError,
)
from code_analysis_db.request import SelectRequest

from ..scripted_driver import ScriptedDriver
from .faults import Faults, execute, insert, select


def test_begin_is_repeated(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["begin_transaction"]
    with client.rpc.transaction() as tx:
        tx.insert("t", {"a": 1})
    expected = ["begin_transaction"] * 2 + ["insert", "commit_transaction"]
    assert driver.names == expected


@pytest.mark.parametrize("call", [select, insert, execute])
def test_connection_lost_in_a_transaction_means_not_applied_and_no_repetition(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults, call: Any
) -> None:
    faults.on = ["select", "insert", "execute"]
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        with client.rpc.transaction() as tx:
            call(tx)
    assert len(driver.names) == 2
    assert tx.is_lost


def test_lost_transaction_cannot_be_committed(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["insert"]
    with pytest.raises(DriverTransactionError):
        with client.rpc.transaction() as tx:
            with pytest.raises(DriverTransactionError):
                tx.insert("t", {"a": 1})
    assert "commit_transaction" not in driver.names


def test_commit_whose_reply_was_lost_is_of_unknown_outcome(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["commit_transaction"]
    with pytest.raises(OutcomeUnknownError, match="commit"):
        with client.rpc.transaction() as tx:
            tx.insert("t", {"a": 1})
    assert driver.names[-1] == "commit_transaction"


def test_commit_that_was_not_sent_means_not_applied(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with pytest.raises(DriverTransactionError, match="nothing of it was applied"):
        with client.rpc.transaction() as tx:
            tx.insert("t", {"a": 1})
            driver.hang_up()
    assert "commit_transaction" not in driver.names


def test_rollback_of_a_lost_transaction_is_done(
    client: DatabaseClient, faults: Faults
) -> None:
    transaction_id = client.rpc.begin_transaction()
    faults.on = ["rollback_transaction"]
    assert client.rpc.rollback_transaction(transaction_id) is True


def test_error_of_the_block_is_raised_though_the_rollback_fails_too(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    with pytest.raises(ZeroDivisionError):
        with client.rpc.transaction():
            driver.hang_up()
            raise ZeroDivisionError


def test_run_transaction_begins_anew_when_the_driver_was_lost_before_the_commit(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["insert", "insert"]
    assert client.run_transaction(lambda tx: tx.insert("t", {"a": 1})) == 1
    assert driver.names.count("begin_transaction") == 3
    assert driver.names.count("commit_transaction") == 1


def test_run_transaction_does_not_repeat_what_may_have_been_applied(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.on = ["commit_transaction"]
    with pytest.raises(OutcomeUnknownError):
        client.run_transaction(lambda tx: tx.insert("t", {"a": 1}))
    assert driver.names.count("begin_transaction") == 1


# --- errors that end a transaction, or not -----------------------------------------


def test_commit_that_the_database_refuses_leaves_nothing_open(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.errors["commit_transaction"] = ["foreign_key_violation"]
    transaction_id = client.rpc.begin_transaction()
    with pytest.raises(ForeignKeyViolationError):
        client.rpc.commit_transaction(transaction_id)
    with pytest.raises(DriverTransactionError, match="not open"):
        client.rpc.select("t", transaction_id=transaction_id)
    insert(client.rpc)
    assert driver.seen[-1].connection == 2


def test_rollback_of_what_the_driver_has_ended_says_so(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.errors["rollback_transaction"] = ["transaction"]
    transaction_id = client.rpc.begin_transaction()
    with pytest.raises(DriverTransactionError, match="refused"):
        client.rpc.rollback_transaction(transaction_id)
    insert(client.rpc)
    assert driver.connections == 1


def test_driver_that_declines_a_request_of_a_transaction_has_not_lost_it(
    client: DatabaseClient, faults: Faults
) -> None:
    faults.errors["insert"] = ["unavailable"]
    with client.rpc.transaction() as tx:
        with pytest.raises(DriverUnavailableError, match="refused"):
            tx.insert("t", {"a": 1})
        assert tx.insert("t", {"a": 1}) == 1
        assert not tx.is_lost


def test_driver_that_declines_a_request_is_asked_again(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.errors["insert"] = ["unavailable", "unavailable"]
    assert insert(client.rpc) == 1
    assert driver.names == ["insert"] * 3


def test_transaction_whose_channel_another_thread_has_ended_is_refused(
    client: DatabaseClient,
) -> None:
    transaction_id = client.rpc.begin_transaction()
    channel = client._caller.transactions.find(transaction_id)
    client.rpc.rollback_transaction(transaction_id)
    with pytest.raises(DriverTransactionError, match="has ended"):
        channel.call(SelectRequest("t"), rows_of)


@pytest.mark.parametrize("code", ["serialization", "deadlock", "lock_timeout"])
def test_run_transaction_begins_anew_where_the_database_gave_up_for_others(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults, code: str
) -> None:
    faults.errors = {"insert": [code], "commit_transaction": [code]}
    assert client.run_transaction(lambda tx: tx.insert("t", {"a": 1})) == 1
    assert driver.names.count("begin_transaction") == 3


def test_run_transaction_stops_after_so_many_attempts(
    client: DatabaseClient, driver: ScriptedDriver, faults: Faults
) -> None:
    faults.errors["insert"] = ["deadlock"] * 10
    with pytest.raises(DeadlockError):
        client.run_transaction(lambda tx: tx.insert("t", {"a": 1}), attempts=2)
    assert driver.names.count("begin_transaction") == 2


def test_run_transaction_does_not_repeat_a_misuse(
    client: DatabaseClient, driver: ScriptedDriver
) -> None:
    def misuse(tx: DatabaseTransaction) -> None:
        """Use the transaction after its end."""
        tx.rollback()
        tx.select("t")

    with pytest.raises(DriverTransactionError, match="ended already"):
        client.run_transaction(misuse)
    assert driver.names.count("begin_transaction") == 1
