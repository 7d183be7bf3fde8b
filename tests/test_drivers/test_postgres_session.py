"""A session on PostgreSQL: its transactions, its end, and what is prepared."""

from __future__ import annotations

import threading
from functools import partial
from time import perf_counter
from typing import Any, Callable, List

import pytest

from code_analysis_db.drivers.execution_context import Deadline
from code_analysis_db.drivers.isolation import IsolationLevel
from code_analysis_db.drivers.postgres_session import PostgresSession
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverQueryError,
    DriverTransactionError,
    OutcomeUnknownError,
    ReadOnlyError,
    RequestCancelledError,
    RequestTimeoutError,
    SerializationError,
    UniqueViolationError,
)

from .postgres_sessions import Sessions, session, sessions

__all__ = ["session", "sessions"]


@pytest.fixture
def numbers(session: PostgresSession) -> PostgresSession:
    """A session on a database with an empty table ``numbers``."""
    session.query("DROP TABLE IF EXISTS numbers")
    session.query("CREATE TABLE numbers (number bigint PRIMARY KEY, word text)")
    return session


def _numbers(session: PostgresSession) -> List[int]:
    """Return what is in the table."""
    rows = session.query("SELECT number FROM numbers ORDER BY number")
    return [number for (number,) in rows]


def _insert(session: PostgresSession, *wanted: int) -> None:
    """Insert numbers, one statement each."""
    for number in wanted:
        session.query("INSERT INTO numbers (number) VALUES (%s)", [number])


# --- transactions -----------------------------------------------------------------


def test_a_guarded_transaction_survives_a_failed_statement(
    numbers: PostgresSession,
) -> None:
    """Which undoes itself only, whichever it is."""
    numbers.begin(guarded=True)
    for number in (1, 2):
        with pytest.raises(DriverQueryError):
            numbers.query("SELECT 1/0")
        _insert(numbers, number)
        with pytest.raises(UniqueViolationError):
            _insert(numbers, number)
    numbers.commit()
    assert not numbers.in_transaction and _numbers(numbers) == [1, 2]


def test_savepoints_work_among_guarded_statements(numbers: PostgresSession) -> None:
    """The savepoints of statements are not in their way."""
    numbers.begin(guarded=True)
    numbers.savepoint("first")
    _insert(numbers, 1)
    numbers.savepoint("second")
    _insert(numbers, 2)
    numbers.rollback_to("second")
    _insert(numbers, 3)
    with pytest.raises(UniqueViolationError):
        _insert(numbers, 3)
    numbers.release("first")
    numbers.savepoint("third")
    numbers.rollback_to("third")
    _insert(numbers, 4)
    numbers.commit()
    assert _numbers(numbers) == [1, 3, 4]


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
    _insert(numbers, 1)
    with pytest.raises(UniqueViolationError):
        _insert(numbers, 1)
    with pytest.raises(DriverTransactionError, match="rolled back"):
        numbers.commit()
    assert _numbers(numbers) == []


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
        _insert(numbers, number)
    numbers.commit()
    assert _numbers(numbers) == [1, 2]


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


# --- stopping ---------------------------------------------------------------------


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
    _insert(numbers, 1)
    sessions.terminate(sessions.number_of(numbers))
    with pytest.raises(DriverConnectionError, match="transaction"):
        _insert(numbers, 2)
    assert numbers.is_broken and not numbers.in_transaction
    numbers.rollback()
    assert _numbers(sessions.open()) == []


def test_the_rollback_of_a_lost_transaction_raises_nothing(
    sessions: Sessions, numbers: PostgresSession
) -> None:
    """The server has done it."""
    numbers.begin()
    _insert(numbers, 1)
    numbers.abandon()
    numbers.is_broken = False
    numbers.rollback()
    assert numbers.is_broken


def test_a_commit_without_an_answer_may_have_been_done(
    sessions: Sessions, numbers: PostgresSession
) -> None:
    """Nobody knows."""
    numbers.begin()
    _insert(numbers, 1)
    numbers.abandon()
    with pytest.raises(OutcomeUnknownError):
        numbers.commit()


# --- prepared statements ----------------------------------------------------------


def _prepared(session: PostgresSession) -> List[Any]:
    """Return the statements that the server has prepared for the session."""
    rows = session.query_once("SELECT statement FROM pg_prepared_statements")
    # the server shows the message, which goes on to execute it
    return [message.rpartition(";EXECUTE")[0] for (message,) in rows]


def test_a_statement_that_comes_often_is_prepared(numbers: PostgresSession) -> None:
    """With its parameters, and percent signs as they are."""
    insert = "INSERT INTO numbers (number, word) VALUES (%s, '%%s %%')"
    for number in range(5):
        assert numbers.change(insert, [number]) == 1
    assert _prepared(numbers) == [
        "PREPARE _code_analysis_db_1 AS"
        " INSERT INTO numbers (number, word) VALUES ($1, '%s %')"
    ]
    assert numbers.query("SELECT DISTINCT word FROM numbers") == [("%s %",)]


def test_a_violation_leaves_a_statement_prepared(numbers: PostgresSession) -> None:
    """Any other error in the message that prepares it does not."""
    _insert(numbers, 1, 2)
    with pytest.raises(UniqueViolationError):
        _insert(numbers, 2)
    _insert(numbers, 3)
    assert len(_prepared(numbers)) == 1
    for _ in range(4):
        with pytest.raises(DriverQueryError):
            numbers.query("SELECT number / %s FROM numbers", [0])
    assert numbers.query("SELECT number / %s FROM numbers", [1])


@pytest.mark.parametrize("guarded", [None, True])
def test_a_table_that_changed_is_read_all_the_same(
    numbers: PostgresSession, sessions: Sessions, guarded: Any
) -> None:
    """What was prepared for it does no longer fit."""
    for _ in range(5):
        assert numbers.query("SELECT number FROM numbers") == []
    changed = "ALTER TABLE numbers ALTER number TYPE text"
    sessions.open().query(changed)
    if guarded:
        numbers.begin(guarded=True)
    assert numbers.query("SELECT number FROM numbers") == []
    assert _prepared(numbers) == []
    numbers.rollback()


def test_a_changed_table_in_an_unguarded_transaction_is_worth_a_retry(
    numbers: PostgresSession, sessions: Sessions
) -> None:
    """Of the whole of it."""
    for _ in range(5):
        numbers.query("SELECT number FROM numbers")
    sessions.open().query("ALTER TABLE numbers ALTER number TYPE text")
    numbers.begin()
    with pytest.raises(SerializationError):
        numbers.query("SELECT number FROM numbers")
    numbers.rollback()
    assert numbers.query("SELECT number FROM numbers") == []


def test_only_so_many_statements_stay_prepared(session: PostgresSession) -> None:
    """The one that was not used for longest goes."""
    statements = [f"SELECT {number}" for number in range(210)]
    for statement in statements:
        for _ in range(3):
            session.query(statement)
        session.query(statements[0])
    prepared = {text.rpartition(" AS ")[2] for text in _prepared(session)}
    assert len(prepared) == 200
    assert "SELECT 0" in prepared and "SELECT 1" not in prepared


def test_a_statement_made_anew_is_another_one(numbers: PostgresSession) -> None:
    """Its table may have other types by now, though the text is the same."""
    texts = ["".join(["INSERT INTO numbers (word) ", "VALUES (%s)"]) for _ in range(2)]
    numbers.query("ALTER TABLE numbers DROP number")
    for _ in range(5):
        numbers.change(texts[0], ["x"])
    numbers.query("ALTER TABLE numbers ALTER word TYPE boolean USING true")
    for _ in range(5):
        assert numbers.change(texts[1], [True]) == 1
    assert len(_prepared(numbers)) == 2


def test_preparing_can_be_left_out(sessions: Sessions) -> None:
    """Behind a pooler that gives each transaction another connection."""
    session = sessions.open(prepared_statements=False)
    for _ in range(5):
        session.query("SELECT 1")
    assert _prepared(session) == []
