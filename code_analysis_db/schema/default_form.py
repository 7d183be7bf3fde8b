"""Defaults of columns, between a definition and their normal form.

A definition states a default as a value of the column's type, as
``{"expression": "CURRENT_TIMESTAMP"}``, or in a form that JSON carries:

* DATETIME, DATE, TIME and DECIMAL also as text (ISO 8601; digits);
* BLOB also as ``{"base64": "…"}``;
* any column's also as ``{"sql": "…"}``, in the SQL of the database, as tables of other
  programs have it;
* any value as ``{"value": …}``, which a JSON column needs for a dict with one of
  these keys.

What :func:`default_to_definition` writes is always one that JSON carries.
"""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Dict, Mapping, Optional
from uuid import UUID

from ..enums import DefaultFunction, LogicalType
from ..exceptions import InvalidValueError
from .column import (
    Column,
    Default,
    DefaultExpression,
    DefaultValue,
    NativeDefault,
)
from .definition_field import read_sql
from .faults import Faults
from ..short_repr import short_repr
from .hint import near_hint
from .rules.factory import value_rule

_FROM_TEXT: Dict[LogicalType, Callable[[str], Any]] = {
    LogicalType.DATETIME: datetime.fromisoformat,
    LogicalType.DATE: date.fromisoformat,
    LogicalType.TIME: time.fromisoformat,
    LogicalType.DECIMAL: Decimal,
}

EXPRESSION_TYPES = {
    DefaultFunction.CURRENT_TIMESTAMP: LogicalType.DATETIME,
    DefaultFunction.CURRENT_DATE: LogicalType.DATE,
    DefaultFunction.CURRENT_TIME: LogicalType.TIME,
}


def read_default(
    table_name: str, column: Column, given: Any, path: str, faults: Faults
) -> Default:
    """Return the default that ``given`` states; faults are kept."""
    if given is None:
        return None
    if isinstance(given, Mapping) and len(given) == 1:
        key, value = next(iter(given.items()))
        if key == "expression":
            return _read_expression(column, value, path, faults)
        if key == "sql":
            sql = read_sql(value, path, faults)
            return None if sql is None else NativeDefault(sql.strip())
        if key == "value":
            given = value
        elif key == "base64" and column.type is LogicalType.BLOB:
            given = _decoded(value)
    if given is None:
        return None
    try:
        value = value_rule(table_name, column).check_one(_parsed(column.type, given))
    except InvalidValueError as error:
        faults.add(path, error.message)
        return None
    return DefaultValue(value)


def _decoded(text: Any) -> Any:
    """Return the bytes that base64 text means; anything else as it is."""
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        return text


def _parsed(logical: LogicalType, given: Any) -> Any:
    """Return the value that text means; anything else as it is, for the rule."""
    parse = _FROM_TEXT.get(logical)
    if parse is None or not isinstance(given, str):
        return given
    try:
        return parse(given)
    except (ValueError, InvalidOperation):
        return given


def _read_expression(
    column: Column, name: Any, path: str, faults: Faults
) -> Optional[DefaultExpression]:
    """Return the expression of that name, if the column's type has it."""
    known = [function.value for function in DefaultFunction]
    if not isinstance(name, str) or name.upper() not in known:
        faults.add(
            path,
            f"unknown expression {short_repr(name)}; known are"
            f" {', '.join(known)}{near_hint(name, known)}",
        )
        return None
    function = DefaultFunction(name.upper())
    wanted = EXPRESSION_TYPES[function]
    if column.type is not wanted:
        faults.add(
            path,
            f"{function.value} is the default of a {wanted.value} column,"
            f" not of {column.type.value}",
        )
    return DefaultExpression(function)


def default_value(column: Column) -> Any:
    """Return a column's default as the Python value it was declared with.

    An expression is ``{"expression": …}`` or ``{"sql": …}``, None no default.
    """
    default = column.default
    if default is None:
        return None
    if isinstance(default, NativeDefault):
        return {"sql": default.sql}
    if isinstance(default, DefaultExpression):
        return {"expression": default.function.value}
    if column.type is LogicalType.JSON:
        return json.loads(default.value)
    if column.type is LogicalType.UUID:
        return UUID(default.value)
    return default.value


def default_to_definition(column: Column) -> Any:
    """Return the default in a form that JSON carries."""
    value = default_value(column)
    if isinstance(column.default, (DefaultExpression, NativeDefault)):
        return value
    if column.type is LogicalType.JSON:
        return {"value": value}
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    return value
