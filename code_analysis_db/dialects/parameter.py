"""Parameters of raw SQL: a Python value by its type, in the form that a database's
package takes.

Nothing tells which column a parameter meets, so that the value's own type decides.
What no database would hold is refused here, the same on all.
"""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import Decimal
from math import isfinite
from typing import Any, Callable, Dict, Mapping, NoReturn
from uuid import UUID

from ..enums import LogicalType
from ..exceptions import InvalidValueError
from ..schema import Column, value_rule
from ..schema.rules.number import INTEGER_MAX, INTEGER_MIN
from ..schema.rules.text import text_fault
from ..short_repr import short_repr

_json_rule = value_rule("(parameters)", Column("value", LogicalType.JSON))

Form = Callable[[Any], Any]


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


def _datetime(value: datetime) -> datetime:
    """Return a naive datetime as it is, an aware one in UTC."""
    return value if value.utcoffset() is None else value.astimezone(timezone.utc)


def _time(value: time) -> time:
    """Return a time without a time zone."""
    if value.tzinfo is not None:
        _refuse(value, "a time of day has no time zone")
    return value


def _decimal(value: Decimal) -> Decimal:
    """Return a finite number."""
    if not value.is_finite():
        _refuse(value, "NaN and infinities are not stored")
    return value


def _as_it_is(value: Any) -> Any:
    """Return a value that every database holds."""
    return value


_CHECKS: Dict[type, Form] = {
    str: _text,
    bool: _as_it_is,
    int: _integer,
    float: _real,
    bytes: bytes,
    bytearray: bytes,
    memoryview: bytes,
    datetime: _datetime,
    date: _as_it_is,
    time: _time,
    Decimal: _decimal,
    UUID: str,
    dict: _json_rule.check_one,
    list: _json_rule.check_one,
}


class ParameterEncoder:
    """Checks parameters and gives them the form that a package takes."""

    def __init__(self, forms: Mapping[type, Form]) -> None:
        """Take the form of each type that is not sent as it is."""
        self._ways = {
            kind: (check, forms.get(kind, _as_it_is)) for kind, check in _CHECKS.items()
        }

    def encode(self, value: Any) -> Any:
        """Return a parameter as it is sent; None stays None.

        Raises:
            InvalidValueError: it is of no type that is stored, or beyond its bounds.
        """
        if value is None:
            return None
        for kind in type(value).__mro__:
            way = self._ways.get(kind)
            if way is not None:
                check, form = way
                return form(check(value))
        _refuse(value, f"{type(value).__name__} is no type of the interface")
