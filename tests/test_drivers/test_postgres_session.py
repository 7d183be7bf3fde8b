"""A session on PostgreSQL: its transactions and its streams."""

from __future__ import annotations

import pytest

from code_analysis_db.drivers.isolation import IsolationLevel
from code_analysis_db.drivers.postgres_session import PostgresSession
from code_analysis_db.exceptions import (
    DriverQueryError,
    DriverTransactionError,
    ReadOnlyError,
    UniqueViolationError,
)

from .postgres_sessions import (
    Sessions,
    found_numbers,
    insert_numbers,
    numbers,
    session,
    sessions,
)

__all__ = ["numbers", "session", "sessions"]


def test_a_guarded_transaction_survives_a_failed_statement(
    numbers: PostgresSession,
) -> None:
    """Which undoes itself only, whichever it is."""
    numbers.begin(guarded=True)
    for number in (1, 2):
        with pytest.raises(DriverQueryError):
            numbers.query("SELECT 1/0")
        insert_numbers(numbers, number)
        with pytest.raises(UniqueViolationError):
            insert_numbers(numbers, number)
    numbers.commit()
    assert not numbers.in_transaction and found_numbers(numbers) == [1, 2]


def test_savepoints_work_among_guarded_statements(numbers: PostgresSession) -> None:
    """The savepoints of statements are not in their way."""
    numbers.begin(guarded=True)
    numbers.savepoint("first")
    insert_numbers(numbers, 1)
    numbers.savepoint("second")
    insert_numbers(numbers, 2)
    numbers.rollback_to("second")
    insert_numbers(numbers, 3)
    with pytest.raises(UniqueViolationError):
        insert_numbers(numbers, 3)
    numbers.release("first")
    numbers.savepoint("third")
    numbers.rollback_to("third")
    insert_numbers(numbers, 4)
    numbers.commit()
    assert found_numbers(numbers) == [1, 3, 4]


def test_a_transaction_that_did_nothing_sends_nothing(
    numbers: PostgresSession, sessions: Sessions
) -> None:
    """BEGIN goes with the first statement."""
    watcher = sessions.open()
    ((number,),) = numbers.query("SELECT pg_backend_pid()")
    numbers.begin(guarded=True)
    state = "SELECT state FROM pg_stat_activity WHERE pid = %s"
    assert watcher.query(state, [number]) == [("idle",)]
    numbers.commit()
    numbers.begin()
    numbers.rollback()
    assert watcher.query(state, [number]) == [("idle",)]


def test_what_an_unguarded_transaction_did_is_rolled_back_after_an_error(
    numbers: PostgresSession,
) -> None:
    """A commit after a failed statement says so."""
    numbers.begin()
    insert_numbers(numbers, 1)
    with pytest.raises(UniqueViolationError):
        insert_numbers(numbers, 1)
    with pytest.raises(DriverTransactionError, match="rolled back"):
        numbers.commit()
    assert found_numbers(numbers) == []


@pytest.mark.parametrize("level", list(IsolationLevel))
def test_a_transaction_has_the_isolation_that_was_asked_for(
    session: PostgresSession, level: IsolationLevel
) -> None:
    """And refuses writes where it only reads."""
    session.begin(level, read_only=True, guarded=True)
    assert session.query("SHOW transaction_isolation") == [(level.value,)]
    with pytest.raises(ReadOnlyError):
        session.query("CREATE TABLE refused (a int)")
    session.rollback()


def test_a_value_that_cannot_be_sent_leaves_the_transaction(
    numbers: PostgresSession,
) -> None:
    """The package refuses it before anything goes out."""
    numbers.begin(guarded=True)
    for number in (1, 2):
        with pytest.raises(DriverQueryError):
            numbers.query("SELECT %s", ["\0"])
        insert_numbers(numbers, number)
    numbers.commit()
    assert found_numbers(numbers) == [1, 2]


# --- streams ----------------------------------------------------------------------


def test_a_stream_has_a_transaction_of_its_own(session: PostgresSession) -> None:
    """Which ends with it."""
    stream = session.stream("SELECT generate_series(1, %s)", [5])
    assert session.in_transaction
    assert stream.fetch(3) == [(1,), (2,), (3,)]
    assert stream.fetch(3) == [(4,), (5,)]
    stream.close()
    stream.close()
    assert not session.in_transaction


def test_streams_go_on_beside_statements_that_fail(session: PostgresSession) -> None:
    """In a guarded transaction."""
    session.begin(guarded=True)
    first = session.stream("SELECT generate_series(1, 4)")
    second = session.stream("SELECT generate_series(11, 14)")
    assert first.fetch(2) == [(1,), (2,)]
    with pytest.raises(DriverQueryError):
        session.query("SELECT 1/0")
    assert second.fetch(1) == [(11,)]
    assert first.fetch(9) == [(3,), (4,)]
    first.close()
    second.close()
    session.commit()


def test_a_stream_may_be_closed_after_its_savepoint_is_gone(
    session: PostgresSession,
) -> None:
    """The server has closed it then, and the transaction goes on."""
    session.begin(guarded=True)
    session.savepoint("before")
    stream = session.stream("SELECT 1")
    session.rollback_to("before")
    stream.close()
    assert session.query("SELECT 2") == [(2,)]
    session.rollback()
