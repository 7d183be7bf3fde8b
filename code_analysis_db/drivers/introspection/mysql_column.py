"""The columns of a MySQL server's tables."""

from __future__ import annotations

import re
from typing import Any, Dict, Sequence

import attrs

from ...enums import LogicalType
from ...schema import Column
from .native_table import NativeColumn

_TYPES: Dict[str, LogicalType] = {
    **dict.fromkeys(
        ("tinyint", "smallint", "mediumint", "int", "bigint", "year"),
        LogicalType.INTEGER,
    ),
    **dict.fromkeys(("float", "double"), LogicalType.REAL),
    "decimal": LogicalType.DECIMAL,
    **dict.fromkeys(("datetime", "timestamp"), LogicalType.DATETIME),
    "date": LogicalType.DATE,
    "time": LogicalType.TIME,
    **dict.fromkeys(
        ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"),
        LogicalType.BLOB,
    ),
    **dict.fromkeys(
        ("geometry", "point", "linestring", "polygon", "geometrycollection"),
        LogicalType.BLOB,
    ),
    "json": LogicalType.JSON,
    "uuid": LogicalType.UUID,
}
_SIZED_TEXT = ("char", "varchar")
_FRACTIONS = (0, 3, 6)
"""Digits of a second that Python of every version reads."""
_WIDTH = re.compile(r"\b((?:small|medium|big)?int)\(\d+\)")
_GENERATED = ("VIRTUAL GENERATED", "STORED GENERATED", "PERSISTENT")
_NUMBERED = "auto_increment"


def native_column(row: Sequence[Any]) -> NativeColumn:
    """Return the column of a row of ``mysql_query.COLUMNS``."""
    name, column_type, nullable, default, extra, *details = row
    return NativeColumn(
        name,
        native_type(column_type),
        nullable == "YES",
        default,
        any(word in extra.upper() for word in _GENERATED),
        _NUMBERED in extra.lower(),
        [extra, *details],
    )


def native_type(column_type: str) -> str:
    """Return a type without the width of its display, which MySQL has given up."""
    return _WIDTH.sub(r"\1", column_type)


def column_of(native: NativeColumn) -> Column:
    """Return a column of a native type, without its default."""
    _, data_type, length, precision, scale, fraction, charset, *_ = native.details
    logical = _TYPES.get(data_type, LogicalType.TEXT)
    if native.type == "tinyint(1)":
        logical = LogicalType.BOOLEAN
    elif native.type == "char(36)" and charset == "ascii":
        logical = LogicalType.UUID
    elif fraction is not None and fraction not in _FRACTIONS:
        logical = LogicalType.TEXT
    column = Column(
        native.name,
        logical,
        nullable=native.nullable,
        timezone=data_type == "timestamp" and logical is LogicalType.DATETIME,
        autoincrement=native.is_numbered,
    )
    if logical is LogicalType.DECIMAL:
        return attrs.evolve(column, precision=precision, scale=scale)
    if logical is LogicalType.TEXT and data_type in _SIZED_TEXT:
        return attrs.evolve(column, length=length)
    return column
