"""Parameters of raw SQL on SQLite: a Python value by its type, in stored form.

Nothing tells which column a parameter meets, so that the value's own type decides.
"""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import Decimal
from math import isfinite
from typing import Any, Callable, Dict, NoReturn
from uuid import UUID

from ..enums import LogicalType
from ..exceptions import InvalidValueError
from ..schema import Column, value_rule
from ..short_repr import short_repr
from ..schema.rules.number import INTEGER_MAX, INTEGER_MIN
from ..schema.rules.text import text_fault

_json_rule = value_rule("(parameters)", Column("value", LogicalType.JSON))


def _refuse(value: Any, reason: str) -> NoReturn:
    """Raise the error for a parameter."""
    raise InvalidValueError(
        f"the parameter {short_repr(value)} cannot be sent: {reason}"
    )


def _text(value: str) -> str:
    """Return text that every database holds."""
    fault = text_fault(value)
    if fault is not None:
        _refuse(value, fault)
    return value


def _integer(value: int) -> int:
    """Return a 64-bit int."""
    if not INTEGER_MIN <= value <= INTEGER_MAX:
        _refuse(value, "it is beyond 64 bits")
    return value


def _real(value: float) -> float:
    """Return a finite float."""
    if not isfinite(value):
        _refuse(value, "NaN and infinities are not stored")
    return value


def _datetime(value: datetime) -> str:
    """Return the text of a datetime, of an aware one in UTC."""
    if value.utcoffset() is not None:
        value = value.astimezone(timezone.utc).replace(tzinfo=None)
    return value.isoformat(" ", "microseconds")


def _time(value: time) -> str:
    """Return the text of a time without a time zone."""
    if value.tzinfo is not None:
        _refuse(value, "a time of day has no time zone")
    return value.isoformat("microseconds")


def _decimal(value: Decimal) -> str:
    """Return the digits."""
    if not value.is_finite():
        _refuse(value, "NaN and infinities are not stored")
    return format(value, "f")


_ENCODERS: Dict[type, Callable[[Any], Any]] = {
    str: _text,
    bool: int,
    int: _integer,
    float: _real,
    bytes: bytes,
    bytearray: bytes,
    memoryview: bytes,
    datetime: _datetime,
    date: date.isoformat,
    time: _time,
    Decimal: _decimal,
    UUID: str,
    dict: _json_rule.check_one,
    list: _json_rule.check_one,
}


def encode_parameter(value: Any) -> Any:
    """Return a parameter in stored form.

    Raises:
        InvalidValueError: it is of no type that is stored, or beyond its bounds.
    """
    if value is None:
        return None
    for kind in type(value).__mro__:
        encode = _ENCODERS.get(kind)
        if encode is not None:
            return encode(value)
    _refuse(value, f"{type(value).__name__} is no type of the interface")
