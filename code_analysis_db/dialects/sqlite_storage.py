"""How SQLite stores what it has no types for.

====================  =========================================================
BOOLEAN               INTEGER 0 or 1
DATETIME              TEXT ``YYYY-MM-DD HH:MM:SS.ffffff``, an instant in UTC
DATE, TIME            TEXT ``YYYY-MM-DD``, ``HH:MM:SS.ffffff``
DECIMAL               TEXT with the column's scale, collated as numbers
JSON                  TEXT, canonical
UUID                  TEXT, lower-case with dashes
====================  =========================================================

All of it has a fixed width or a collation, so that it sorts as the values do.  The
declared type of a column (``DATETIME TEXT``) tells the type to people and to
:func:`decoder_of_type`, and gives SQLite the affinity.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Dict, Optional, Sequence
from uuid import UUID

from ..enums import LogicalType
from ..schema import Column
from .storage import PLAIN, Converter, Storage, nullable_decoder

_BOOLEANS = {0: False, 1: True, None: None}

_WIDTH_OF_NAIVE = 26


def _encode_booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Return 0 and 1."""
    return list(map(int, values))


def _decode_booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Return bools; a KeyError for what is none."""
    return list(map(_BOOLEANS.__getitem__, values))


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


def _encode_decimals(values: Sequence[Any]) -> Sequence[Any]:
    """Return the digits, never with an exponent."""
    return [format(value, "f") for value in values]


_decode_datetimes = nullable_decoder(datetime.fromisoformat)
_decode_instants = nullable_decoder(_decode_instant)

_STORAGES: Dict[LogicalType, Storage] = {
    LogicalType.BOOLEAN: Storage(_encode_booleans, _decode_booleans),
    LogicalType.DATETIME: Storage(_encode_datetimes, _decode_datetimes),
    LogicalType.DATE: Storage(_encode_dates, nullable_decoder(date.fromisoformat)),
    LogicalType.TIME: Storage(_encode_times, nullable_decoder(time.fromisoformat)),
    LogicalType.DECIMAL: Storage(_encode_decimals, nullable_decoder(Decimal)),
    LogicalType.JSON: Storage(None, nullable_decoder(json.loads)),
    LogicalType.UUID: Storage(None, nullable_decoder(UUID)),
}

_INSTANTS = Storage(_encode_datetimes, _decode_instants)

_TYPE_NAMES: Dict[LogicalType, str] = {
    LogicalType.TEXT: "TEXT",
    LogicalType.INTEGER: "INTEGER",
    LogicalType.REAL: "REAL",
    LogicalType.BLOB: "BLOB",
    LogicalType.BOOLEAN: "BOOLEAN INTEGER",
    LogicalType.DATETIME: "DATETIME TEXT",
    LogicalType.DATE: "DATE TEXT",
    LogicalType.TIME: "TIME TEXT",
    LogicalType.DECIMAL: "DECIMAL TEXT",
    LogicalType.JSON: "JSON TEXT",
    LogicalType.UUID: "UUID TEXT",
}

_INSTANT_TYPE = "DATETIME UTC TEXT"

_DECODERS: Dict[str, Optional[Converter]] = {
    **{_TYPE_NAMES[logical]: kept.decode for logical, kept in _STORAGES.items()},
    _INSTANT_TYPE: _decode_instants,
}


def storage_of(column: Column) -> Storage:
    """Return how a column's values are stored."""
    if column.timezone:
        return _INSTANTS
    return _STORAGES.get(column.type, PLAIN)


def declared_type(column: Column) -> str:
    """Return the type that a column is declared with."""
    if column.timezone:
        return _INSTANT_TYPE
    name = _TYPE_NAMES[column.type]
    if column.type is LogicalType.DECIMAL:
        return f"{name}({column.precision},{column.scale})"
    if column.length is not None:
        return f"{name}({column.length})"
    return name


def decoder_of_type(declared: Optional[str]) -> Optional[Converter]:
    """Return the decoder of a declared type, None where nothing is to be done."""
    if not declared:
        return None
    return _DECODERS.get(declared.partition("(")[0].strip().upper())
