"""The errors of MySQL and MariaDB, as the package's own."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Optional, Type

import pytest

from code_analysis_db.dialects.mysql_flavour import MARIADB, MYSQL, MySQLFlavour
from code_analysis_db.drivers.execution_context import Deadline, ExecutionContext
from code_analysis_db.drivers.mysql_error import translated
from code_analysis_db.drivers.mysql_fault import ServerFault
from code_analysis_db.drivers.mysql_session import MySQLSession
from code_analysis_db.exceptions import (
    CheckViolationError,
    DeadlockError,
    DiskFullError,
    DriverConnectionError,
    DriverError,
    DriverIntegrityError,
    DriverQueryError,
    ForeignKeyViolationError,
    InvalidValueError,
    LockTimeoutError,
    NotNullViolationError,
    ReadOnlyError,
    RequestCancelledError,
    RequestTimeoutError,
    SerializationError,
    StorageError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)

from .mysql_sessions import session, sessions

__all__ = ["session", "sessions"]

TABLES = (
    "CREATE TABLE `error parents` (id bigint AUTO_INCREMENT PRIMARY KEY,"
    " name varchar(20) NOT NULL, CONSTRAINT `one name` UNIQUE (name),"
    " CONSTRAINT `never x` CHECK (name <> 'x')) ENGINE=InnoDB",
    "CREATE TABLE error_children (id bigint PRIMARY KEY, parent_id bigint,"
    " CONSTRAINT `of parent` FOREIGN KEY (parent_id)"
    " REFERENCES `error parents` (id)) ENGINE=InnoDB",
)


@pytest.fixture
def family(session: MySQLSession) -> Iterator[MySQLSession]:
    """A session on a database with a parent, who has a child."""
    _drop(session)
    for sql in TABLES:
        session.query(sql)
    session.query("INSERT INTO `error parents` VALUES (1, 'a')")
    session.query("INSERT INTO error_children VALUES (1, 1)")
    yield session
    _drop(session)


def _drop(session: MySQLSession) -> None:
    """Drop the tables."""
    session.query("DROP TABLE IF EXISTS error_children, `error parents`")


@pytest.mark.parametrize(
    ("sql", "cls", "details"),
    [
        (
            "INSERT INTO `error parents` (name) VALUES ('a')",
            UniqueViolationError,
            {"constraint": "one name"},
        ),
        (
            "INSERT INTO `error parents` VALUES (1, 'b')",
            UniqueViolationError,
            {"constraint": "PRIMARY"},
        ),
        (
            "INSERT INTO `error parents` (name) VALUES ('x')",
            CheckViolationError,
            {"constraint": "never x"},
        ),
        (
            "INSERT INTO `error parents` (name) VALUES (NULL)",
            NotNullViolationError,
            {"column": "name"},
        ),
        (
            "INSERT INTO `error parents` (id) VALUES (7)",
            NotNullViolationError,
            {"column": "name"},
        ),
        (
            "INSERT INTO error_children VALUES (2, 9)",
            ForeignKeyViolationError,
            {
                "table": "error_children",
                "column": "parent_id",
                "constraint": "of parent",
            },
        ),
        (
            "DELETE FROM `error parents`",
            ForeignKeyViolationError,
            {"table": "error_children", "constraint": "of parent"},
        ),
        (
            "INSERT INTO `error parents` (name) VALUES (REPEAT('y', 21))",
            InvalidValueError,
            {"column": "name"},
        ),
        (
            "INSERT INTO error_children (id) VALUES ('one')",
            InvalidValueError,
            {"column": "id"},
        ),
        ("SELECT * FROM `no such`", UnknownTableError, {"table": "no such"}),
        (
            "SELECT `no one` FROM error_children",
            UnknownColumnError,
            {"column": "no one"},
        ),
        (
            "SELECT e.none FROM error_children e",
            UnknownColumnError,
            {"table": "e", "column": "none"},
        ),
        ("SELECT 9223372036854775807 + 1", InvalidValueError, {}),
        ("SELEC 1", DriverQueryError, {}),
    ],
)
def test_the_server_says_what_it_is_about(
    family: MySQLSession, sql: str, cls: Type[DriverError], details: Dict[str, Any]
) -> None:
    """Table, column and constraint, as far as its message has them."""
    with pytest.raises(cls) as caught:
        family.query(sql)
    assert type(caught.value) is cls
    found = caught.value.details()
    assert found.pop("database_code").isdigit()
    assert details.items() <= found.items()


def error_of(
    number: int,
    text: str = "text",
    state: str = "HY000",
    flavour: MySQLFlavour = MYSQL,
    context: Optional[ExecutionContext] = None,
) -> BaseException:
    """Return the package's error for one of a server's."""
    fault = ServerFault(number, state, text)
    return translated(fault, context or ExecutionContext(), flavour)


@pytest.mark.parametrize(
    ("number", "cls"),
    [
        (1205, LockTimeoutError),
        (1213, DeadlockError),
        (1020, SerializationError),
        (1290, ReadOnlyError),
        (1792, ReadOnlyError),
        (1836, ReadOnlyError),
        (1021, DiskFullError),
        (1114, DiskFullError),
        (1030, StorageError),
        (1969, RequestTimeoutError),
        (3024, RequestTimeoutError),
        (1317, RequestCancelledError),
    ],
)
def test_the_number_decides(number: int, cls: Type[DriverError]) -> None:
    error = error_of(number)
    assert type(error) is cls
    assert getattr(error, "database_code", None) == str(number)


def test_an_unknown_number_is_known_by_its_state() -> None:
    """Other servers that speak the protocol have numbers of their own."""
    assert type(error_of(9999, state="23000")) is DriverIntegrityError
    assert type(error_of(9999, state="40001")) is SerializationError
    assert type(error_of(9999, state="08S01")) is DriverConnectionError
    assert type(error_of(9999)) is DriverQueryError


def test_a_statement_that_was_stopped_for_its_request_is_told_so() -> None:
    """Its time, or its caller, was the reason."""
    context = ExecutionContext()
    context.deadline = Deadline(0.0)
    assert type(error_of(1317, context=context)) is RequestTimeoutError
    context.deadline = Deadline()
    context.deadline.cancelled = True
    assert type(error_of(1317, context=context)) is RequestCancelledError


@pytest.mark.parametrize(
    ("flavour", "key", "table", "constraint"),
    [
        (MYSQL, "t.a", "t", "a"),
        (MYSQL, "a.b.c", None, "a.b.c"),
        (MARIADB, "t.a", None, "t.a"),
    ],
)
def test_a_keys_table_is_told_by_those_who_say_it(
    flavour: MySQLFlavour, key: str, table: Optional[str], constraint: str
) -> None:
    """And where it is certain."""
    text = f"Duplicate entry 'for key 'x'' for key '{key}'"
    error = error_of(1062, text, flavour=flavour)
    assert isinstance(error, UniqueViolationError)
    assert (error.table, error.constraint) == (table, constraint)
