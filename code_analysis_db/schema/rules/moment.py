"""The rules of DATETIME, DATE and TIME columns.

Years run from 1000 to 9999: MySQL holds no others.
"""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from typing import Any, Sequence

from .value_rule import Kinds, ValueRule

_FIRST_YEAR = 1000
_YEAR_REASON = "years run from 1000 to 9999"


class DatetimeRule(ValueRule):
    """Naive datetimes; or, where the column has a time zone, instants.

    The normal form of an instant is aware, in UTC.
    """

    exact = frozenset({datetime})

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Check awareness and years, bring instants to UTC."""
        if self.column.timezone:
            if any(value.tzinfo is not timezone.utc for value in values):
                values = [self._in_utc(value) for value in values]
        elif {value.tzinfo for value in values} - {None}:
            culprit = next(value for value in values if value.tzinfo is not None)
            self.refuse(
                culprit, "it has a time zone; declare the column with timezone: true"
            )
        if values and min(values).year < _FIRST_YEAR:
            self.refuse(min(values), _YEAR_REASON)
        return values

    def _in_utc(self, value: datetime) -> datetime:
        """Return the same instant in UTC."""
        if value.utcoffset() is None:
            self.refuse(value, "it has no time zone and the column holds instants")
        try:
            return value.astimezone(timezone.utc)
        except OverflowError:
            self.refuse(value, _YEAR_REASON)


class DateRule(ValueRule):
    """Dates; a datetime is none."""

    exact = frozenset({date})
    refused = (datetime,)

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Check the years."""
        if values and min(values).year < _FIRST_YEAR:
            self.refuse(min(values), _YEAR_REASON)
        return values


class TimeRule(ValueRule):
    """Times of day, without a time zone."""

    exact = frozenset({time})

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Refuse time zones."""
        if {value.tzinfo for value in values} - {None}:
            culprit = next(value for value in values if value.tzinfo is not None)
            self.refuse(culprit, "a time of day has no time zone")
        return values
