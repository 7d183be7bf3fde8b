"""The values of a column as those of another type, where the database has a type for
each: a column holds values of its own type only.

Which conversions there are, :mod:`..schema.conversion` says.  A conversion may cut and
round: which values it may get, :meth:`TypedConversion.misfit` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Optional

from ..enums import LogicalType
from ..schema import Column, Conversion, conversion
from .text_form import pattern

_T = LogicalType
_LEAST, _MOST = -(2**63), 2**63 - 1
_LARGEST_REAL = 2**63 - 1024
"""The largest number of 64 bits that a REAL can be; those above it would become one
that is none of 64 bits."""
_OF_ONE_LENGTH = frozenset({_T.DATE, _T.TIME, _T.DATETIME, _T.UUID})
"""The types of which all values have texts of one length."""
_LONG = Column("", _T.TEXT)
"""Text of any length."""


class TypedConversion(ABC):
    """The conversions of one database."""

    @abstractmethod
    def converted(self, quoted: str, before: Column, after: Column) -> str:
        """Return the expression of a column's value after the change, if it fits; NULL
        stays NULL."""

    def misfit(self, quoted: str, before: Column, after: Column) -> Optional[str]:
        """Return the condition that is true for a row whose value does not fit, None
        where every value does; it is not true for NULL."""
        if conversion(before, after) is not Conversion.NARROWING:
            return None
        was, becomes = before.type, after.type
        if becomes is _T.TEXT:
            if was in _OF_ONE_LENGTH:
                return f"{quoted} IS NOT NULL"
            text = quoted
            if was is not _T.TEXT:
                text = self.converted(quoted, before, _LONG)
            return f"CHAR_LENGTH({text}) > {after.length}"
        if was is _T.TEXT:
            return f"NOT {self._has_form(quoted, pattern(after))}"
        value = self.converted(quoted, before, after)
        if becomes is _T.DECIMAL:
            return self._too_many_digits(quoted, before, after)
        if becomes is _T.INTEGER:
            whole = self._truncated(quoted, 0)
            return f"{quoted} NOT BETWEEN {_LEAST} AND {_MOST} OR {quoted} <> {whole}"
        if becomes is _T.REAL:
            same = f"{self._as_integer(value)} <> {quoted}"
            return f"CASE WHEN {quoted} > {_LARGEST_REAL} THEN TRUE ELSE {same} END"
        if becomes is _T.BOOLEAN:
            return f"{quoted} NOT IN (0, 1)"
        return f"{quoted} <> {value}"

    def _too_many_digits(self, quoted: str, before: Column, after: Column) -> str:
        """Return the condition for a number that a DECIMAL does not hold."""
        scale = after.scale or 0
        digits = "9" * (after.precision or 0)
        most = digits[scale:] or "0"
        if scale:
            most += f".{digits[:scale]}"
        beyond = f"{quoted} NOT BETWEEN -{most} AND {most}"
        if (before.scale or 0) <= scale:
            return beyond
        return f"{beyond} OR {quoted} <> {self._truncated(quoted, scale)}"

    @abstractmethod
    def _has_form(self, text: str, form: str) -> str:
        """Return the test of a text for a pattern of ``text_form``."""

    @abstractmethod
    def _truncated(self, number: str, scale: int) -> str:
        """Return a decimal without the digits behind so many."""

    @abstractmethod
    def _as_integer(self, real: str) -> str:
        """Return a double that is an integer as one."""
