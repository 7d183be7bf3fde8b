"""The values of a SQLite column as those of another type, in their stored forms (see
``sqlite_storage``); which conversions there are, :mod:`..schema.conversion` says.

A value that does not fit is found by :func:`misfit` beforehand, so nothing is cut or
rounded.
"""

from __future__ import annotations

from typing import Optional

from ..enums import LogicalType
from ..schema import Column
from .sqlite_functions import HAS_FORM
from .text_form import STORED_DATE, STORED_MOMENT, WHOLE_DECIMAL, pattern

_T = LogicalType
_MIDNIGHT = " 00:00:00.000000"
_LARGEST_REAL = 2**63 - 1024
"""The largest number of 64 bits that a REAL can be; those above it would become one
that is none of 64 bits."""
_STORED_AS_NUMBERS = frozenset({_T.INTEGER, _T.BOOLEAN})
_NUMBERS = frozenset({_T.INTEGER, _T.DECIMAL, _T.TEXT})


def converted(quoted: str, before: Column, after: Column) -> str:
    """Return the expression of a column's value after the change; NULL stays NULL."""
    was, becomes = before.type, after.type
    if becomes is _T.DECIMAL and was in _NUMBERS:
        if was is _T.DECIMAL and before.scale == after.scale:
            return quoted
        return _scaled(f"CAST({quoted} AS TEXT)", after.scale or 0)
    if was is _T.DATETIME and becomes is _T.TEXT:
        text = f"replace({quoted}, ' ', 'T')"
        return f"{text} || '+00:00'" if before.timezone else text
    if was is _T.TEXT and becomes is _T.DATETIME:
        return _moment(quoted)
    if was is _T.TEXT and becomes is _T.TIME:
        return _with_fraction(quoted)
    if was is _T.TEXT and becomes is _T.UUID:
        return f"lower({quoted})"
    if was is _T.DATE and becomes is _T.DATETIME:
        return f"{quoted} || '{_MIDNIGHT}'"
    if was is _T.DATETIME and becomes is _T.DATE:
        return f"substr({quoted}, 1, 10)"
    if was is not becomes and becomes in (_T.INTEGER, _T.REAL):
        return f"CAST({quoted} AS {becomes.value})"
    if was is _T.INTEGER and becomes is _T.TEXT:
        return f"CAST({quoted} AS TEXT)"
    return quoted


def misfit(quoted: str, before: Column, after: Column) -> Optional[str]:
    """Return the condition that is true for a row whose value does not fit, None where
    every value does."""
    tests = [_misfit(quoted, before, after)]
    if before.type is not after.type:
        stored = "integer" if before.type in _STORED_AS_NUMBERS else "text"
        tests.insert(0, f"typeof({quoted}) <> '{stored}'")
    found = " OR ".join(test for test in tests if test is not None)
    return f"{quoted} IS NOT NULL AND ({found})" if found else None


def _misfit(quoted: str, before: Column, after: Column) -> Optional[str]:
    """Return the condition for values that are not NULL and stored as they should."""
    was, becomes = before.type, after.type
    value = converted(quoted, before, after)
    if becomes is _T.TEXT:
        return None if after.length is None else f"length({value}) > {after.length}"
    if becomes is _T.DECIMAL and was in _NUMBERS:
        return _has_not(f"CAST({quoted} AS TEXT)", pattern(after))
    if becomes is _T.INTEGER and was is _T.DECIMAL:
        return _has_not(quoted, WHOLE_DECIMAL)
    if becomes is _T.REAL and was is _T.INTEGER:
        return f"{quoted} > {_LARGEST_REAL} OR CAST({value} AS INTEGER) <> {quoted}"
    if becomes is _T.BOOLEAN and was is _T.INTEGER:
        return f"{quoted} NOT IN (0, 1)"
    if was is _T.DATETIME and becomes is _T.DATE:
        is_stored = _has_not(quoted, STORED_MOMENT)
        return f"substr({quoted}, 11) <> '{_MIDNIGHT}' OR {is_stored}"
    if was is _T.DATE and becomes is _T.DATETIME:
        return _has_not(quoted, STORED_DATE)
    if was is _T.TEXT:
        return _has_not(quoted, pattern(after))
    return None


def _has_not(text: str, form: str) -> str:
    """Return the condition for text that has another form."""
    return f"NOT {HAS_FORM}({text}, '{form}')"


def _moment(quoted: str) -> str:
    """Return the stored form of a text that is an ISO moment."""
    clock = f"replace(replace(substr({quoted}, 12), 'Z', ''), '+00:00', '')"
    return f"substr({quoted}, 1, 10) || ' ' || {_with_fraction(clock)}"


def _with_fraction(clock: str) -> str:
    """Return a time of day with microseconds, however many digits of them it has."""
    zeros = f"substr('.000000', length({clock}) - {len('00:00:00') - 1})"
    return f"({clock} || {zeros})"


def _scaled(text: str, scale: int) -> str:
    """Return a number that has no more digits behind the point, zeros aside, with so
    many."""
    point = f"instr({text} || '.', '.')"
    whole = f"substr({text}, 1, {point} - 1)"
    if not scale:
        return f"({whole})"
    digits = f"substr(substr({text}, {point} + 1) || '{'0' * scale}', 1, {scale})"
    return f"({whole} || '.' || {digits})"
