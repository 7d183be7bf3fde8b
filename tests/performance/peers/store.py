"""The SQLite call that the served peers put behind their protocol.

The threads of the server share one connection under one lock.  A connection for each
thread was measured too: it is slower with eight clients, because SQLite lets go of
the interpreter's lock at every step and the threads queue up for it.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from typing import Any, Dict, List, Tuple

from ..workload import (
    COLUMNS,
    CREATE_TABLE,
    DROP_TABLE,
    INSERT,
    SELECT_ALL,
    SELECT_BY_KEY,
    Row,
    insert_all,
    open_database,
    row_dicts,
)


class Store:
    """The workload's table in a file, used by the threads of a server."""

    def __init__(self, path: str) -> None:
        """Open the file at ``path``."""
        self._lock = threading.Lock()
        self._connection = open_database(path)
        self._scans: Dict[int, sqlite3.Cursor] = {}
        self._scan_numbers = itertools.count()

    def select_tuple(self, key: int) -> Tuple[Any, ...]:
        """Return the row with this id as a tuple."""
        with self._lock:
            row: Tuple[Any, ...]
            row = self._connection.execute(SELECT_BY_KEY, (key,)).fetchone()
        return row

    def select(self, key: int) -> Row:
        """Return the row with this id as a dict."""
        return dict(zip(COLUMNS, self.select_tuple(key)))

    def insert(self, row: Row) -> int:
        """Write one row durably and return its id."""
        with self._lock:
            row_id = self._connection.execute(INSERT, row).lastrowid
        assert row_id is not None
        return row_id

    def clear(self) -> None:
        """Make the table anew, empty."""
        with self._lock:
            self._connection.execute(DROP_TABLE)
            self._connection.execute(CREATE_TABLE)

    def insert_many(self, rows: List[Row]) -> None:
        """Write the rows in one transaction."""
        with self._lock:
            insert_all(self._connection, rows)

    def select_all(self) -> List[Row]:
        """Return every row as a dict."""
        with self._lock:
            return list(row_dicts(self._connection.execute(SELECT_ALL)))

    def open_scan(self) -> int:
        """Start a scan of the table and return its number."""
        number = next(self._scan_numbers)
        with self._lock:
            self._scans[number] = self._connection.execute(SELECT_ALL)
        return number

    def fetch(self, scan: int, count: int) -> List[Tuple[Any, ...]]:
        """Return the scan's next rows, none at its end."""
        with self._lock:
            rows = self._scans[scan].fetchmany(count)
        if not rows:
            del self._scans[scan]
        return rows
