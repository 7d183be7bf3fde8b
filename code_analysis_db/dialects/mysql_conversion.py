"""The values of a MySQL column as those of another type.

MODIFY COLUMN takes no expression: it makes of a value what the server's own conversion
does.  That is right but for texts that it does not read as they stand (see
:func:`legible`), and for the texts that it makes of moments (see ``mysql_guard``).
"""

from __future__ import annotations

from typing import Optional

from ..enums import LogicalType
from ..schema import Column
from .typed_conversion import TypedConversion

_T = LogicalType
_MOMENT_FORM = "%%Y-%%m-%%dT%%H:%%i:%%s.%%f"

_CASTS = {
    _T.INTEGER: "SIGNED",
    _T.BOOLEAN: "SIGNED",
    _T.REAL: "DOUBLE",
    _T.DATE: "DATE",
    _T.TIME: "TIME(6)",
    _T.DATETIME: "DATETIME(6)",
    _T.TEXT: "CHAR",
}


class MySQLConversion(TypedConversion):
    """Casts, for the queries that look at values before they are changed."""

    def converted(self, quoted: str, before: Column, after: Column) -> str:
        """Return a cast of what the server can read."""
        was, becomes = before.type, after.type
        if was is becomes is not _T.DECIMAL:
            return quoted
        if was is _T.DATETIME and becomes is _T.TEXT:
            text = f"DATE_FORMAT({quoted}, '{_MOMENT_FORM}')"
            return f"CONCAT({text}, '+00:00')" if before.timezone else text
        return self.cast(legible(quoted, before, after) or quoted, after)

    @staticmethod
    def cast(value: str, column: Column) -> str:
        """Return a value as one of a column's type, as far as there is a cast."""
        if column.type is _T.DECIMAL:
            return f"CAST({value} AS DECIMAL({column.precision},{column.scale}))"
        if column.type in _CASTS:
            return f"CAST({value} AS {_CASTS[column.type]})"
        return value

    def _has_form(self, text: str, form: str) -> str:
        """Return the match of a regular expression, in which case counts whatever the
        collation."""
        return f"({text} REGEXP '(?-i){form}')"

    def _truncated(self, number: str, scale: int) -> str:
        """Return the call of ``TRUNCATE``."""
        return f"TRUNCATE({number}, {scale})"

    def _as_integer(self, real: str) -> str:
        """Return a cast."""
        return f"CAST({real} AS SIGNED)"


def legible(quoted: str, before: Column, after: Column) -> Optional[str]:
    """Return what a text that fits is to be before the server converts it, None where
    it is right as it is: MariaDB reads no offset, and UUIDs are kept as they stand."""
    if before.type is _T.TEXT and after.type is _T.DATETIME:
        bare = f"REPLACE(REPLACE({quoted}, 'Z', ''), '+00:00', '')"
        return f"REPLACE({bare}, 'T', ' ')"
    if before.type is _T.TEXT and after.type is _T.UUID:
        return f"LOWER({quoted})"
    return None
