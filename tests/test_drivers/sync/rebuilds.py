"""Rebuilding tables of a SQLite file that others made."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional

from code_analysis_db.dialects.sqlite import SQLiteDialect
from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.drivers.sync.sqlite_rebuild import Rebuilder
from code_analysis_db.drivers.sync.step import Step
from code_analysis_db.schema import Table, compare_tables
from code_analysis_db.schema.difference import TableDifference

Change = Callable[[Table], Table]


class RebuiltFile:
    """A file with tables of others, and a driver that rebuilds them."""

    def __init__(self, path: Path, *statements: str) -> None:
        """Make the file with statements."""
        self.path = path
        self.run(*statements)
        self.driver = SQLiteDriver()
        self.driver.connect({"path": str(path), "synchronous": "off"})
        self._parts: Any = getattr(self.driver, "_tables")

    def run(self, *statements: str) -> None:
        """Run statements as another program does."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            for sql in statements:
                connection.execute(sql)
        finally:
            connection.close()

    def rows(self, sql: str, *params: Any) -> List[Any]:
        """Return rows as another program reads them."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            return connection.execute(sql, params).fetchall()
        finally:
            connection.close()

    def dump(self) -> List[Any]:
        """Return all that the file says of its schema, but for the driver's own."""
        return self.rows(
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
            " WHERE tbl_name NOT LIKE '\\_code%' ESCAPE '\\' ORDER BY type, name"
        )

    def sql_of(self, name: str) -> str:
        """Return the text of one table, index, view or trigger."""
        ((sql,),) = self.rows("SELECT sql FROM sqlite_master WHERE name = ?", name)
        return str(sql)

    def plan(
        self,
        name: str,
        change: Change,
        renames: Optional[Mapping[str, str]] = None,
    ) -> Step:
        """Return the step that makes a table what ``change`` returns for it."""
        session = getattr(self.driver, "_database").open_session()
        try:
            existing = getattr(self.driver, "_catalogue").read_schema(session)
            before = existing[name].table
            difference: TableDifference = compare_tables(
                before, change(before), renames or {}
            )
            with Rebuilder(session, SQLiteDialect()) as rebuilder:
                return rebuilder.step(difference, difference.after)
        finally:
            session.close()

    def rebuild(
        self,
        name: str,
        change: Change,
        renames: Optional[Mapping[str, str]] = None,
    ) -> Step:
        """Rebuild a table."""
        step = self.plan(name, change, renames)
        self.apply(step)
        return step

    def apply(self, *steps: Step, progress: Any = None) -> None:
        """Run steps as a sync does."""
        work = partial(self._parts.apply, steps=steps, progress=progress)
        self._parts.change(work)

    def close(self) -> None:
        """Close the driver."""
        self.driver.disconnect()


def with_definition(**changes: Any) -> Change:
    """Return the change that replaces keys of a table's definition."""

    def change(table: Table) -> Table:
        """Replace them."""
        return Table.from_definition({**table.to_definition(), **changes})

    return change


def with_columns(**columns: Optional[Dict[str, Any]]) -> Change:
    """Return the change that updates, adds or (with None) drops columns."""

    def change(table: Table) -> Table:
        """Do so."""
        definition = table.to_definition()
        found = {column["name"]: column for column in definition["columns"]}
        for name, news in columns.items():
            if news is None:
                del found[name]
            else:
                found[name] = {**found.get(name, {"name": name}), **news}
        return Table.from_definition({**definition, "columns": list(found.values())})

    return change
