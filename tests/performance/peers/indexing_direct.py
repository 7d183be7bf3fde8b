"""Indexing by one process that uses ``sqlite3`` itself and writes row by row."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Callable, ClassVar, Dict, Sequence
from uuid import UUID

from code_analysis_db.objects import FileAnalysis

from .indexer import PARTS, TABLES, Indexer, Opener, Save
from .indexing_tables import engine_of, make_tables
from ..workload import open_database


class RowWriter:
    """Writes objects to a connection, one row after the other."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Prepare the statements of all tables."""
        self._execute = connection.execute
        self._inserts: Dict[str, str] = {}
        self._values: Dict[str, Callable[[object], Any]] = {}
        for name, table in make_tables().tables.items():
            columns = [column.name for column in table.columns]
            places = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            self._inserts[name] = f"INSERT INTO {name} ({names}) VALUES ({places})"
            self._values[name] = attrgetter(*columns)

    def write(self, table: str, obj: object) -> None:
        """Insert an object's row."""
        values = [stored(value) for value in self._values[table](obj)]
        self._execute(self._inserts[table], values)


def stored(value: Any) -> Any:
    """Return a value as ``sqlite3`` takes it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    return value


def open_file(path: str) -> Save:
    """Open the file."""
    connection = open_database(path)
    connection.execute("PRAGMA foreign_keys = ON")
    writer = RowWriter(connection)

    def save(analyses: Sequence[FileAnalysis]) -> None:
        """Replace what is known of some files, in one transaction."""
        connection.execute("BEGIN IMMEDIATE")
        for analysis in analyses:
            replace(connection, writer, analysis)
        connection.execute("COMMIT")

    return save


def replace(
    connection: sqlite3.Connection, writer: RowWriter, analysis: FileAnalysis
) -> None:
    """Replace what is known of a file."""
    file = analysis.file
    named = (stored(file.project_id), file.path)
    connection.execute("DELETE FROM files WHERE project_id = ? AND path = ?", named)
    connection.execute(
        "DELETE FROM indexing_errors WHERE project_id = ? AND file_path = ?", named
    )
    writer.write("files", file)
    if analysis.error is not None:
        writer.write("indexing_errors", analysis.error)
    for part in PARTS:
        for obj in getattr(analysis, part):
            writer.write(part, obj)


class IndexingDirect(Indexer):
    """One process that parses and writes."""

    name: ClassVar[str] = "sqlite3 in one process, row by row"
    workers: ClassVar[int] = 1

    def start(self) -> None:
        """Make the tables."""
        make_tables().create_all(engine_of(self.path))
        connection = open_database(self.path)
        RowWriter(connection).write("projects", self.project)
        connection.close()

    @property
    def opener(self) -> Opener:
        """Opens the file."""
        return partial(open_file, self.path)

    def counts(self) -> Dict[str, int]:
        """Count by SQL."""
        connection = open_database(self.path)
        count = "SELECT count(*) FROM"
        counts = {
            name: connection.execute(f"{count} {name}").fetchone()[0] for name in TABLES
        }
        connection.close()
        return counts
