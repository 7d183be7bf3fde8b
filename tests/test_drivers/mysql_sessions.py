"""Sessions on the shared MySQL server, for tests of what only it has."""

from __future__ import annotations

from typing import Any, Iterator, List

import pytest

from code_analysis_db.drivers.execution_context import ExecutionContext
from code_analysis_db.drivers.mysql_config import MySQLConfig
from code_analysis_db.drivers.mysql_session import MySQLSession

from ..servers.servers import Servers


class Sessions:
    """Makes sessions on one database, and closes them.

    Attributes:
        context: of all of them.
    """

    def __init__(self, servers: Servers) -> None:
        """Make none yet."""
        self.context = ExecutionContext()
        self._servers = servers
        self._config = servers.config("mysql")["config"]
        self._made: List[MySQLSession] = []

    def config(self, **settings: Any) -> MySQLConfig:
        """Return the configuration."""
        return MySQLConfig.from_config({**self._config, **settings})

    def open(self, **settings: Any) -> MySQLSession:
        """Connect one more session."""
        session = MySQLSession(self.config(**settings), self.context)
        self._made.append(session)
        return session

    def end(self, session: MySQLSession) -> None:
        """Have the server end a session's connection, and wait until it is gone."""
        number = session.facts.connection_id
        self._servers.administration("mysql").end_connection(number)

    def close(self) -> None:
        """Close them."""
        for session in self._made:
            session.close()


@pytest.fixture
def sessions(servers: Servers) -> Iterator[Sessions]:
    """Makes sessions."""
    made = Sessions(servers)
    yield made
    made.close()


@pytest.fixture
def session(sessions: Sessions) -> MySQLSession:
    """A session."""
    return sessions.open()


@pytest.fixture
def numbers(session: MySQLSession, sessions: Sessions) -> Iterator[MySQLSession]:
    """A session on a database with an empty table ``numbers``."""
    session.query("DROP TABLE IF EXISTS numbers")
    session.query(
        "CREATE TABLE numbers (number bigint PRIMARY KEY, word longtext) ENGINE=InnoDB"
    )
    yield session
    session.rollback()
    sessions.open().query("DROP TABLE IF EXISTS numbers")


def numbers_in(session: MySQLSession) -> List[int]:
    """Return what is in the table."""
    rows = session.query("SELECT number FROM numbers ORDER BY number")
    return [number for (number,) in rows]


def insert(session: MySQLSession, *wanted: int) -> None:
    """Insert numbers, one statement each."""
    for number in wanted:
        session.query("INSERT INTO numbers (number) VALUES (%s)", [number])
