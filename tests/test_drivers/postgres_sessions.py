"""Sessions on the shared PostgreSQL server, for tests of what only it has."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.drivers.execution_context import ExecutionContext
from code_analysis_db.drivers.postgres_config import PostgresConfig
from code_analysis_db.drivers.postgres_session import PostgresSession

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
        self._config = servers.config("postgres")["config"]
        self._made: List[PostgresSession] = []

    def open(self, **settings: Any) -> PostgresSession:
        """Connect one more session."""
        config = PostgresConfig.from_config({**self._config, **settings})
        session = PostgresSession(config, self.context)
        self._made.append(session)
        return session

    def number_of(self, session: PostgresSession) -> int:
        """Return the number of the server's process for a session."""
        ((number,),) = session.query("SELECT pg_backend_pid()")
        return int(number)

    def terminate(self, number: int) -> None:
        """Have the server end a connection, and wait until it is gone."""
        self._servers.administration("postgres").end_connection(number)

    def close(self) -> None:
        """Close them."""
        for session in self._made:
            session.close()


@pytest.fixture
def sessions(servers: Servers) -> Any:
    """Makes sessions."""
    made = Sessions(servers)
    yield made
    made.close()


@pytest.fixture
def session(sessions: Sessions) -> PostgresSession:
    """A session."""
    return sessions.open()


@pytest.fixture
def numbers(session: PostgresSession) -> PostgresSession:
    """A session on a database with an empty table ``numbers``."""
    session.query("DROP TABLE IF EXISTS numbers")
    session.query("CREATE TABLE numbers (number bigint PRIMARY KEY, word text)")
    return session


def found_numbers(session: PostgresSession) -> List[int]:
    """Return what is in the table."""
    rows = session.query("SELECT number FROM numbers ORDER BY number")
    return [number for (number,) in rows]


def insert_numbers(session: PostgresSession, *wanted: int) -> None:
    """Insert numbers, one statement each."""
    for number in wanted:
        session.query("INSERT INTO numbers (number) VALUES (%s)", [number])
