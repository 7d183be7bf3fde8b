"""Whether the values of a column can become those of another, losing nothing.

No value is cut or rounded: where some do not fit, they are counted before anything is
changed.  What text a value becomes is its ISO form (DATE, TIME, DATETIME), its digits,
its canonical JSON.
Text becomes what it is the text of, but for JSON: text that is JSON need not be the
canonical text by which values are compared, and no database writes that.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Optional

from ..enums import LogicalType
from .column import Column

_INTEGER_DIGITS = 19
"""Of the largest number of 64 bits; it has 18 digits that are free."""

_T = LogicalType

_TEXT_LENGTHS = {
    _T.INTEGER: len("-9223372036854775808"),
    _T.DATE: len("2000-01-01"),
    _T.TIME: len("00:00:00.000000"),
    _T.UUID: len("00000000-0000-0000-0000-000000000000"),
}
_NAIVE_LENGTH = len("2000-01-01T00:00:00.000000")
_INSTANT_LENGTH = len("2000-01-01T00:00:00.000000+00:00")


class Conversion(Enum):
    """What a change of a column's type asks of the values."""

    SAME = auto()
    """The type is the same."""
    WIDENING = auto()
    """Every value fits."""
    NARROWING = auto()
    """Some values may not fit."""
    IMPOSSIBLE = auto()
    """There is no way that every database has."""


_BY_TYPES = {
    (_T.BOOLEAN, _T.INTEGER): Conversion.WIDENING,
    (_T.DATE, _T.DATETIME): Conversion.WIDENING,
    (_T.INTEGER, _T.REAL): Conversion.NARROWING,
    (_T.INTEGER, _T.BOOLEAN): Conversion.NARROWING,
    (_T.DATETIME, _T.DATE): Conversion.NARROWING,
    **{
        (_T.TEXT, wanted): Conversion.NARROWING
        for wanted in (
            _T.INTEGER,
            _T.DECIMAL,
            _T.DATE,
            _T.TIME,
            _T.DATETIME,
            _T.UUID,
        )
    },
}


def conversion(before: Column, after: Column) -> Conversion:
    """Return what it takes to make the values of ``before`` values of ``after``."""
    if before.type is after.type:
        return _resized(before, after)
    if after.type is _T.TEXT:
        return _to_text(before, after.length)
    if after.type is _T.DECIMAL and before.type is _T.INTEGER:
        return _fitting(_free_digits(after) >= _INTEGER_DIGITS)
    if after.type is _T.INTEGER and before.type is _T.DECIMAL:
        return _fitting(not before.scale and _free_digits(before) < _INTEGER_DIGITS)
    return _BY_TYPES.get((before.type, after.type), Conversion.IMPOSSIBLE)


def _fitting(fits: bool) -> Conversion:
    """Return the conversion for values that all fit, or may not."""
    return Conversion.WIDENING if fits else Conversion.NARROWING


def _free_digits(column: Column) -> int:
    """Return how many digits a DECIMAL has before the point."""
    return (column.precision or 0) - (column.scale or 0)


def _resized(before: Column, after: Column) -> Conversion:
    """Return the conversion between two columns of one type."""
    if before.type is _T.TEXT and before.length != after.length:
        return _fitting(_holds(after.length, before.length))
    if before.type is _T.DECIMAL:
        if (before.precision, before.scale) != (after.precision, after.scale):
            return _fitting(
                (after.scale or 0) >= (before.scale or 0)
                and _free_digits(after) >= _free_digits(before)
            )
    if before.timezone is not after.timezone:
        return Conversion.WIDENING
    return Conversion.SAME


def _to_text(before: Column, length: Optional[int]) -> Conversion:
    """Return the conversion of values to text of at most ``length`` characters."""
    if before.type in (_T.JSON, _T.DECIMAL, _T.DATETIME, *_TEXT_LENGTHS):
        return _fitting(_holds(length, _text_length(before)))
    return Conversion.IMPOSSIBLE


def _text_length(column: Column) -> Optional[int]:
    """Return the most characters of a value's text, None for no limit."""
    if column.type is _T.DECIMAL:
        scale = column.scale or 0
        point = 1 if scale else 0
        return len("-") + max(_free_digits(column), 1) + point + scale
    if column.type is _T.DATETIME:
        return _INSTANT_LENGTH if column.timezone else _NAIVE_LENGTH
    return _TEXT_LENGTHS.get(column.type)


def _holds(limit: Optional[int], length: Optional[int]) -> bool:
    """Tell whether text of at most ``length`` goes where ``limit`` is the most."""
    return limit is None or (length is not None and length <= limit)


def has_same_values(before: Column, after: Column) -> bool:
    """Tell whether the values that fit stay as they are stored."""
    return (before.type, before.scale, before.timezone) == (
        after.type,
        after.scale,
        after.timezone,
    )
