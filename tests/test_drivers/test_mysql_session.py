"""A session on MySQL: its settings, its transactions, its end."""

from __future__ import annotations

import threading
from functools import partial
from time import perf_counter
from typing import Any, Callable, List

import attrs
import pytest

from code_analysis_db.drivers.execution_context import Deadline
from code_analysis_db.drivers.isolation import IsolationLevel
from code_analysis_db.drivers.mysql_session import MySQLSession
from code_analysis_db.exceptions import (
    DeadlockError,
    DriverConnectionError,
    DriverTransactionError,
    InvalidValueError,
    OutcomeUnknownError,
    ReadOnlyError,
    RequestCancelledError,
    RequestTimeoutError,
    UniqueViolationError,
)

from .mysql_sessions import (
    Sessions,
    insert,
    numbers,
    numbers_in,
    session,
    sessions,
)

__all__ = ["numbers", "session", "sessions"]


def in_thread(call: Callable[[], Any]) -> threading.Thread:
    """Start a thread."""
    thread = threading.Thread(target=call)
    thread.start()
    return thread


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition, ten seconds at most."""
    until = perf_counter() + 10
    while not is_so():
        assert perf_counter() < until
        threading.Event().wait(0.005)


def is_running(observer: MySQLSession, watched: MySQLSession) -> bool:
    """Tell whether a session has a statement under way."""
    return bool(
        observer.query(
            "SELECT 1 FROM information_schema.PROCESSLIST"
            " WHERE ID = %s AND COMMAND = 'Query'",
            [watched.facts.connection_id],
        )
    )


# --- settings -------------------------------------------------------------------------


def test_the_session_is_what_the_driver_relies_on(session: MySQLSession) -> None:
    """Whatever the server's administrator has set."""
    ((zone, modes, collation, isolation),) = session.query(
        "SELECT @@session.time_zone, @@sql_mode, @@collation_connection,"
        " @@session.tx_isolation"
        if session.flavour.quotes_defaults
        else "SELECT @@session.time_zone, @@sql_mode, @@collation_connection,"
        " @@session.transaction_isolation"
    )
    assert zone == "+00:00"
    assert {"STRICT_ALL_TABLES", "NO_AUTO_VALUE_ON_ZERO"} <= set(modes.split(","))
    assert collation == session.flavour.collation
    assert isolation == "REPEATABLE-READ"


@pytest.mark.parametrize(
    "value",
    [
        "it's \\ 100% \" ` \n\r\t\x1a 🐍",
        b"\0\xff'\\%s",
        -(2**63),
        0.1,
        1e300,
        5e-324,
        None,
    ],
)
def test_values_come_back_as_they_went(session: MySQLSession, value: Any) -> None:
    assert session.query("SELECT %s", [value]) == [(value,)]


def test_a_statement_beyond_max_allowed_packet_is_refused_before_it_is_sent(
    session: MySQLSession,
) -> None:
    """The server would end the connection."""
    session.facts = attrs.evolve(session.facts, max_packet=100_000)
    with pytest.raises(InvalidValueError, match="max_allowed_packet"):
        session.query("SELECT length(%s)", ["x" * 100_000])
    assert session.query("SELECT 1") == [(1,)]


def test_rows_and_values_of_any_size(session: MySQLSession) -> None:
    """Several packets long, too."""
    for size in (250, 251, 65535, 65536, 2**24 - 2, 2**24 + 5):
        found = session.query("SELECT %s, REPEAT('y', %s), 5", ["x" * size, size])
        assert found == [("x" * size, "y" * size, 5)]


# --- transactions ---------------------------------------------------------------------


def test_a_statement_that_fails_undoes_itself_only(numbers: MySQLSession) -> None:
    """In the middle of its rows, too."""
    numbers.begin(guarded=True)
    insert(numbers, 1)
    with pytest.raises(UniqueViolationError):
        numbers.query("INSERT INTO numbers (number) VALUES (2), (1), (3)")
    insert(numbers, 4)
    numbers.commit()
    assert not numbers.in_transaction and numbers_in(numbers) == [1, 4]


def test_savepoints(numbers: MySQLSession) -> None:
    numbers.begin()
    insert(numbers, 1)
    numbers.savepoint("a")
    insert(numbers, 2)
    numbers.rollback_to("a")
    numbers.savepoint("b")
    insert(numbers, 3)
    numbers.release("b")
    numbers.commit()
    assert numbers_in(numbers) == [1, 3]


@pytest.mark.parametrize("level", list(IsolationLevel))
def test_isolation_is_of_one_transaction(
    numbers: MySQLSession, level: IsolationLevel
) -> None:
    """The next one has the default again."""
    numbers.begin(level)
    assert numbers.in_transaction
    numbers.rollback()
    numbers.begin(read_only=True)
    with pytest.raises(ReadOnlyError):
        insert(numbers, 1)
    numbers.commit()
    insert(numbers, 1)
    assert numbers_in(numbers) == [1]


def test_a_deadlock_ends_the_transaction(
    numbers: MySQLSession, sessions: Sessions
) -> None:
    """The server rolls all of it back, and the session says so."""
    insert(numbers, 1, 2)
    other = sessions.open()
    update = "UPDATE numbers SET word = 'x' WHERE number = %s"
    failures: List[BaseException] = []

    def cross(own: MySQLSession, number: int) -> None:
        """Wait for what the other transaction has."""
        try:
            own.query(update, [number])
        except DeadlockError as error:
            failures.append(error)
            assert not own.in_transaction
        own.rollback()

    for own, number in ((numbers, 1), (other, 2)):
        own.begin()
        own.query(update, [number])
    thread = in_thread(partial(cross, numbers, 2))
    cross(other, 1)
    thread.join()
    assert len(failures) == 1


def test_a_definition_that_commits_is_told(numbers: MySQLSession) -> None:
    """The transaction is over, and the next statement is none of it."""
    numbers.begin()
    insert(numbers, 1)
    with pytest.raises(DriverTransactionError, match="committed"):
        numbers.query("CREATE TABLE IF NOT EXISTS numbers (number bigint)")
    assert not numbers.in_transaction
    assert numbers_in(numbers) == [1]


# --- streams --------------------------------------------------------------------------


def test_a_stream_makes_way_for_another_statement(numbers: MySQLSession) -> None:
    """Its rest is read into memory, and is not lost."""
    numbers.begin()
    insert(numbers, *range(50))
    stream = numbers.stream("SELECT number FROM numbers ORDER BY number")
    assert stream.fetch(10) == [(number,) for number in range(10)]
    assert numbers_in(numbers) == list(range(50))
    assert len(stream.fetch(100)) == 40 and stream.fetch(1) == []
    stream.close()
    numbers.rollback()


_MANY = "SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n FROM" + ", ".join(
    " (SELECT 0 AS n"
    + "".join(f" UNION ALL SELECT {digit}" for digit in range(1, 10))
    + f") {name}"
    for name in "abcdefg"
)
"""Ten million rows."""

_LONG_INSERT = f"INSERT INTO numbers (number) SELECT count(*) FROM ({_MANY}) many"


def test_a_stream_that_is_closed_early_leaves_the_transaction(
    numbers: MySQLSession,
) -> None:
    """The server is asked to stop, rather than read to the end."""
    numbers.begin()
    insert(numbers, 1)
    stream = numbers.stream(_MANY)
    assert len(stream.fetch(3)) == 3
    before = perf_counter()
    stream.close()
    stream.close()
    assert perf_counter() - before < 5
    numbers.commit()
    assert numbers_in(numbers) == [1]


def test_a_stream_that_is_closed_early_costs_a_connection_outside(
    session: MySQLSession,
) -> None:
    """A new one is quicker than to read to the end."""
    stream = session.stream(_MANY)
    assert len(stream.fetch(3)) == 3
    stream.close()
    assert session.is_broken and not session.is_alive(ask=False)


def test_a_short_rest_is_read(session: MySQLSession) -> None:
    """Which keeps the connection."""
    stream = session.stream("SELECT 1 UNION ALL SELECT 2")
    assert stream.fetch(1) == [(1,)]
    stream.close()
    assert session.query("SELECT 3") == [(3,)]


# --- stopping -------------------------------------------------------------------------


def cancelled(session: MySQLSession, sessions: Sessions, sql: str) -> BaseException:
    """Cancel a statement while it runs, and return its error."""
    deadline = Deadline()
    observer = sessions.open()
    errors: List[BaseException] = []

    def run() -> None:
        """Run the statement under the deadline."""
        sessions.context.deadline = deadline
        try:
            session.query(sql)
        except RequestCancelledError as error:
            errors.append(error)

    thread = in_thread(run)
    wait_until(lambda: is_running(observer, session))
    deadline.cancelled = True
    session.cancel()
    thread.join(10)
    assert not thread.is_alive()
    (error,) = errors
    return error


def test_a_statement_is_stopped_by_the_server(
    numbers: MySQLSession, sessions: Sessions
) -> None:
    """The transaction goes on without it."""
    numbers.begin(guarded=True)
    insert(numbers, 1)
    cancelled(numbers, sessions, _LONG_INSERT)
    assert numbers.is_alive(ask=True) and numbers.in_transaction
    insert(numbers, 2)
    numbers.commit()
    assert numbers_in(numbers) == [1, 2]


def test_a_late_cancel_meets_no_other_statement(numbers: MySQLSession) -> None:
    """Once the session has been asked whether it lives."""
    numbers.cancel()
    assert numbers.is_alive(ask=True)
    insert(numbers, 1)
    assert numbers_in(numbers) == [1]


def test_an_abandoned_statement_ends_at_once(
    numbers: MySQLSession, sessions: Sessions
) -> None:
    """What it did is unknown."""
    observer = sessions.open()
    errors: List[BaseException] = []

    def run() -> None:
        """Run a statement that takes long."""
        try:
            numbers.query(_LONG_INSERT)
        except OutcomeUnknownError as error:
            errors.append(error)

    thread = in_thread(run)
    wait_until(lambda: is_running(observer, numbers))
    numbers.abandon()
    thread.join(5)
    assert not thread.is_alive() and len(errors) == 1
    observer.query("KILL %s", [numbers.facts.connection_id])


def test_a_server_side_timeout(sessions: Sessions) -> None:
    """Of a read, on both servers."""
    session = sessions.open(statement_timeout=0.2)
    with pytest.raises(RequestTimeoutError):
        session.query(f"SELECT count(*) FROM ({_MANY}) x")
    assert session.query("SELECT 1") == [(1,)]


# --- the end --------------------------------------------------------------------------


def test_an_idle_session_is_found_dead_without_a_question(
    session: MySQLSession, sessions: Sessions
) -> None:
    assert session.is_alive(ask=False)
    sessions.end(session)
    wait_until(lambda: not session.is_alive(ask=False))
    with pytest.raises(DriverConnectionError) as caught:
        session.query("SELECT 1")
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_a_lost_statement_is_unknown_outside_and_gone_inside_a_transaction(
    numbers: MySQLSession, sessions: Sessions
) -> None:
    """What the server said before it ended the connection is told, too."""
    for inside in (False, True):
        session, observer = sessions.open(), sessions.open()
        if inside:
            session.begin()
            insert(session, 7)
        errors: List[DriverConnectionError] = []

        def run(session: MySQLSession = session) -> None:
            """Run a statement that takes long."""
            try:
                session.query(_LONG_INSERT)
            except DriverConnectionError as error:
                errors.append(error)

        thread = in_thread(run)
        wait_until(lambda: is_running(observer, session))
        sessions.end(session)
        thread.join(10)
        assert session.is_broken and len(errors) == 1
        if inside:
            assert not isinstance(errors[0], OutcomeUnknownError)
        session.rollback()
    assert numbers_in(numbers) == []


def test_a_commit_that_finds_no_server_is_unknown(
    numbers: MySQLSession, sessions: Sessions
) -> None:
    """And one that was never sent is not."""
    session = sessions.open()
    session.begin()
    insert(session, 1)
    sessions.end(session)
    with pytest.raises(DriverConnectionError):
        session.commit()
    assert session.is_broken
    session.rollback()
    assert numbers_in(numbers) == []
