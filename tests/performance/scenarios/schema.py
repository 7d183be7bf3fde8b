"""Syncing a schema: comparing one that is as it should be, and a table built anew.

The rebuild stands beside ``INSERT INTO … SELECT`` of the same rows into a table of the
same shape with the same index, by ``sqlite3`` and in one transaction.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any, Callable, ClassVar, Dict, List, Mapping

from code_analysis_db import DriverProcess

from tests.servers.search import make_server

from ..peers.direct import DirectPeer
from ..peers.product import ProductPeer, ProductSession
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_turns
from ..workload import CREATE_TABLE, TABLE, TABLE_NAME, fill_database, open_database
from .base import Scenario

#: seconds that the comparison may take, by the driver's type
LIMITS = {"sqlite": 0.3, "postgres": 1.0, "mysql": 1.0}
TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "mysql": "MySQL"}
_DATABASE = "synced"
_INDEX = {"name": "items_by_name", "columns": ["name", "size"]}
_CREATE_INDEX = "CREATE INDEX copy_by_name ON copy (name, size)"


class SchemaSync(Scenario):
    """Comparison and rebuild."""

    name: ClassVar[str] = "schema"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure both."""
        outcome = Outcome([], [])
        configuration: Dict[str, Any] = {"path": str(directory / "compared.db")}
        _compare({"type": "sqlite", "config": configuration}, plan, outcome)
        for kind in ("postgres", "mysql"):
            with closing(make_server(kind, durable=True)) as server:
                server.administration.create_database(_DATABASE)
                _compare(server.address.config(_DATABASE), plan, outcome)
        _rebuild(plan, directory, outcome)
        return outcome


def _compare(configuration: Mapping[str, Any], plan: Plan, outcome: Outcome) -> None:
    """Measure syncs that have nothing to do."""
    kind = configuration["type"]
    definition = {"version": "1", "tables": _tables(plan.tables)}
    with DriverProcess(configuration) as client:
        client.rpc.sync_schema(definition)
        seconds: List[float] = []
        for _ in range(plan.rounds):
            before = time.perf_counter()
            report = client.rpc.sync_schema(definition)
            seconds.append(time.perf_counter() - before)
            assert not report["changed"]
    figure = f"{TITLES[kind]}, sync_schema of {plan.tables} unchanged tables"
    took = median(seconds)
    outcome.readings.append(Reading(figure, ProductPeer.name, took, "s"))
    outcome.goals.append(Goal(figure, Bound.AT_MOST, LIMITS[kind], took, "s"))


def _tables(count: int) -> List[Dict[str, Any]]:
    """Return tables of eight columns, each of which refers to the one before it."""
    tables = []
    for number in range(count):
        name = f"table_{number}"
        column = {"name": "before_id", "type": "INTEGER"}
        tables.append(
            {
                "name": name,
                "columns": [*TABLE["columns"], column, {"name": "j", "type": "JSON"}],
                "constraints": [
                    {
                        "type": "foreign_key",
                        "columns": ["before_id"],
                        "references": {
                            "table": f"table_{max(number - 1, 0)}",
                            "columns": ["id"],
                        },
                        "on_delete": "SET NULL",
                    },
                    {"type": "check", "expression": "size >= 0"},
                ],
                "indexes": [
                    {"name": f"{name}_by_mtime", "columns": [["mtime", "DESC"]]}
                ],
            }
        )
    return tables


def _rebuild(plan: Plan, directory: Path, outcome: Outcome) -> None:
    """Measure a sync that builds a table anew, beside a copy of its rows."""
    copied = directory / "copied.db"
    fill_database(str(copied), plan.stream_rows)
    with ProductPeer(directory, plan.stream_rows) as peer:
        session = peer.connector()
        assert isinstance(session, ProductSession)
        nullable = cycle([False, True])
        rpc = session.rpc
        rpc.sync_schema(_definition(True))
        measures: Dict[str, Callable[[], float]] = {
            ProductPeer.name: lambda: _sync_seconds(rpc, next(nullable)),
            DirectPeer.name: partial(_copy_seconds, copied, plan.stream_rows),
        }
        found = in_turns(measures, plan.rounds)
        session.close()
    figure = f"SQLite, rebuild of a table of {plan.stream_rows:,} rows"
    seconds = {name: median(each) for name, each in found.items()}
    outcome.readings.extend(
        Reading(figure, name, value, "s") for name, value in seconds.items()
    )
    outcome.goals.append(
        Goal(
            f"{figure}: time to that of INSERT INTO … SELECT",
            Bound.AT_MOST,
            2.0,
            seconds[ProductPeer.name] / seconds[DirectPeer.name],
        )
    )


def _definition(nullable: bool) -> Dict[str, Any]:
    """Return the workload's table with an index, and one column that may be NULL."""
    columns = [
        {**column, "nullable": nullable} if column["name"] == "mtime" else column
        for column in TABLE["columns"]
    ]
    table = {**TABLE, "columns": columns, "indexes": [_INDEX]}
    return {"version": "1", "tables": [table]}


def _sync_seconds(rpc: Any, nullable: bool) -> float:
    """Return the seconds of a sync that builds the table anew."""
    definition = _definition(nullable)
    before = time.perf_counter()
    report = rpc.sync_schema(definition)
    seconds = time.perf_counter() - before
    assert [step["kind"] for step in report["steps"]] == ["rebuild_table"]
    return seconds


def _copy_seconds(path: Path, row_count: int) -> float:
    """Return the seconds that a copy of the rows takes, committed."""
    connection: sqlite3.Connection = open_database(str(path))
    try:
        connection.execute(CREATE_TABLE.replace(TABLE_NAME, "copy"))
        connection.execute(_CREATE_INDEX)
        before = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        cursor = connection.execute(f"INSERT INTO copy SELECT * FROM {TABLE_NAME}")
        connection.execute("COMMIT")
        seconds = time.perf_counter() - before
        assert cursor.rowcount == row_count
        connection.execute("DROP TABLE copy")
    finally:
        connection.close()
    return seconds
