"""How MySQL and MariaDB store the logical types.

====================  =========================================================
TEXT                  longtext; varchar(n) in keys and for lengths up to 255
INTEGER, REAL         bigint, double
BOOLEAN               tinyint(1), 0 or 1
DATETIME              datetime(6), an instant in UTC
DATE, TIME            date, time(6)
DECIMAL               decimal(p,s)
BLOB                  longblob
JSON                  longtext, canonical text
UUID                  char(36) of ASCII, lower-case with dashes
====================  =========================================================

Stored forms are what the session's literals and results are: texts for moments, which
have a fixed width, Decimals, and whatever Python has for the rest.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any, Dict, List, Optional, Sequence
from uuid import UUID

import attrs

from ..enums import LogicalType
from ..schema import Column, Table
from ..schema.key_limit import text_key_limits
from ..schema.rules.factory import KEY_TEXT_LIMIT
from .storage import PLAIN, Converter, Storage, nullable_decoder

_BOOLEANS = {0: False, 1: True, None: None}
_WIDTH_OF_NAIVE = 26
_PLAIN_VARCHAR = 255
"""Characters of text that has a length of its own and is in no key; more would add up
to rows that are too long for MySQL."""


def _encode_booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Return 0 and 1."""
    return list(map(int, values))


def _decode_booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Return bools; a KeyError for what is none."""
    return list(map(_BOOLEANS.__getitem__, values))


def _encode_reals(values: Sequence[Any]) -> Sequence[Any]:
    """Return the floats, 0.0 for -0.0, which not every database keeps."""
    return [value + 0.0 for value in values]


def _encode_datetimes(values: Sequence[Any]) -> Sequence[Any]:
    """Return texts of fixed width, without the time zone, which is UTC if any."""
    return [v.isoformat(" ", "microseconds")[:_WIDTH_OF_NAIVE] for v in values]


def _decode_instant(text: str) -> datetime:
    """Return an aware datetime in UTC."""
    return datetime.fromisoformat(f"{text}+00:00")


def _encode_dates(values: Sequence[Any]) -> Sequence[Any]:
    """Return ISO texts."""
    return list(map(date.isoformat, values))


def _encode_times(values: Sequence[Any]) -> Sequence[Any]:
    """Return ISO texts of fixed width."""
    return [value.isoformat("microseconds") for value in values]


decode_datetimes: Converter = nullable_decoder(datetime.fromisoformat)
decode_dates: Converter = nullable_decoder(date.fromisoformat)
decode_times: Converter = nullable_decoder(time.fromisoformat)
decode_booleans: Converter = _decode_booleans

_STORAGES: Dict[LogicalType, Storage] = {
    LogicalType.BOOLEAN: Storage(_encode_booleans, _decode_booleans),
    LogicalType.REAL: Storage(_encode_reals),
    LogicalType.DATETIME: Storage(_encode_datetimes, decode_datetimes),
    LogicalType.DATE: Storage(_encode_dates, decode_dates),
    LogicalType.TIME: Storage(_encode_times, decode_times),
    LogicalType.JSON: Storage(None, nullable_decoder(json.loads)),
    LogicalType.UUID: Storage(None, nullable_decoder(UUID)),
}

_INSTANTS = Storage(_encode_datetimes, nullable_decoder(_decode_instant))

_TYPE_NAMES: Dict[LogicalType, str] = {
    LogicalType.TEXT: "longtext",
    LogicalType.INTEGER: "bigint",
    LogicalType.REAL: "double",
    LogicalType.BLOB: "longblob",
    LogicalType.BOOLEAN: "tinyint(1)",
    LogicalType.DATETIME: "datetime(6)",
    LogicalType.DATE: "date",
    LogicalType.TIME: "time(6)",
    LogicalType.JSON: "longtext",
    LogicalType.UUID: "char(36)",
}


def storage_of(column: Column) -> Storage:
    """Return how a column's values are stored."""
    if column.timezone:
        return _INSTANTS
    return _STORAGES.get(column.type, PLAIN)


def declared_type(column: Column) -> str:
    """Return the type that a column of a :func:`fitted` table is declared with, as
    ``information_schema`` says it."""
    if column.type is LogicalType.DECIMAL:
        return f"decimal({column.precision},{column.scale})"
    if column.length is not None:
        return f"varchar({column.length})"
    return _TYPE_NAMES[column.type]


def fitted(table: Table) -> Table:
    """Return a table whose texts have the lengths that they are declared with: in keys
    what the key leaves to them, else none where the length is a great one."""
    keys: List[Sequence[str]] = list(table.unique_keys)
    keys += [key.columns for key in table.foreign_keys]
    limits = text_key_limits(table.columns, keys)
    columns = tuple(
        (
            attrs.evolve(column, length=_declared_length(column, limits))
            if column.type is LogicalType.TEXT
            else column
        )
        for column in table.columns
    )
    return attrs.evolve(table, columns=columns)


def _declared_length(column: Column, limits: Dict[str, int]) -> Optional[int]:
    """Return the length that a text column is declared with, None for none."""
    limit = limits.get(column.name)
    if column.length is None:
        return limit
    if limit is not None:
        return min(column.length, limit)
    return column.length if column.length <= _PLAIN_VARCHAR else None


def index_prefixes(columns: Sequence[Column]) -> List[Optional[int]]:
    """Return how much of each column an index takes, None for all of it.

    Args:
        columns: of the index, in a :func:`fitted` table.
    """
    texts = sum(column.type is LogicalType.TEXT for column in columns)
    share = KEY_TEXT_LIMIT // max(1, texts)
    prefixes: List[Optional[int]] = []
    for column in columns:
        is_short = column.length is not None and column.length <= share
        is_text = column.type is LogicalType.TEXT
        prefixes.append(share if is_text and not is_short else None)
    return prefixes
