"""No server: every process opens the file with ``sqlite3`` for itself.

WAL, the same durability, and a busy timeout of 30 s: what a program does that has no
process to own its database.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Iterator, List, Optional

from ..workload import (
    COLUMNS,
    CREATE_TABLE,
    DROP_TABLE,
    INSERT,
    SELECT_ALL,
    SELECT_BY_KEY,
    Row,
    fill_database,
    insert_all,
    open_database,
    row_dicts,
)
from .base import BulkSession, Connector, Peer


class DirectSession(BulkSession):
    """A connection of the client's own to the file."""

    def __init__(self, path: str) -> None:
        """Open the file."""
        self._connection = open_database(path)
        self._execute = self._connection.execute

    def select(self, key: int) -> Row:
        """Select from the file."""
        return dict(zip(COLUMNS, self._execute(SELECT_BY_KEY, (key,)).fetchone()))

    def insert(self, row: Row) -> int:
        """Write to the file, waiting for the others' locks."""
        row_id = self._execute(INSERT, row).lastrowid
        assert row_id is not None
        return row_id

    def clear(self) -> None:
        """Make the table anew."""
        self._execute(DROP_TABLE)
        self._execute(CREATE_TABLE)

    def insert_many(self, rows: List[Row]) -> None:
        """``executemany`` with the rows' dicts, in one transaction."""
        insert_all(self._connection, rows)

    def select_all(self) -> List[Row]:
        """Make every row a dict."""
        return list(row_dicts(self._execute(SELECT_ALL)))

    def select_iter(self) -> Iterator[Row]:
        """Make one row after the other a dict."""
        return row_dicts(self._execute(SELECT_ALL))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class DirectPeer(Peer):
    """Every process for itself."""

    name: ClassVar[str] = "sqlite3 in each process"

    def start(self) -> None:
        """Fill the file; there is nothing to start."""
        fill_database(self.database_path, self.row_count)

    def stop(self) -> None:
        """There is nothing to stop."""

    @property
    def server_pid(self) -> Optional[int]:
        """None: nobody serves."""
        return None

    @property
    def connector(self) -> Connector:
        """Opens the file."""
        return partial(DirectSession, self.database_path)
