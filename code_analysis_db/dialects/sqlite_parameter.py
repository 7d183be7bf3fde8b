"""Parameters of raw SQL on SQLite: texts for what it has no types for."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from .parameter import ParameterEncoder


def _datetime(value: datetime) -> str:
    """Return the text of a datetime, without the time zone, which is UTC if any."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds")


def _time(value: time) -> str:
    """Return the text of a time."""
    return value.isoformat("microseconds")


def _decimal(value: Decimal) -> str:
    """Return the digits."""
    return format(value, "f")


encode_parameter = ParameterEncoder(
    {
        bool: int,
        datetime: _datetime,
        date: date.isoformat,
        time: _time,
        Decimal: _decimal,
    }
).encode
