"""Turns the errors of psycopg2 into the package's own.

The SQLSTATE decides the class (https://www.postgresql.org/docs/current/
errcodes-appendix.html); the server's diagnostics give table, column and constraint,
its message the names that a statement could not find.  Messages may come in the
server's language: nothing but those names is read from them.
"""

from __future__ import annotations

import re
from typing import Dict, Optional, Type

import psycopg2

from ..exceptions import (
    CheckViolationError,
    CorruptDatabaseError,
    DeadlockError,
    DiskFullError,
    DriverConnectionError,
    DriverError,
    DriverIntegrityError,
    DriverQueryError,
    DriverTransactionError,
    ForeignKeyViolationError,
    InvalidValueError,
    LockTimeoutError,
    NotNullViolationError,
    OutcomeUnknownError,
    ReadOnlyError,
    RequestTimeoutError,
    SerializationError,
    StorageError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)
from .execution_context import ExecutionContext
from .interruption import interruption, is_over

POSTGRES_ERRORS = (
    psycopg2.Error,
    psycopg2.Warning,
    UnicodeError,
    ValueError,
    OverflowError,
)
"""What psycopg2 raises; the last three where it cannot convert a value."""

_UNIQUE, _FOREIGN_KEY = "23505", "23503"
_CANCELED = "57014"
_UNKNOWN_TABLE, _UNKNOWN_COLUMN = "42P01", "42703"

_OF_DEPENDENCIES = ("2BP01", "0A000")
"""Their details say which objects are concerned."""

_BY_CODE: Dict[str, Type[DriverError]] = {
    "0A000": UnsupportedError,
    "22001": InvalidValueError,
    "22003": InvalidValueError,
    "22007": InvalidValueError,
    "22008": InvalidValueError,
    "22021": InvalidValueError,
    "2202E": InvalidValueError,
    "22P02": InvalidValueError,
    "22P03": InvalidValueError,
    "22P05": InvalidValueError,
    "23001": ForeignKeyViolationError,
    "23502": NotNullViolationError,
    _FOREIGN_KEY: ForeignKeyViolationError,
    _UNIQUE: UniqueViolationError,
    "23514": CheckViolationError,
    "25006": ReadOnlyError,
    "40001": SerializationError,
    "40003": OutcomeUnknownError,
    "40P01": DeadlockError,
    _UNKNOWN_COLUMN: UnknownColumnError,
    _UNKNOWN_TABLE: UnknownTableError,
    "53100": DiskFullError,
    "53300": DriverConnectionError,
    "55P03": LockTimeoutError,
    "57P01": DriverConnectionError,
    "57P02": DriverConnectionError,
    "57P03": DriverConnectionError,
    "57P04": DriverConnectionError,
    "57P05": DriverConnectionError,
    "25P03": DriverConnectionError,
    "XX001": CorruptDatabaseError,
    "XX002": CorruptDatabaseError,
}

_BY_CLASS: Dict[str, Type[DriverError]] = {
    "08": DriverConnectionError,
    "23": DriverIntegrityError,
    "25": DriverTransactionError,
    "2D": DriverTransactionError,
    "28": DriverConnectionError,
    "3B": DriverTransactionError,
    "3D": DriverConnectionError,
    "53": StorageError,
    "58": StorageError,
}

ENDED = frozenset({"57P01", "57P02", "57P03", "57P04", "57P05", "25P03"})
"""The server ended the connection."""

# «Key ("a b", c)=(1, 2) already exists», in any language
_KEY = re.compile(r"\((?P<columns>.+?)\)=\(", re.DOTALL)
# column "a" of relation "t" does not exist; names may hold quotes themselves
_QUOTED = re.compile(r'["«„»](?P<name>.+)["»“«]', re.DOTALL)
_QUOTED_COLUMN = re.compile(
    r'["«„»](?P<column>.+?)["»“«](?:[^"«„»]+["«„»](?P<table>.+)["»“«])?', re.DOTALL
)
# column t.a does not exist
_DOTTED_COLUMN = re.compile(r"(?:^|\s)(?P<table>\S+)\.(?P<column>\S+)(?:\s|$)")


def translated(error: BaseException, context: ExecutionContext) -> BaseException:
    """Return the package's error for one that psycopg2 raised."""
    code: Optional[str] = getattr(error, "pgcode", None)
    if code is None:
        return _own_error(error)
    if code == _CANCELED:
        deadline = context.deadline
        if is_over(deadline):
            return interruption(deadline)
        return RequestTimeoutError(
            f"the server stopped the statement: {_primary(error)}", database_code=code
        )
    cls = _BY_CODE.get(code) or _BY_CLASS.get(code[:2], DriverQueryError)
    if cls is UnknownTableError or cls is UnknownColumnError:
        return _unknown_name(cls, error, code)
    if issubclass(cls, DriverIntegrityError):
        return _violation(cls, error, code)
    return cls(_message(error), database_code=code)


def _own_error(error: BaseException) -> DriverError:
    """Return the error for one of psycopg2's own or its Python values'."""
    text = " ".join(str(error).split())
    if isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
        return DriverConnectionError(text)
    if isinstance(error, (psycopg2.DataError, UnicodeError, ValueError, OverflowError)):
        return InvalidValueError(f"a value is none of the interface: {text}")
    return DriverQueryError(text)


def _primary(error: BaseException) -> str:
    """Return the server's message, on one line and without what surrounds it."""
    diagnostics = getattr(error, "diag", None)
    primary = getattr(diagnostics, "message_primary", None) or str(error)
    return " ".join(str(primary).split())


def _message(error: BaseException) -> str:
    """Return the server's message with its hint, or with what depends on something
    that was to be changed."""
    diagnostics = getattr(error, "diag", None)
    more = getattr(diagnostics, "message_hint", None)
    if getattr(error, "pgcode", None) in _OF_DEPENDENCIES:
        more = getattr(diagnostics, "message_detail", None) or more
    if not more:
        return _primary(error)
    return f"{_primary(error)} ({' '.join(more.split())})"


def _unknown_name(
    cls: Type[DriverError], error: BaseException, code: str
) -> DriverError:
    """Return the error for a table or column that there is not."""
    message = _primary(error)
    if cls is UnknownTableError:
        found = _QUOTED.search(message)
        if found is None:
            return cls(_message(error), database_code=code)
        table = found["name"]
        return cls(f"unknown table {table!r}", table=table, database_code=code)
    match = _QUOTED_COLUMN.search(message) or _DOTTED_COLUMN.search(message)
    if match is None:
        return cls(_message(error), database_code=code)
    hint = getattr(getattr(error, "diag", None), "message_hint", None)
    return cls(
        f"unknown column {match['column']!r}" + (f" ({hint})" if hint else ""),
        table=match["table"],
        column=match["column"],
        database_code=code,
    )


def _violation(cls: Type[DriverError], error: BaseException, code: str) -> DriverError:
    """Return the error for a violated constraint."""
    diagnostics = getattr(error, "diag", None)
    column: Optional[str] = getattr(diagnostics, "column_name", None)
    message = _primary(error)
    detail = getattr(diagnostics, "message_detail", None)
    if detail and code in (_UNIQUE, _FOREIGN_KEY):
        message += f": {' '.join(detail.split())}"
        key = _KEY.search(detail)
        if key is not None and code == _UNIQUE:
            column = _single_name(key["columns"])
    return cls(
        message,
        table=getattr(diagnostics, "table_name", None),
        column=column,
        constraint=getattr(diagnostics, "constraint_name", None),
        database_code=code,
    )


def _single_name(listed: str) -> Optional[str]:
    """Return the name in a list of quoted names that has one, else None."""
    if listed.startswith('"') and listed.endswith('"'):
        name = listed[1:-1].replace('""', "\0")
        return None if '"' in name else name.replace("\0", '"')
    return None if "," in listed or "(" in listed else listed
