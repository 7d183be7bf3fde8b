"""Columns of every type, and values that lie at the limits of what becomes others."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any, Dict, List

from hypothesis import strategies as st

from code_analysis_db.enums import LogicalType
from code_analysis_db.schema import Column

from .conversion_model import decimal_of, text_of

_T = LogicalType

COLUMNS: List[Column] = [
    Column("c", _T.TEXT),
    Column("c", _T.TEXT, length=5),
    Column("c", _T.TEXT, length=30),
    Column("c", _T.TEXT, length=400),
    Column("c", _T.INTEGER),
    Column("c", _T.REAL),
    Column("c", _T.BOOLEAN),
    Column("c", _T.DATETIME),
    Column("c", _T.DATETIME, timezone=True),
    Column("c", _T.DATE),
    Column("c", _T.TIME),
    Column("c", _T.UUID),
    Column("c", _T.JSON),
    *(
        Column("c", _T.DECIMAL, precision=precision, scale=scale)
        for precision, scale in ((5, 2), (3, 3), (8, 0), (25, 4), (38, 10))
    ),
]
"""Of every type but BLOB, which becomes nothing else."""

_EDGES = [
    *(
        sign * (2**power) + by
        for sign in (1, -1)
        for power in (53, 60, 62)
        for by in (0, 1)
    ),
    *(2**63 - 1, 2**63 - 1024, 2**63 - 513, -(2**63), 0, 1, 2, 999, 1000, -1000),
]
_TEXTS = [
    *("", " ", "007", "-0", "-0.0", "0.0", "00", "1e3", "+1", ".5", "5.", "1.50"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808"),
    *(
        "-9223372036854775809",
        "1000000000000000000",
        "12\n",
        "１２",
        "0x1",
        "-",
        "NULL",
    ),
    *("2000-02-29", "1900-02-29", "2024-02-29", "2023-02-29", "2024-04-31"),
    *("0999-01-01", "1000-01-01", "9999-12-31", "2024-1-1", "2024-01-01\n", "now"),
    *("24:00:00", "23:59:60", "23:59:59.1234567", "10:11:12.5", "10:11", "10:11:12."),
    *("2024-01-01T10:11:12Z", "2024-01-01 10:11:12.25", "2024-01-01t10:11:12"),
    *("2024-01-01T10:11:12+00:00", "2024-01-01T10:11:12+02:00", "2024-01-01T"),
    *("2024-01-01T10:11:12z", "2024-01-01  10:11:12", "2024-02-30T10:11:12"),
    *("0A1b2c3d-0000-4000-8000-0123456789ab", "0A1b2c3d00004000800001234567890a"),
    *("{0a1b2c3d-0000-4000-8000-0123456789ab}", "ſ", "abcde", "äöüßé", "abcdef"),
]


def _moments(zone: Any) -> st.SearchStrategy[datetime]:
    """Return moments, midnights among them."""
    drawn = st.datetimes(datetime(1000, 1, 1)) | st.dates(date(1000, 1, 1)).map(
        lambda day: datetime.combine(day, time())
    )
    return drawn.map(lambda moment: moment.replace(tzinfo=zone))


def _decimals(column: Column) -> st.SearchStrategy[Decimal]:
    """Return numbers that the column holds, with few digits behind the point."""
    scale, most = column.scale or 0, 10 ** (column.precision or 0) - 1
    numerators = st.integers(-most, most) | st.integers(
        -(most // 10**scale), most // 10**scale
    ).map(lambda whole: whole * 10**scale)
    return numerators.map(lambda numerator: decimal_of(numerator, scale))


def values(column: Column) -> st.SearchStrategy[Any]:
    """Return values of a column other than None."""
    if column.type is _T.TEXT:
        texts = st.sampled_from(_TEXTS) | st.sampled_from(COLUMNS[4:]).flatmap(
            lambda other: values(other).map(text_of)
        )
        return texts.filter(lambda t: column.length is None or len(t) <= column.length)
    if column.type is _T.DECIMAL:
        return _decimals(column)
    by_type: Dict[LogicalType, st.SearchStrategy[Any]] = {
        _T.INTEGER: st.integers(-(2**63), 2**63 - 1)
        | st.integers(-5, 5)
        | st.sampled_from(_EDGES),
        _T.REAL: st.floats(allow_nan=False, allow_infinity=False),
        _T.BOOLEAN: st.booleans(),
        _T.DATETIME: _moments(timezone.utc if column.timezone else None),
        _T.DATE: st.dates(date(1000, 1, 1)),
        _T.TIME: st.times(),
        _T.UUID: st.uuids(),
        _T.JSON: st.dictionaries(st.sampled_from("abé"), st.integers(0, 9), max_size=2),
        _T.BLOB: st.binary(max_size=4),
    }
    return by_type[column.type]
