"""What every peer stores and asks for: one table, its rows, and the SQL for it.

The rows look like the files of an indexed source tree.  The product creates the table
from :data:`TABLE`, the peers that use ``sqlite3`` themselves from
:data:`CREATE_TABLE`; columns and types are the same.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, Iterator, List

Row = Dict[str, Any]

TABLE_NAME = "items"
#: the columns that a writer gives, in the table's order; ``id`` is generated
GIVEN_COLUMNS = ("name", "path", "size", "mtime", "note")
COLUMNS = ("id", *GIVEN_COLUMNS)

PORTION_ROWS = 50_000

TABLE: Dict[str, Any] = {
    "name": TABLE_NAME,
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True, "autoincrement": True},
        {"name": "name", "type": "TEXT", "nullable": False},
        {"name": "path", "type": "TEXT", "nullable": False},
        {"name": "size", "type": "INTEGER", "nullable": False},
        {"name": "mtime", "type": "REAL"},
        {"name": "note", "type": "TEXT"},
    ],
}

CREATE_TABLE = f"""
    CREATE TABLE {TABLE_NAME} (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime REAL,
        note TEXT
    )
"""
DROP_TABLE = f"DROP TABLE IF EXISTS {TABLE_NAME}"
SELECT_BY_KEY = f"SELECT {', '.join(COLUMNS)} FROM {TABLE_NAME} WHERE id = ?"
SELECT_ALL = f"SELECT {', '.join(COLUMNS)} FROM {TABLE_NAME}"
#: named parameters: ``executemany`` takes the rows' dicts as they are
INSERT = (
    f"INSERT INTO {TABLE_NAME} ({', '.join(GIVEN_COLUMNS)}) "
    f"VALUES ({', '.join(f':{name}' for name in GIVEN_COLUMNS)})"
)


def make_row(number: int) -> Row:
    """Return the row that is written as the ``number``-th, without its id."""
    return {
        "name": f"module_{number}.py",
        "path": f"/src/project/package_{number % 100}/module_{number}.py",
        "size": 1000 + number % 50_000,
        "mtime": 1_700_000_000.25 + number,
        "note": None if number % 3 else "generated",
    }


def make_rows(count: int, start: int = 0) -> List[Row]:
    """Return ``count`` rows without their ids, from the ``start``-th on."""
    return [make_row(number) for number in range(start, start + count)]


def portions(count: int) -> Iterator[List[Row]]:
    """Yield ``count`` rows in lists that fit into little memory."""
    for start in range(0, count, PORTION_ROWS):
        yield make_rows(min(PORTION_ROWS, count - start), start)


def row_dicts(cursor: sqlite3.Cursor) -> Iterator[Row]:
    """Yield the rows of a cursor over :data:`COLUMNS` as dicts."""
    return (dict(zip(COLUMNS, row)) for row in cursor)


def open_database(path: str) -> sqlite3.Connection:
    """Open the file as the driver does: WAL, every commit on disk, 30 s of patience.

    Any thread may use the connection; the caller sees to it that one does at a time.
    """
    connection = sqlite3.connect(
        path, timeout=30.0, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def fill_database(path: str, row_count: int) -> None:
    """Make the table anew in the file, with ``row_count`` rows."""
    connection = open_database(path)
    try:
        connection.execute(DROP_TABLE)
        connection.execute(CREATE_TABLE)
        for rows in portions(row_count):
            insert_all(connection, rows)
    finally:
        connection.close()


def insert_all(connection: sqlite3.Connection, rows: List[Row]) -> None:
    """Write the rows' dicts in one transaction, as ``sqlite3`` does it best."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
