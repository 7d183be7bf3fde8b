"""A process that writes through a driver in every way, and tells what came of it.

    python -m tests.test_failures.writer ENDPOINT NAME

It writes to the table ``log`` from the line ``go`` of its input to the line ``stop``
and then prints, as JSON, the operations by what their caller was told: ``done``,
``unknown`` (:class:`OutcomeUnknownError`), or the class of another error.  An operation
has a name of its own and one row or several, told apart by ``part``; no constraint
keeps a row from being written twice.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import defaultdict
from typing import Any, Callable, Dict, List

from code_analysis_db.client import DatabaseClient
from code_analysis_db.exceptions import DriverError, OutcomeUnknownError

Rows = List[Dict[str, Any]]
Report = Dict[str, Dict[str, int]]

LOG: Dict[str, Any] = {
    "name": "log",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "writer", "type": "TEXT"},
        {"name": "operation", "type": "TEXT"},
        {"name": "part", "type": "INTEGER"},
    ],
    "indexes": [{"name": "log_by_writer", "columns": ["writer"]}],
}


def one_row(client: DatabaseClient, rows: Rows) -> None:
    """Insert a single row."""
    client.rpc.insert("log", rows[0])


def many_rows(client: DatabaseClient, rows: Rows) -> None:
    """Insert rows with one call."""
    client.rpc.insert_many("log", rows)


def in_batch(client: DatabaseClient, rows: Rows) -> None:
    """Insert rows with a batch."""
    with client.batch() as batch:
        for row in rows:
            batch.insert("log", row)


def in_transaction(client: DatabaseClient, rows: Rows) -> None:
    """Insert rows in a transaction."""
    with client.transaction() as transaction:
        for row in rows:
            transaction.insert("log", row)


_WAYS: Dict[Callable[[DatabaseClient, Rows], None], int] = {
    one_row: 1,
    many_rows: 3,
    in_batch: 2,
    in_transaction: 2,
}


def rows_of(writer: str, operation: str, count: int) -> Rows:
    """Return the rows of an operation."""
    return [
        {"writer": writer, "operation": operation, "part": part}
        for part in range(count)
    ]


def write(
    client: DatabaseClient, name: str, first: int, stop: threading.Event
) -> Report:
    """Write until told to stop; return {outcome: {operation: its rows}}."""
    report: Report = defaultdict(dict)
    number = first
    while not stop.is_set():
        for way, count in _WAYS.items():
            number += 1
            operation = f"{name} {number} {way.__name__}"
            outcome = "done"
            try:
                way(client, rows_of(name, operation, count))
            except OutcomeUnknownError:
                outcome = "unknown"
            except DriverError as error:
                outcome = type(error).__name__
            report[outcome][operation] = count
    return report


def wait_for_line(stop: threading.Event) -> None:
    """Wait for one more line of the input."""
    sys.stdin.readline()
    stop.set()


def main() -> None:
    """Serve the lines of the input."""
    endpoint, name = sys.argv[1:]
    first = 0
    with DatabaseClient.connect(endpoint) as client:
        client.rpc.ping()
        print("ready", flush=True)
        while sys.stdin.readline() == "go\n":
            stop = threading.Event()
            waiting = threading.Thread(target=wait_for_line, args=(stop,))
            waiting.start()
            report = write(client, name, first, stop)
            waiting.join()
            first += sum(map(len, report.values()))
            print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
