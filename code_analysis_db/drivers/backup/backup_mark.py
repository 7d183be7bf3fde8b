"""What tells a backup from any other SQLite file, and of which format it is.

A database in use has a write-ahead log, which its file says; a backup has none.  So a
database that was just restored is no backup, even where the process was killed before
it could remove the mark that came with the rows.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple

import attrs

from ...exceptions import BackupError, DriverError
from ...schema import INTERNAL_PREFIX, Table
from ..sqlite_session import SQLiteSession

_FORMAT = 1
_MARK = f"{INTERNAL_PREFIX}backup"


@attrs.frozen
class Origin:
    """The server that a backup was made of.

    Attributes:
        product: the name of its dialect.
        tables: as they were there; the file's own lack what is in the server's SQL.
        left_out: what the server has besides, and the file has not, in words.
    """

    product: str
    tables: Tuple[Table, ...]
    left_out: Tuple[str, ...] = ()


def write_mark(session: SQLiteSession, origin: Optional[Origin] = None) -> None:
    """Make a whole file a backup.

    Args:
        session: of the file.
        origin: None where the file is a copy of a SQLite database.
    """
    remove_mark(session)
    session.query(
        f"CREATE TABLE {_MARK} (format INTEGER NOT NULL, product TEXT, tables TEXT,"
        " left_out TEXT)"
    )
    values: List[Any] = [_FORMAT, None, None, None]
    if origin is not None:
        tables = [table.to_definition() for table in origin.tables]
        values[1:] = [origin.product, json.dumps(tables), json.dumps(origin.left_out)]
    session.query(f"INSERT INTO {_MARK} VALUES (?, ?, ?, ?)", values)


def remove_mark(session: SQLiteSession) -> None:
    """Make a file that was copied from a backup a database like any other."""
    session.query(f"DROP TABLE IF EXISTS {_MARK}")


def read_mark(session: SQLiteSession, backup: str) -> Optional[Origin]:
    """See that a file is a whole backup, and return where its tables come from: None
    for SQLite.

    Raises:
        BackupError: it is none, or damaged, or of a format that is not known.
    """
    try:
        marks = session.query("SELECT 1 FROM sqlite_master WHERE name = ?", (_MARK,))
        found = session.query(f"SELECT * FROM {_MARK}") if marks else []
        ((mode,),) = session.query("PRAGMA journal_mode")
        faults = session.query("PRAGMA quick_check(1)") if found else []
    except DriverError as error:
        if error.code not in ("corrupt", "query", "storage"):
            raise
        raise no_backup(backup, error.message) from error
    if not found:
        raise no_backup(backup, "it was not made by backup()")
    if found[0][0] != _FORMAT:
        raise BackupError(
            f"backup {backup!r} is of format {found[0][0]!r}, this version reads format"
            f" {_FORMAT}; restore it with the version that made it"
        )
    if mode == "wal":
        raise no_backup(
            backup,
            "it was opened for writing since; open backups with read_only=True only",
        )
    if faults != [("ok",)]:
        raise no_backup(backup, f"it is damaged: {faults[0][0]}")
    _, product, tables, left_out = found[0]
    if product is None:
        return None
    return Origin(product, _tables(json.loads(tables)), tuple(json.loads(left_out)))


def _tables(definitions: List[Dict[str, Any]]) -> Tuple[Table, ...]:
    """Return the tables of definitions."""
    return tuple(map(Table.from_definition, definitions))


def no_backup(backup: str, why: str) -> BackupError:
    """Return the error of a file that cannot be restored."""
    return BackupError(f"{backup!r} is no backup that can be restored: {why}")
