"""What a session prepares on the server, and when it forgets it."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.drivers.postgres_session import PostgresSession
from code_analysis_db.exceptions import (
    DriverQueryError,
    SerializationError,
    UniqueViolationError,
)

from .postgres_sessions import Sessions, insert_numbers, numbers, session, sessions

__all__ = ["numbers", "session", "sessions"]


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
    insert_numbers(numbers, 1, 2)
    with pytest.raises(UniqueViolationError):
        insert_numbers(numbers, 2)
    insert_numbers(numbers, 3)
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
