"""A driver process over a database of its own on a server, seen from both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import closing, contextmanager
from typing import Any, Dict, Iterator, List, Sequence

import attrs

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from tests.servers.administration import Administration
from tests.servers.server_connection import ServerConnection

from ..programs import wait_until

ITEMS: Dict[str, Any] = {
    "name": "items",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT"},
        {"name": "data", "type": "BLOB"},
    ],
}

# Keeps everybody else from a table, until the connection ends.
_LOCKS = {
    "postgres": ["BEGIN", "LOCK TABLE items IN ACCESS EXCLUSIVE MODE"],
    "mysql": ["LOCK TABLES items WRITE"],
}
# MySQL: SLEEP alone is no error when it is stopped.
_SLEEPS = {
    "postgres": "SELECT pg_sleep(?)",
    "mysql": "SELECT 1 FROM information_schema.schemata WHERE SLEEP(?)",
}


@attrs.define
class Scene:
    """A driver that has started, and the server's view of its database.

    Attributes:
        kind: of the server.
        process: the driver.
        administration: of the server.
        database: the driver's.
    """

    kind: str
    process: DriverProcess
    administration: Administration
    database: str

    @contextmanager
    def client(self) -> Iterator[DatabaseClient]:
        """Connect a client for a block."""
        with self.process.client() as client:
            yield client

    # --- the server's view ----------------------------------------------------------

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Ask the server itself."""
        return self.administration.query(sql, params, self.database)

    def connections(self) -> List[ServerConnection]:
        """Return the driver's connections."""
        return self.administration.connections(self.database)

    def is_quiet(self) -> bool:
        """Whether no connection of the driver does anything or keeps anything open."""
        there = self.connections()
        return not any(c.is_running or c.is_in_transaction for c in there)

    def running(self) -> List[ServerConnection]:
        """Return the connections that run a statement, or wait for a lock."""
        return [there for there in self.connections() if there.is_running]

    def wait_for_running(self, count: int) -> List[ServerConnection]:
        """Wait until this many statements run, and return their connections."""
        wait_until(lambda: len(self.running()) == count)
        return self.running()

    @contextmanager
    def locked_table(self) -> Iterator[None]:
        """Have a stranger lock the table ``items`` for a block."""
        with closing(self.administration.connect(self.database)) as stranger:
            cursor = stranger.cursor()
            for statement in _LOCKS[self.kind]:
                cursor.execute(statement)
            yield

    @property
    def sleep(self) -> str:
        """The read that takes as many seconds as it is told, or longer."""
        return _SLEEPS[self.kind]

    def names(self) -> List[Any]:
        """Return what is in ``items``, as the server has it."""
        return [name for (name,) in self.query("SELECT name FROM items ORDER BY id")]

    # --- what writers wrote -----------------------------------------------------------

    def written(self) -> Dict[str, int]:
        """Return how many rows each writer has in the table ``log``."""
        return {
            writer: number
            for writer, number in self.query(
                "SELECT writer, count(*) FROM log GROUP BY writer"
            )
        }

    def stored(self) -> Dict[str, "Counter[int]"]:
        """Return how often each part of each operation is in ``log``."""
        stored: Dict[str, "Counter[int]"] = defaultdict(Counter)
        for operation, part in self.query("SELECT operation, part FROM log"):
            stored[operation][part] += 1
        return stored
