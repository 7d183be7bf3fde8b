"""The small closed sets of names that the package's layers share.

Each is a ``str`` too where its values stand in definitions or in SQL text, so that
``column.type == "TEXT"`` holds and JSON carries it.
"""

from __future__ import annotations

from enum import Enum, auto


class LogicalType(str, Enum):
    """The type of a column, the same on every database."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    REAL = "REAL"
    BOOLEAN = "BOOLEAN"
    DATETIME = "DATETIME"
    DATE = "DATE"
    TIME = "TIME"
    DECIMAL = "DECIMAL"
    BLOB = "BLOB"
    JSON = "JSON"
    UUID = "UUID"


class ReferenceAction(str, Enum):
    """What happens to the referring row when the row referred to goes or changes."""

    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"
    RESTRICT = "RESTRICT"
    NO_ACTION = "NO ACTION"


class DefaultFunction(str, Enum):
    """The expressions that a default may be, with one meaning on every database.

    All three are in UTC.
    """

    CURRENT_TIMESTAMP = "CURRENT_TIMESTAMP"
    CURRENT_DATE = "CURRENT_DATE"
    CURRENT_TIME = "CURRENT_TIME"


class Direction(str, Enum):
    """The direction of a sort.  NULLs come first ascending and last descending."""

    ASC = "ASC"
    DESC = "DESC"


class OnConflict(str, Enum):
    """What an insert does with a row that meets a key which exists."""

    IGNORE = "ignore"
    UPDATE = "update"


class RowIdSource(Enum):
    """Where the ids of the rows that a statement inserted come from."""

    GIVEN = auto()
    """The caller gave them (or the table has none)."""

    GENERATED = auto()
    """The database numbered them, consecutively."""

    RETURNED = auto()
    """The statement inserts one row and returns its id, or nothing if ignored."""
