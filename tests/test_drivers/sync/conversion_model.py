"""What a value becomes under another type, by Python's own types."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Callable, Dict, Tuple
from uuid import UUID

from code_analysis_db.enums import LogicalType
from code_analysis_db.schema import Column

_T = LogicalType


class Misfit(Exception):
    """A value does not become one of another type."""


def become(value: Any, before: Column, after: Column) -> Any:
    """Return what a value that is not None becomes.

    Raises:
        Misfit: it does not fit.
    """
    if before.type is after.type:
        return _resized(value, before, after)
    if after.type is _T.TEXT:
        return _within(text_of(value), after)
    return _BECOMES[before.type, after.type](value, after)


def _need(fits: bool) -> None:
    """Refuse a value that does not fit."""
    if not fits:
        raise Misfit


def _within(text: str, column: Column) -> str:
    """Return a text that is not too long."""
    _need(column.length is None or len(text) <= column.length)
    return text


def _resized(value: Any, before: Column, after: Column) -> Any:
    """Return a value of the same type with other sizes."""
    if after.type is _T.TEXT:
        return _within(value, after)
    if after.type is _T.DECIMAL:
        return _decimal(value, after)
    if after.type is _T.DATETIME and before.timezone is not after.timezone:
        return value.replace(tzinfo=timezone.utc if after.timezone else None)
    return value


def text_of(value: Any) -> str:
    """Return the text of a value."""
    if isinstance(value, datetime):
        return value.isoformat("T", "microseconds")
    if isinstance(value, time):
        return value.isoformat("microseconds")
    if isinstance(value, (dict, list)):
        return json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _decimal(value: Decimal, column: Column) -> Decimal:
    """Return a number, with the column's scale, that has not too many digits."""
    scale = column.scale or 0
    numerator = Fraction(value) * 10**scale
    _need(numerator.denominator == 1)
    _need(abs(numerator) < 10 ** (column.precision or 0))
    return decimal_of(int(numerator), scale)


def decimal_of(numerator: int, scale: int) -> Decimal:
    """Return a number with so many digits behind the point, however many it has."""
    return Decimal(f"{numerator}e-{scale}")


def _decimal_of_text(text: str, column: Column) -> Decimal:
    """Return the number that a text is the text of."""
    found = re.fullmatch(r"(-?)([0-9]+)(?:\.([0-9]+))?", text)
    if found is None:
        raise Misfit
    _need(str(int(found[2])) == found[2])
    value = Decimal(text)
    _need(bool(value) or not found[1])
    return _decimal(value, column)


def _integer_of_text(text: str, column: Column) -> int:
    """Return the number that a text is the text of."""
    _need(re.fullmatch("-?[0-9]+", text) is not None and str(int(text)) == text)
    return _integer(int(text), column)


def _integer(value: Any, column: Column) -> int:
    """Return a number of 64 bits."""
    _need(value == int(value) and -(2**63) <= int(value) < 2**63)
    return int(value)


def _real(value: int, column: Column) -> float:
    """Return a number that a double and 64 bits hold."""
    _need(int(float(value)) == value)
    return float(value)


def _boolean(value: int, column: Column) -> bool:
    """Return whether a number is 1."""
    _need(value in (0, 1))
    return bool(value)


def _date_of_text(text: str, column: Column) -> date:
    """Return the date that a text is the text of."""
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise Misfit from None
    _need(value.isoformat() == text and value.year >= 1000)
    return value


def _time_of_text(text: str, column: Column) -> time:
    """Return the time that a text is the text of."""
    found = re.fullmatch("([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,6}))?", text)
    if found is None:
        raise Misfit
    try:
        return time(
            int(found[1]),
            int(found[2]),
            int(found[3]),
            int((found[4] or "").ljust(6, "0")),
        )
    except ValueError:
        raise Misfit from None


def _moment_of_text(text: str, column: Column) -> datetime:
    """Return the moment that a text is the text of."""
    if column.timezone:
        text = re.sub("(Z|[+]00:00)$", "", text) if "\n" not in text else text
    _need(text[10:11] in ("T", " "))
    return datetime.combine(
        _date_of_text(text[:10], column),
        _time_of_text(text[11:], column),
        timezone.utc if column.timezone else None,
    )


def _uuid_of_text(text: str, column: Column) -> UUID:
    """Return the UUID that a text is the text of."""
    try:
        value = UUID(text)
    except ValueError:
        raise Misfit from None
    _need(str(value) == text.lower())
    return value


def _day(value: datetime, column: Column) -> date:
    """Return the date of a midnight."""
    _need(value - value.replace(hour=0, minute=0, second=0, microsecond=0) == _NONE)
    return value.date()


def _midnight(value: date, column: Column) -> datetime:
    """Return the moment at which a day begins."""
    return datetime.combine(value, time(), timezone.utc if column.timezone else None)


_NONE = timedelta()
_BECOMES: Dict[Tuple[LogicalType, LogicalType], Callable[[Any, Column], Any]] = {
    (_T.INTEGER, _T.DECIMAL): lambda value, column: _decimal(Decimal(value), column),
    (_T.INTEGER, _T.REAL): _real,
    (_T.INTEGER, _T.BOOLEAN): _boolean,
    (_T.BOOLEAN, _T.INTEGER): _integer,
    (_T.DECIMAL, _T.INTEGER): _integer,
    (_T.DATETIME, _T.DATE): _day,
    (_T.DATE, _T.DATETIME): _midnight,
    (_T.TEXT, _T.INTEGER): _integer_of_text,
    (_T.TEXT, _T.DECIMAL): _decimal_of_text,
    (_T.TEXT, _T.DATE): _date_of_text,
    (_T.TEXT, _T.TIME): _time_of_text,
    (_T.TEXT, _T.DATETIME): _moment_of_text,
    (_T.TEXT, _T.UUID): _uuid_of_text,
}
