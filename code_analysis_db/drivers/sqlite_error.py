"""Turns the errors of ``sqlite3`` into the package's own.

SQLite's result code decides the class, its message gives table, column and
constraint.  Python 3.10 does not hand out the code: there the name of the code is
found by the message, which SQLite keeps stable.  See
https://www.sqlite.org/rescode.html.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Dict, List, Optional, Pattern, Tuple, Type

from ..exceptions import (
    CheckViolationError,
    CorruptDatabaseError,
    DiskFullError,
    DriverConnectionError,
    DriverError,
    DriverIntegrityError,
    DriverQueryError,
    ForeignKeyViolationError,
    InvalidValueError,
    LockTimeoutError,
    NotNullViolationError,
    ReadOnlyError,
    SerializationError,
    StorageError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)
from .execution_context import ExecutionContext
from .interruption import interruption
from .sqlite_file import opening_fault

SQLITE_ERRORS = (
    sqlite3.Error,
    sqlite3.Warning,
    OverflowError,
    UnicodeEncodeError,
)

_BY_NAME: Dict[str, Type[DriverError]] = {
    "SQLITE_BUSY": LockTimeoutError,
    "SQLITE_BUSY_SNAPSHOT": SerializationError,
    "SQLITE_LOCKED": LockTimeoutError,
    "SQLITE_PROTOCOL": LockTimeoutError,
    "SQLITE_READONLY": ReadOnlyError,
    "SQLITE_IOERR": StorageError,
    "SQLITE_CORRUPT": CorruptDatabaseError,
    "SQLITE_NOTADB": CorruptDatabaseError,
    "SQLITE_FULL": DiskFullError,
    "SQLITE_CANTOPEN": DriverConnectionError,
    "SQLITE_TOOBIG": InvalidValueError,
    "SQLITE_MISMATCH": InvalidValueError,
    "SQLITE_CONSTRAINT": DriverIntegrityError,
    "SQLITE_CONSTRAINT_UNIQUE": UniqueViolationError,
    "SQLITE_CONSTRAINT_PRIMARYKEY": UniqueViolationError,
    "SQLITE_CONSTRAINT_ROWID": UniqueViolationError,
    "SQLITE_CONSTRAINT_FOREIGNKEY": ForeignKeyViolationError,
    "SQLITE_CONSTRAINT_NOTNULL": NotNullViolationError,
    "SQLITE_CONSTRAINT_CHECK": CheckViolationError,
    "SQLITE_CONSTRAINT_DATATYPE": InvalidValueError,
}

_FOREIGN_KEY_FAILED = "FOREIGN KEY constraint failed"

_BY_TEXT: List[Tuple[str, str]] = [
    ("database is locked", "SQLITE_BUSY"),
    ("database table is locked", "SQLITE_LOCKED"),
    ("database schema is locked", "SQLITE_LOCKED"),
    ("locking protocol", "SQLITE_PROTOCOL"),
    ("attempt to write a readonly database", "SQLITE_READONLY"),
    ("disk I/O error", "SQLITE_IOERR"),
    ("database disk image is malformed", "SQLITE_CORRUPT"),
    ("malformed database schema", "SQLITE_CORRUPT"),
    ("file is not a database", "SQLITE_NOTADB"),
    ("database or disk is full", "SQLITE_FULL"),
    ("unable to open database file", "SQLITE_CANTOPEN"),
    ("string or blob too big", "SQLITE_TOOBIG"),
    ("datatype mismatch", "SQLITE_MISMATCH"),
    ("interrupted", "SQLITE_INTERRUPT"),
    ("UNIQUE constraint failed", "SQLITE_CONSTRAINT_UNIQUE"),
    (_FOREIGN_KEY_FAILED, "SQLITE_CONSTRAINT_FOREIGNKEY"),
    ("NOT NULL constraint failed", "SQLITE_CONSTRAINT_NOTNULL"),
    ("CHECK constraint failed", "SQLITE_CONSTRAINT_CHECK"),
]

_NO_TABLE = re.compile(r"no such table: (?:main\.)?(?P<table>.+)")
_NO_COLUMN: List[Pattern[str]] = [
    re.compile(r"table (?P<table>.+) has no column named (?P<column>.+)"),
    re.compile(r"no such column: (?P<column>.+)"),
    re.compile(r"cannot start .*no such column: (?P<column>.+)"),
]
_CONSTRAINT_DETAIL = re.compile(r"[A-Z ]+ constraint failed: (?P<detail>.+)", re.DOTALL)

# "t.a, t.b"; where a name has a dot, it cannot be told which part is the table
_COLUMNS = re.compile(
    r"(?P<table>[^.]+)\.(?P<column>[^.]+?)(?P<more>(?:, (?P=table)\.[^.]+)*)"
)


def error_name(error: BaseException) -> str:
    """Return the name of SQLite's result code, ``""`` for Python's own errors."""
    name: Optional[str] = getattr(error, "sqlite_errorname", None)
    text = str(error)
    if name == "SQLITE_CONSTRAINT_TRIGGER" and text == _FOREIGN_KEY_FAILED:
        # RESTRICT is done by a trigger of SQLite's own
        return "SQLITE_CONSTRAINT_FOREIGNKEY"
    if name is not None:
        return name
    for start, known in _BY_TEXT:
        if text.startswith(start):
            return known
    if isinstance(error, sqlite3.IntegrityError):
        return "SQLITE_CONSTRAINT"
    return ""


def is_busy(error: BaseException) -> bool:
    """Whether somebody else holds a lock that the statement needs."""
    return error_name(error).startswith(("SQLITE_BUSY", "SQLITE_PROTOCOL"))


def misses_key(error: BaseException) -> bool:
    """Whether an upsert is refused since no key has its columns."""
    return "ON CONFLICT clause does not match" in str(error)


class ErrorTranslation:
    """A context manager out of which only the package's errors come.

    It holds no state of a single use, so that one serves a session for good, also
    nested.
    """

    __slots__ = ("_path", "_context")

    def __init__(self, path: Path, context: ExecutionContext) -> None:
        """Translate for the database at ``path``."""
        self._path = path
        self._context = context

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Raise the package's error in place of SQLite's."""
        if isinstance(error, SQLITE_ERRORS):
            raise self.translated(error) from error

    def translated(self, error: BaseException) -> BaseException:
        """Return the package's error for one of SQLite's or its Python module's."""
        name = error_name(error)
        if name == "SQLITE_INTERRUPT":
            return interruption(self._context.deadline)
        if isinstance(error, (OverflowError, UnicodeEncodeError)):
            return InvalidValueError(f"value cannot be stored by sqlite: {error}")
        cls = _class_of(name)
        if cls is None:
            return _query_error(str(error), name or None)
        if issubclass(cls, (DriverIntegrityError, ReadOnlyError, InvalidValueError)):
            return _statement_error(cls, str(error), name or None)
        message = f"{error} (database file {str(self._path)!r})"
        if cls is DriverConnectionError:
            fault = opening_fault(self._path, read_only=False)
            message += f": {fault}" if fault is not None else ""
        return cls(message, database_code=name or None)


def _class_of(name: str) -> Optional[Type[DriverError]]:
    """Return the class for a code's name; that of its primary code failing that."""
    while name:
        cls = _BY_NAME.get(name)
        if cls is not None:
            return cls
        name = name.rpartition("_")[0]
    return None


def _query_error(text: str, code: Optional[str]) -> DriverError:
    """Return the error for a statement that SQLite could not compile or run."""
    match = _NO_TABLE.fullmatch(text)
    if match:
        return UnknownTableError(
            f"unknown table {match['table']!r}",
            table=match["table"],
            database_code=code,
        )
    for pattern in _NO_COLUMN:
        match = pattern.fullmatch(text)
        if match:
            found = match.groupdict()
            return UnknownColumnError(
                f"unknown column {found['column']!r}",
                table=found.get("table"),
                column=found["column"],
                database_code=code,
            )
    if text == "no such module: fts5":
        return UnsupportedError(
            "this SQLite offers no fulltext indexes: it was built without FTS5; use a"
            " Python whose sqlite3 has it",
            database_code=code,
        )
    if text == "integer overflow":
        return InvalidValueError(
            "a result is no 64-bit integer: integer overflow", database_code=code
        )
    return DriverQueryError(text, database_code=code)


def _statement_error(
    cls: Type[DriverError], text: str, code: Optional[str]
) -> DriverError:
    """Return the error with what the message says of table, column, constraint."""
    match = _CONSTRAINT_DETAIL.fullmatch(text)
    if match is None or not issubclass(cls, DriverIntegrityError):
        return cls(text, database_code=code)
    detail = match["detail"]
    if issubclass(cls, CheckViolationError):
        return cls(text, constraint=detail, database_code=code)
    index = re.fullmatch(r"index '(?P<name>.+)'", detail)
    if index:
        return cls(text, constraint=index["name"], database_code=code)
    columns = _COLUMNS.fullmatch(detail)
    if columns is None:
        return cls(text, database_code=code)
    return cls(
        text,
        table=columns["table"],
        column=None if columns["more"] else columns["column"],
        database_code=code,
    )
