"""How a session's statements are stopped, and how its connection is lost."""

from __future__ import annotations

import threading
from functools import partial
from time import perf_counter
from typing import Any, Callable

import pytest

from code_analysis_db.drivers.execution_context import Deadline
from code_analysis_db.drivers.postgres_session import PostgresSession
from code_analysis_db.exceptions import (
    DriverConnectionError,
    OutcomeUnknownError,
    RequestCancelledError,
    RequestTimeoutError,
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


def _while_it_runs(
    sessions: Sessions, session: PostgresSession, act: Callable[[], Any]
) -> BaseException:
    """Start a long statement, act while it runs, and return its error."""
    watcher = sessions.open()
    ((number,),) = session.query("SELECT pg_backend_pid()")

    def wait_and_act() -> None:
        """Wait until it runs."""
        running = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND query LIKE %s"
        until = perf_counter() + 30
        while not watcher.query(running, [number, "%pg_sleep(60)%"]):
            assert perf_counter() < until
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    started = perf_counter()
    with pytest.raises(BaseException) as caught:
        session.query("SELECT pg_sleep(60)")
    thread.join()
    assert perf_counter() - started < 30
    return caught.value


def test_a_cancelled_statement_stops_at_the_server(
    sessions: Sessions, session: PostgresSession
) -> None:
    """And the session serves on."""
    sessions.context.deadline = Deadline()
    sessions.context.deadline.cancelled = True
    error = _while_it_runs(sessions, session, session.cancel)
    assert isinstance(error, RequestCancelledError)
    assert session.query("SELECT 1") == [(1,)]


def test_a_statement_whose_time_is_up_says_so(
    sessions: Sessions, session: PostgresSession
) -> None:
    """The deadline tells why it was stopped; a guarded transaction goes on."""
    sessions.context.deadline = Deadline(at=0.0)
    session.begin(guarded=True)
    error = _while_it_runs(sessions, session, session.cancel)
    assert isinstance(error, RequestTimeoutError)
    assert session.query("SELECT 1") == [(1,)] and session.in_transaction
    session.rollback()


def test_a_late_cancel_hits_nothing(session: PostgresSession) -> None:
    """A question takes it, in a transaction too."""
    for guarded in (False, True):
        if guarded:
            session.begin(guarded=True)
            session.query("SELECT 1")
        for _ in range(20):
            session.cancel()
            assert session.is_alive(ask=True)
            assert session.query("SELECT 1") == [(1,)]
    session.rollback()


def test_the_configured_time_of_statements_is_the_servers(sessions: Sessions) -> None:
    """It stops them by itself."""
    session = sessions.open(statement_timeout=0.05)
    with pytest.raises(RequestTimeoutError):
        session.query("SELECT pg_sleep(60)")


def test_an_abandoned_statement_ends_with_its_connection(
    sessions: Sessions, session: PostgresSession
) -> None:
    """Whatever the server does."""
    error = _while_it_runs(sessions, session, session.abandon)
    assert isinstance(error, OutcomeUnknownError)
    assert session.is_broken and not session.is_alive(ask=True)


# --- lost connections -------------------------------------------------------------


def test_a_connection_that_was_ended_while_idle_is_noticed(
    sessions: Sessions, session: PostgresSession
) -> None:
    """Without a question to the server."""
    assert session.is_alive(ask=False) and session.is_alive(ask=True)
    sessions.terminate(sessions.number_of(session))
    assert not session.is_alive(ask=False)


def test_a_setting_that_changed_at_the_server_ends_nothing(
    sessions: Sessions, session: PostgresSession
) -> None:
    """The server tells idle sessions of it, which is no hang-up."""
    watcher = sessions.open()
    watcher.query("ALTER ROLE CURRENT_USER SET application_name = 'other'")
    watcher.query("SELECT pg_reload_conf()")
    assert session.is_alive(ask=False) and session.query("SELECT 1") == [(1,)]
    watcher.query("ALTER ROLE CURRENT_USER RESET application_name")


def test_a_statement_whose_connection_was_cut_may_have_been_done(
    sessions: Sessions, session: PostgresSession
) -> None:
    """Outside of a transaction."""
    number = sessions.number_of(session)
    error = _while_it_runs(sessions, session, partial(sessions.terminate, number))
    assert isinstance(error, OutcomeUnknownError) and session.is_broken


def test_a_transaction_is_gone_with_its_connection(
    sessions: Sessions, numbers: PostgresSession
) -> None:
    """Hence not applied; a rollback is not needed and does no harm."""
    numbers.begin(guarded=True)
    insert_numbers(numbers, 1)
    sessions.terminate(sessions.number_of(numbers))
    with pytest.raises(DriverConnectionError, match="transaction"):
        insert_numbers(numbers, 2)
    assert numbers.is_broken and not numbers.in_transaction
    numbers.rollback()
    assert found_numbers(sessions.open()) == []


def test_the_rollback_of_a_lost_transaction_raises_nothing(
    sessions: Sessions, numbers: PostgresSession
) -> None:
    """The server has done it."""
    numbers.begin()
    insert_numbers(numbers, 1)
    numbers.abandon()
    numbers.is_broken = False
    numbers.rollback()
    assert numbers.is_broken


def test_a_commit_without_an_answer_may_have_been_done(
    sessions: Sessions, numbers: PostgresSession
) -> None:
    """Nobody knows."""
    numbers.begin()
    insert_numbers(numbers, 1)
    numbers.abandon()
    with pytest.raises(OutcomeUnknownError):
        numbers.commit()
