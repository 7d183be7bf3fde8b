"""The values of a PostgreSQL column as those of another type."""

from __future__ import annotations

from ..enums import LogicalType
from ..schema import Column
from .postgres_storage import declared_type
from .typed_conversion import TypedConversion

_T = LogicalType
_TIME_FORM = "HH24:MI:SS.US"
_MOMENT_FORM = f'YYYY-MM-DD"T"{_TIME_FORM}'


class PostgresConversion(TypedConversion):
    """Casts, of values that are brought into a form that can be cast."""

    def converted(self, quoted: str, before: Column, after: Column) -> str:
        """Return a cast, which says the type with its sizes."""
        return f"{_castable(quoted, before, after)}::{declared_type(after)}"

    def _has_form(self, text: str, form: str) -> str:
        """Return the match of a regular expression."""
        return f"({text} ~ '{form}')"

    def _truncated(self, number: str, scale: int) -> str:
        """Return the call of ``trunc``."""
        return f"trunc({number}, {scale})"

    def _as_integer(self, real: str) -> str:
        """Return a cast."""
        return f"{real}::bigint"


def _castable(quoted: str, before: Column, after: Column) -> str:
    """Return a value such that it can be cast to what it becomes."""
    was, becomes = before.type, after.type
    if was is becomes:
        return quoted
    if was is _T.BOOLEAN:
        return f"{quoted}::integer"
    if becomes is _T.BOOLEAN:
        return f"({quoted} <> 0)"
    if was is _T.TEXT and becomes is _T.DATETIME:
        # a timestamp passes over the offset, which is that of UTC
        naive = f"{quoted}::timestamp"
        return f"({naive} AT TIME ZONE 'UTC')" if after.timezone else naive
    if becomes is not _T.TEXT:
        return quoted
    if was is _T.TIME:
        return f"to_char({quoted}, '{_TIME_FORM}')"
    if was is _T.DATETIME:
        text = f"to_char({quoted}, '{_MOMENT_FORM}')"
        return f"({text} || '+00:00')" if before.timezone else text
    return quoted
