"""How PostgreSQL stores the logical types.

It has a type for each of them.  Values go as the texts that its types are written in,
which need no type of their own in SQL and are what COPY takes; they come back as Python
values from the package's typecasters, but for JSON, which is read as text.

The type of JSON is ``json``, which keeps the canonical text as it is (``jsonb`` would
turn 1.0 into 1 and order the keys its own way); it has no equality of its own, so that
its text stands for it wherever it is compared.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import filterfalse, repeat
from math import copysign
from typing import Any, Dict, Sequence

from ..enums import LogicalType
from ..schema import Column
from .storage import PLAIN, Storage, nullable_decoder


def _encode_reals(values: Sequence[Any]) -> Sequence[Any]:
    """Return the floats, 0.0 for -0.0, which not every database keeps."""
    if -1.0 in map(copysign, repeat(1.0), filterfalse(None, values)):
        return [value + 0.0 for value in values]
    return values


def _encode_datetimes(values: Sequence[Any]) -> Sequence[Any]:
    """Return texts, those of instants with the offset of UTC."""
    return [value.isoformat(" ", "microseconds") for value in values]


def _encode_dates(values: Sequence[Any]) -> Sequence[Any]:
    """Return ISO texts."""
    return list(map(date.isoformat, values))


def _encode_times(values: Sequence[Any]) -> Sequence[Any]:
    """Return ISO texts."""
    return [value.isoformat("microseconds") for value in values]


def _encode_decimals(values: Sequence[Any]) -> Sequence[Any]:
    """Return the digits, never with an exponent."""
    return [format(value, "f") for value in values]


_STORAGES: Dict[LogicalType, Storage] = {
    LogicalType.REAL: Storage(_encode_reals),
    LogicalType.DATETIME: Storage(_encode_datetimes),
    LogicalType.DATE: Storage(_encode_dates),
    LogicalType.TIME: Storage(_encode_times),
    LogicalType.DECIMAL: Storage(_encode_decimals),
    LogicalType.JSON: Storage(None, nullable_decoder(json.loads)),
}

_TYPE_NAMES: Dict[LogicalType, str] = {
    LogicalType.TEXT: "text",
    LogicalType.INTEGER: "bigint",
    LogicalType.REAL: "double precision",
    LogicalType.BLOB: "bytea",
    LogicalType.BOOLEAN: "boolean",
    LogicalType.DATETIME: "timestamp without time zone",
    LogicalType.DATE: "date",
    LogicalType.TIME: "time without time zone",
    LogicalType.DECIMAL: "numeric",
    LogicalType.JSON: "json",
    LogicalType.UUID: "uuid",
}

_INSTANT_TYPE = "timestamp with time zone"


def storage_of(column: Column) -> Storage:
    """Return how a column's values are stored."""
    return _STORAGES.get(column.type, PLAIN)


def declared_type(column: Column) -> str:
    """Return the type that a column is declared with, as ``format_type`` says it."""
    if column.timezone:
        return _INSTANT_TYPE
    if column.type is LogicalType.DECIMAL:
        return f"numeric({column.precision},{column.scale})"
    if column.length is not None:
        return f"character varying({column.length})"
    return _TYPE_NAMES[column.type]


def array_type(column: Column) -> str:
    """Return the type of a list of a column's values."""
    if column.type is LogicalType.JSON:
        return "text[]"
    if column.type is LogicalType.DECIMAL:
        # what it is compared with may have more digits than it holds
        return "numeric[]"
    if column.type is LogicalType.TEXT:
        return "text[]"
    return f"{declared_type(column)}[]"


def array_text(column: Column, stored: Sequence[Any]) -> str:
    """Return an array's text, of values in stored form, none of them None."""
    if column.type in (LogicalType.TEXT, LogicalType.JSON):
        return "{" + ",".join(_quoted(stored)) + "}"
    if column.type is LogicalType.BLOB:
        return "{" + ",".join(f'"\\\\x{value.hex()}"' for value in stored) + "}"
    if column.type in (LogicalType.DATETIME, LogicalType.TIME):
        return '{"' + '","'.join(stored) + '"}'
    return "{" + ",".join(map(str, stored)) + "}"


def _quoted(texts: Sequence[str]) -> Sequence[str]:
    """Return the members' texts in quotes; all are escaped as one, which no NUL that
    stands between them can disturb."""
    joined = "\0".join(texts).replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{text}"' for text in joined.split("\0")]
