"""The values of many rows as SQL text, made column by column.

A column is escaped and quoted as one where it can be, so that a value costs next to
nothing; PyMySQL's way of a call for each value takes longer than the server does.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable, Dict, List, Sequence, Tuple

from ..dialects.mysql import quoted_text
from ..enums import LogicalType
from ..schema import Column
from .mysql_literal import literal

_LONG_BLOB = 100_000
_NULL = "NULL"

Rows = Sequence[Sequence[Any]]
_Converted = Tuple[str, Sequence[Any]]
"""What stands for a value in a row's template, and the values that take its place."""


def values_text(columns: Sequence[Column], rows: Rows) -> bytes:
    """Return ``(a, b), (c, d), …`` for rows of values in stored form."""
    values: List[Sequence[Any]] = list(zip(*rows))
    if any(_has_long_blob(c, column) for c, column in zip(columns, values)):
        # as text they would take twice their bytes
        return b",".join(b"(" + b",".join(map(literal, row)) + b")" for row in rows)
    parts: List[str] = []
    for place, column in enumerate(columns):
        part, values[place] = _converted(column, values[place])
        parts.append(part)
    template = f"({','.join(parts)})"
    return ",".join(map(template.__mod__, zip(*values))).encode()


def _has_long_blob(column: Column, values: Sequence[Any]) -> bool:
    """Tell whether bytes are too many to be written as digits."""
    return column.type is LogicalType.BLOB and any(
        value is not None and len(value) > _LONG_BLOB for value in values
    )


def _converted(column: Column, values: Sequence[Any]) -> _Converted:
    """Return a column's part of the template, and its values."""
    if None in values:
        write = _WRITERS.get(column.type, str)
        return "%s", [_NULL if value is None else write(value) for value in values]
    return _CONVERTERS[column.type](values)


def _texts(values: Sequence[Any]) -> _Converted:
    """Escape texts, all as one, which the NULs between them cannot disturb."""
    joined = "\0".join(values)
    if "'" in joined or "\\" in joined:
        values = joined.replace("\\", "\\\\").replace("'", "''").split("\0")
    return "'%s'", values


def _as_they_are(part: str) -> Callable[[Sequence[Any]], _Converted]:
    """Return what leaves values to their part of the template."""

    def converted(values: Sequence[Any]) -> _Converted:
        """Return them."""
        return part, values

    return converted


def _decimals(values: Sequence[Any]) -> _Converted:
    """Write the digits, never with an exponent."""
    return "%s", list(map(_decimal, values))


def _blobs(values: Sequence[Any]) -> _Converted:
    """Write the digits."""
    return "X'%s'", list(map(bytes.hex, values))


def _decimal(value: Decimal) -> str:
    """Return the digits."""
    return format(value, "f")


def _blob(value: bytes) -> str:
    """Return bytes as digits."""
    return f"X'{value.hex()}'"


_WRITERS: Dict[LogicalType, Callable[[Any], str]] = {
    **dict.fromkeys(LogicalType, quoted_text),
    LogicalType.INTEGER: str,
    LogicalType.BOOLEAN: str,
    LogicalType.REAL: repr,
    LogicalType.DECIMAL: _decimal,
    LogicalType.BLOB: _blob,
}

_CONVERTERS: Dict[LogicalType, Callable[[Sequence[Any]], _Converted]] = {
    # moments and UUIDs hold nothing to escape
    **dict.fromkeys(LogicalType, _as_they_are("'%s'")),
    LogicalType.TEXT: _texts,
    LogicalType.JSON: _texts,
    LogicalType.INTEGER: _as_they_are("%d"),
    LogicalType.BOOLEAN: _as_they_are("%d"),
    LogicalType.REAL: _as_they_are("%r"),
    LogicalType.DECIMAL: _decimals,
    LogicalType.BLOB: _blobs,
}
