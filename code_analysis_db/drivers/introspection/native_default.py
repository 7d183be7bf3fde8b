"""What the text of a native default means in a column of a logical type."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Mapping, Optional
from uuid import UUID

from ...enums import DefaultFunction, LogicalType
from ...exceptions import InvalidValueError
from ...schema import (
    Column,
    DefaultExpression,
    DefaultValue,
    NativeDefault,
    value_rule,
)
from ...schema.column import Default
from ...schema.default_form import EXPRESSION_TYPES

_FRACTION = re.compile(r"\.(\d{1,6})\d*")
_OFFSET = re.compile(r"([+-]\d\d)(?::?(\d\d))?\Z")
_TRUTH: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}
_DIGITS = 6


def default_of(
    column: Column,
    text: Optional[str],
    sql: str,
    functions: Mapping[str, DefaultFunction],
) -> Default:
    """Return a default.

    Args:
        column: that has it.
        text: of the value, None where it is no value but an expression.
        sql: what the database says; it is kept where the text is no value of the
            column's type.
        functions: what the driver's own expressions are told as.
    """
    if text is None:
        function = functions.get(sql)
        if function is not None and EXPRESSION_TYPES[function] is column.type:
            return DefaultExpression(function)
        return NativeDefault(sql)
    try:
        value = _PARSERS.get(column.type, str)(text)
        if column.timezone and value.tzinfo is None:
            value = _moment(f"{text}+00:00")
        return DefaultValue(value_rule("", column).check_one(value))
    except (InvalidValueError, InvalidOperation, LookupError, ValueError):
        return NativeDefault(sql)


def _moment(text: str) -> datetime:
    """Return the moment that text means, however many digits its fraction has."""
    if len(text) > len("2020-01-01"):
        text = _OFFSET.sub(lambda found: f"{found[1]}:{found[2] or '00'}", text)
    return datetime.fromisoformat(_FRACTION.sub(_whole_fraction, text))


def _time(text: str) -> time:
    """Return the time of day that text means."""
    return time.fromisoformat(_FRACTION.sub(_whole_fraction, text))


def _whole_fraction(found: "re.Match[str]") -> str:
    """Return a fraction of a second with all its digits: Python 3.10 reads no other."""
    return "." + found[1].ljust(_DIGITS, "0")


def _truth(text: str) -> bool:
    """Return the boolean that text means."""
    return _TRUTH[text.lower()]


_PARSERS: Mapping[LogicalType, Callable[[str], Any]] = {
    LogicalType.INTEGER: int,
    LogicalType.REAL: float,
    LogicalType.BOOLEAN: _truth,
    LogicalType.DECIMAL: Decimal,
    LogicalType.DATETIME: _moment,
    LogicalType.DATE: date.fromisoformat,
    LogicalType.TIME: _time,
    LogicalType.BLOB: bytes.fromhex,
    LogicalType.JSON: json.loads,
    LogicalType.UUID: UUID,
}
