"""The values of a SQLite column as those of another type, in their stored forms (see
``sqlite_storage``); which conversions there are, :mod:`..schema.conversion` says.

A value that does not fit is found by :func:`misfit` beforehand: one that SQLite cannot
convert and give back unchanged is no fit, so nothing is cut or rounded.
"""

from __future__ import annotations

from typing import Optional

from ..enums import LogicalType
from ..exceptions import UnsupportedError
from ..schema import Column
from ..schema.conversion import Conversion, conversion

_T = LogicalType
_MIDNIGHT = " 00:00:00.000000"
_EXACT_REALS = 2**53
"""Up to which every integer is a REAL."""
_TIME_PATTERN = "[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]"
_FIRST_YEAR = "1000"
"""See ``schema.rules.moment``."""
_STORED_AS_NUMBERS = frozenset({_T.INTEGER, _T.BOOLEAN})


def converted(quoted: str, before: Column, after: Column) -> str:
    """Return the expression of a column's value after the change; NULL stays NULL.

    Raises:
        UnsupportedError: SQLite has no expression for it.
    """
    was, becomes = before.type, after.type
    _check_possible(before, after)
    if becomes is _T.DECIMAL and was in (_T.INTEGER, _T.DECIMAL, _T.TEXT):
        if was is _T.DECIMAL and before.scale == after.scale:
            return quoted
        return _scaled(f"CAST({quoted} AS TEXT)", after.scale or 0)
    if was is _T.DATETIME and becomes is _T.TEXT:
        text = f"replace({quoted}, ' ', 'T')"
        return f"{text} || '+00:00'" if before.timezone else text
    if was is _T.TEXT and becomes is _T.DATETIME:
        return _moment(quoted, after)
    if was is _T.TEXT and becomes is _T.TIME:
        return _with_fraction(quoted, len("00:00:00"))
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
        tests.append(f"typeof({quoted}) <> '{stored}'")
    found = " OR ".join(test for test in tests if test is not None)
    return f"{quoted} IS NOT NULL AND ({found})" if found else None


def _misfit(quoted: str, before: Column, after: Column) -> Optional[str]:
    """Return the condition for values that are not NULL."""
    was, becomes = before.type, after.type
    value = converted(quoted, before, after)
    if becomes is _T.TEXT:
        return None if after.length is None else f"length({value}) > {after.length}"
    if becomes is _T.DECIMAL and was in (_T.INTEGER, _T.DECIMAL, _T.TEXT):
        return _decimal_misfit(f"CAST({quoted} AS TEXT)", after)
    if becomes is _T.INTEGER and was is _T.TEXT:
        return f"CAST(CAST({quoted} AS INTEGER) AS TEXT) IS NOT {quoted}"
    if becomes is _T.INTEGER and was is _T.DECIMAL:
        whole = f"CAST(CAST({quoted} AS INTEGER) AS TEXT)"
        return f"{_trimmed(quoted)} IS NOT {whole}"
    if becomes is _T.REAL and was is _T.INTEGER:
        return f"{quoted} NOT BETWEEN -{_EXACT_REALS} AND {_EXACT_REALS}"
    if becomes is _T.BOOLEAN and was is _T.INTEGER:
        return f"{quoted} NOT IN (0, 1)"
    if becomes is _T.DATE and was is _T.DATETIME:
        return f"substr({quoted}, 11) IS NOT '{_MIDNIGHT}'"
    if was is not _T.TEXT:
        return None
    if becomes is _T.DATE:
        return _date_misfit(quoted)
    if becomes is _T.TIME:
        return _time_misfit(value)
    if becomes is _T.DATETIME:
        return (
            f"{_date_misfit(f'substr({quoted}, 1, 10)')}"
            f" OR substr({quoted}, 11, 1) NOT IN (' ', 'T')"
            f" OR {_time_misfit(f'substr({value}, 12)')}"
        )
    if becomes is _T.UUID:
        digits = f"replace({value}, '-', '')"
        return (
            f"{value} NOT LIKE '________-____-____-____-____________'"
            f" OR length({digits}) <> 32 OR {digits} GLOB '*[^0-9a-f]*'"
        )
    return None


def _check_possible(before: Column, after: Column) -> None:
    """Refuse what cannot be done, or not exactly: SQLite writes no canonical JSON."""
    is_new_json = after.type is _T.JSON and before.type is not _T.JSON
    if is_new_json or conversion(before, after) is Conversion.IMPOSSIBLE:
        raise UnsupportedError(
            f"the {before.type.value} values of column {before.name!r} cannot become"
            f" {after.type.value} on SQLite; add another column and fill it",
            column=before.name,
        )


def _moment(quoted: str, after: Column) -> str:
    """Return the stored form of a text that is an ISO moment."""
    text = f"substr({quoted}, 12)"
    if after.timezone:
        zone = f"substr({quoted}, -6) = '+00:00'"
        text = f"substr({quoted}, 12, length({quoted}) - 11 - 6 * ({zone}))"
    time = _with_fraction(text, len("00:00:00"))
    return f"substr({quoted}, 1, 10) || ' ' || {time}"


def _date_misfit(text: str) -> str:
    """Return the condition for what is no date; the modifier makes SQLite notice the
    31st of a month of 30 days."""
    return f"date({text}, '+0 days') IS NOT {text} OR {text} < '{_FIRST_YEAR}'"


def _time_misfit(text: str) -> str:
    """Return the condition for what is no stored time of day."""
    return f"{text} NOT GLOB '{_TIME_PATTERN}' OR {text} >= '24'"


def _with_fraction(text: str, plain: int) -> str:
    """Return a time with microseconds, where it has none."""
    return f"CASE length({text}) WHEN {plain} THEN {text} || '.000000' ELSE {text} END"


def _fraction(text: str) -> str:
    """Return the digits behind the point."""
    return f"CASE instr({text}, '.') WHEN 0 THEN '' ELSE {_behind(text)} END"


def _behind(text: str) -> str:
    """Return what stands behind the point that there is."""
    return f"substr({text}, instr({text}, '.') + 1)"


def _whole(text: str) -> str:
    """Return what stands before the point."""
    before = f"substr({text}, 1, instr({text}, '.') - 1)"
    return f"CASE instr({text}, '.') WHEN 0 THEN {text} ELSE {before} END"


def _trimmed(text: str) -> str:
    """Return a number of a DECIMAL column without a fraction of zeros only."""
    return (
        f"CASE WHEN rtrim({_fraction(text)}, '0') = '' THEN {_whole(text)}"
        f" ELSE {text} END"
    )


def _scaled(text: str, scale: int) -> str:
    """Return a number with so many digits behind the point."""
    if not scale:
        return f"({_whole(text)})"
    digits = f"substr(({_fraction(text)}) || '{'0' * scale}', 1, {scale})"
    return f"({_whole(text)}) || '.' || {digits}"


def _decimal_misfit(text: str, after: Column) -> str:
    """Return the condition for what is no number or has too many digits."""
    scale = after.scale or 0
    free = (after.precision or 0) - scale
    return (
        f"{text} = '' OR {text} GLOB '*[^-0-9.]*' OR {text} GLOB '?*-*'"
        f" OR {text} GLOB '*.*.*' OR {text} GLOB '.*' OR {text} GLOB '*.'"
        f" OR {text} GLOB '-.*' OR {text} = '-'"
        # of which the digits would not be the same as those of the number
        f" OR ltrim({text}, '-') GLOB '0[0-9]*'"
        f" OR ({text} GLOB '-*' AND ltrim({text}, '-0.') = '')"
        f" OR length(rtrim({_fraction(text)}, '0')) > {scale}"
        f" OR length(ltrim({_whole(text)}, '-0')) > {free}"
    )
