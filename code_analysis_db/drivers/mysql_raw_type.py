"""The values of raw SQL's results, by MySQL's codes of their types."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from ..dialects.mysql_storage import decode_dates, decode_datetimes, decode_times
from ..dialects.storage import Converter
from .mysql_result import TINY_OF_ONE

_TIMESTAMP, _DATE, _TIME, _DATETIME = 7, 10, 11, 12
_BOOLEANS = {0: False, 1: True}


def _booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Return bools where there is nothing but 0 and 1."""
    return [_BOOLEANS.get(value, value) for value in values]


_DECODERS: Dict[int, Converter] = {
    _TIMESTAMP: decode_datetimes,
    _DATETIME: decode_datetimes,
    _DATE: decode_dates,
    _TIME: decode_times,
    TINY_OF_ONE: _booleans,
}


def decode_rows(codes: Sequence[int], rows: List[Sequence[Any]]) -> List[Sequence[Any]]:
    """Return rows with moments and booleans as Python's; what is none of Python's (a
    TIME of 30 hours) stays text."""
    places = [place for place, code in enumerate(codes) if code in _DECODERS]
    if not places or not rows:
        return rows
    values: List[Sequence[Any]] = list(zip(*rows))
    for place in places:
        try:
            values[place] = _DECODERS[codes[place]](values[place])
        except ValueError:
            continue
    return list(zip(*values))
