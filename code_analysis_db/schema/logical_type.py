"""The names under which a definition may state a logical type."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Dict, Mapping, Optional
from uuid import UUID

from ..enums import LogicalType

_BY_PYTHON_TYPE: Dict[type, LogicalType] = {
    str: LogicalType.TEXT,
    int: LogicalType.INTEGER,
    float: LogicalType.REAL,
    bool: LogicalType.BOOLEAN,
    datetime: LogicalType.DATETIME,
    date: LogicalType.DATE,
    time: LogicalType.TIME,
    Decimal: LogicalType.DECIMAL,
    bytes: LogicalType.BLOB,
    dict: LogicalType.JSON,
    list: LogicalType.JSON,
    UUID: LogicalType.UUID,
}

_BY_NAME: Dict[str, LogicalType] = {
    **{kind.__name__.upper(): logical for kind, logical in _BY_PYTHON_TYPE.items()},
    **{logical.value: logical for logical in LogicalType},
}

TYPE_NAMES = tuple(logical.value for logical in LogicalType)


def logical_type(given: Any) -> Optional[LogicalType]:
    """Return the type that a definition states, or None.

    It is a logical name or a Python type's name in any case, or the Python type.
    """
    if isinstance(given, str):
        return _BY_NAME.get(given.upper())
    if isinstance(given, type):
        return _BY_PYTHON_TYPE.get(given)
    return None


def portable_definition(definition: Mapping[str, Any]) -> Dict[str, Any]:
    """Return a table's definition with the Python types named, for the wire.

    Nothing is checked: whoever reads the definition does that.
    """
    columns = definition.get("columns")
    if not isinstance(columns, (list, tuple)):
        return dict(definition)
    return {**definition, "columns": [_portable_column(column) for column in columns]}


def _portable_column(column: Any) -> Any:
    """Return a column's definition with its type named."""
    if not isinstance(column, Mapping):
        return column
    logical = logical_type(column.get("type"))
    return dict(column) if logical is None else {**column, "type": logical.value}
