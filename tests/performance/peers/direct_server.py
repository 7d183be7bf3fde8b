"""No driver process: every process talks to the database server for itself.

The sessions share what the DB-API packages share; what loads rows best is their own.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Dict, Iterator, List, Optional, Type

from ..workload import COLUMNS, GIVEN_COLUMNS, TABLE_NAME, Row, portions
from .base import BulkSession, Connector, Peer

SELECT_ALL = f"SELECT {', '.join(COLUMNS)} FROM {TABLE_NAME}"
SELECT_BY_KEY = f"{SELECT_ALL} WHERE id = %s"
NAMED_VALUES = ", ".join(f"%({name})s" for name in GIVEN_COLUMNS)
INSERT = (
    f"INSERT INTO {TABLE_NAME} ({', '.join(GIVEN_COLUMNS)}) VALUES ({NAMED_VALUES})"
)
DROP_TABLE = f"DROP TABLE IF EXISTS {TABLE_NAME}"

#: keys of a configuration: host, port, user, password, database
Config = Dict[str, Any]


class DirectServerSession(BulkSession):
    """A connection of the client's own to the server, in autocommit mode."""

    create_table: ClassVar[str]

    def __init__(self, config: Config) -> None:
        """Connect."""
        self._connection = self.connect(config)
        self._cursor = self._connection.cursor()

    @abstractmethod
    def connect(self, config: Config) -> Any:
        """Return a connection of the server's package."""

    def select(self, key: int) -> Row:
        """Select by the cursor."""
        self._cursor.execute(SELECT_BY_KEY, (key,))
        return dict(zip(COLUMNS, self._cursor.fetchone()))

    def clear(self) -> None:
        """Make the table anew."""
        self._cursor.execute(DROP_TABLE)
        self._cursor.execute(self.create_table)

    def select_all(self) -> List[Row]:
        """Make every row a dict."""
        return list(self.select_iter())

    def select_iter(self) -> Iterator[Row]:
        """Make one row after the other a dict; the package holds them all."""
        self._cursor.execute(SELECT_ALL)
        return (dict(zip(COLUMNS, row)) for row in self._cursor.fetchall())

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


class DirectServerPeer(Peer):
    """Every process for itself, on one server."""

    session: ClassVar[Type[DirectServerSession]]

    def __init__(self, config: Config, directory: Path, row_count: int) -> None:
        """Plan ``row_count`` rows in the database that ``config`` names."""
        super().__init__(directory, row_count)
        self.config = config

    def start(self) -> None:
        """Fill the table; there is nothing to start."""
        session = self.session(self.config)
        session.clear()
        for rows in portions(self.row_count):
            session.insert_many(rows)
        session.close()

    def stop(self) -> None:
        """There is nothing to stop."""

    @property
    def server_pid(self) -> Optional[int]:
        """None: the database's own processes are everybody's."""
        return None

    @property
    def connector(self) -> Connector:
        """Connects to the server."""
        return partial(self.session, self.config)
