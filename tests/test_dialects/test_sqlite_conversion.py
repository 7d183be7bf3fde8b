"""What the values of a SQLite column become under another type."""

from __future__ import annotations

import sqlite3
from typing import Any, Optional

import pytest

from code_analysis_db.dialects.sqlite_conversion import converted, misfit
from code_analysis_db.dialects.sqlite_functions import HAS_FORM, has_form
from code_analysis_db.enums import LogicalType
from code_analysis_db.schema import Column

_T = LogicalType


def _column(kind: LogicalType, **more: Any) -> Column:
    """Return a column of a type."""
    return Column("x", kind, **more)


def _connect() -> sqlite3.Connection:
    """Return a connection that can tell the form of a text."""
    connection = sqlite3.connect(":memory:")
    connection.create_function(HAS_FORM, 2, has_form)
    return connection


def _result(value: Any, before: Column, after: Column) -> Optional[Any]:
    """Return what a value becomes, None where it does not fit."""
    connection = _connect()
    try:
        test = misfit('"x"', before, after) or "0"
        sql = f'SELECT {test}, {converted(chr(34) + "x" + chr(34), before, after)}'
        ((is_misfit, new),) = connection.execute(
            f'{sql} FROM (SELECT ? AS "x")', (value,)
        )
    finally:
        connection.close()
    return None if is_misfit else new


_INTEGER = _column(_T.INTEGER)
_TEXT = _column(_T.TEXT)
_DATE = _column(_T.DATE)
_NAIVE = _column(_T.DATETIME)
_INSTANT = _column(_T.DATETIME, timezone=True)
_PRICE = _column(_T.DECIMAL, precision=8, scale=2)
_EXACT = _column(_T.DECIMAL, precision=10, scale=4)
_COARSE = _column(_T.DECIMAL, precision=5, scale=1)
_WHOLE = _column(_T.DECIMAL, precision=5, scale=0)
_UUID = "0a1b2c3d-0000-4000-8000-0123456789ab"


@pytest.mark.parametrize(
    ("value", "before", "after", "wanted"),
    [
        (5, _INTEGER, _TEXT, "5"),
        (-(2**63), _INTEGER, _TEXT, str(-(2**63))),
        (5, _INTEGER, _PRICE, "5.00"),
        (2**53, _INTEGER, _column(_T.REAL), float(2**53)),
        (1, _INTEGER, _column(_T.BOOLEAN), 1),
        (1, _column(_T.BOOLEAN), _INTEGER, 1),
        ("1.50", _PRICE, _EXACT, "1.5000"),
        ("-0.50", _PRICE, _COARSE, "-0.5"),
        ("7.00", _PRICE, _WHOLE, "7"),
        ("-7.00", _PRICE, _INTEGER, -7),
        ("1.50", _PRICE, _TEXT, "1.50"),
        ("9223372036854775807", _TEXT, _INTEGER, 2**63 - 1),
        ("12.5", _TEXT, _PRICE, "12.50"),
        ("0.5", _TEXT, _PRICE, "0.50"),
        ("abc", _TEXT, _column(_T.TEXT, length=3), "abc"),
        ("2024-02-29", _TEXT, _DATE, "2024-02-29"),
        ("2024-02-29", _DATE, _NAIVE, "2024-02-29 00:00:00.000000"),
        ("2024-02-29 00:00:00.000000", _NAIVE, _DATE, "2024-02-29"),
        ("2024-02-29 01:02:03.000004", _NAIVE, _TEXT, "2024-02-29T01:02:03.000004"),
        (
            "2024-02-29 01:02:03.000004",
            _INSTANT,
            _TEXT,
            "2024-02-29T01:02:03.000004+00:00",
        ),
        ("2024-02-29T01:02:03", _TEXT, _NAIVE, "2024-02-29 01:02:03.000000"),
        ("2024-02-29 01:02:03.123456", _TEXT, _NAIVE, "2024-02-29 01:02:03.123456"),
        (
            "2024-02-29T01:02:03.5+00:00".replace(".5", ".500000"),
            _TEXT,
            _INSTANT,
            "2024-02-29 01:02:03.500000",
        ),
        ("23:59:59", _TEXT, _column(_T.TIME), "23:59:59.000000"),
        ("23:59:59.5", _TEXT, _column(_T.TIME), "23:59:59.500000"),
        ("2024-02-29 01:02:03.5Z", _TEXT, _INSTANT, "2024-02-29 01:02:03.500000"),
        ("1.5000", _TEXT, _PRICE, "1.50"),
        (2**63 - 1024, _INTEGER, _column(_T.REAL), float(2**63 - 1024)),
        (_UUID.upper(), _TEXT, _column(_T.UUID), _UUID),
    ],
)
def test_values_that_fit_are_converted(
    value: Any, before: Column, after: Column, wanted: Any
) -> None:
    """Exactly, into the stored form of the new type."""
    found = _result(value, before, after)
    assert found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        (2**63 - 1, _INTEGER, _column(_T.REAL)),
        (2**53 + 1, _INTEGER, _column(_T.REAL)),
        (1_000_000, _INTEGER, _PRICE),
        (2, _INTEGER, _column(_T.BOOLEAN)),
        ("1.25", _PRICE, _COARSE),
        ("12345.00", _PRICE, _COARSE),
        ("1.50", _PRICE, _INTEGER),
        ("007", _TEXT, _PRICE),
        ("-0", _TEXT, _PRICE),
        ("", _TEXT, _PRICE),
        ("1e3", _TEXT, _PRICE),
        ("1.2.3", _TEXT, _PRICE),
        ("1.234", _TEXT, _PRICE),
        (" 5", _TEXT, _INTEGER),
        ("05", _TEXT, _INTEGER),
        ("9223372036854775808", _TEXT, _INTEGER),
        ("abcd", _TEXT, _column(_T.TEXT, length=3)),
        ("2020-02-30", _TEXT, _DATE),
        ("0999-01-01", _TEXT, _DATE),
        ("now", _TEXT, _DATE),
        ("2020-02-03 00:00:00", _TEXT, _DATE),
        ("2024-02-29 00:00:00.000001", _NAIVE, _DATE),
        ("2020-02-30 00:00:00", _TEXT, _NAIVE),
        ("2020-02-03 24:00:00", _TEXT, _NAIVE),
        ("2020-02-03 01:02", _TEXT, _NAIVE),
        ("2020-02-03+01:02:03", _TEXT, _NAIVE),
        ("2020-02-03 01:02:03+00:00", _TEXT, _NAIVE),
        ("2020-02-03 01:02:03+02:00", _TEXT, _INSTANT),
        ("24:00:00", _TEXT, _column(_T.TIME)),
        ("1:00:00", _TEXT, _column(_T.TIME)),
        (_UUID.replace("-", ""), _TEXT, _column(_T.UUID)),
        (_UUID.replace("a", "g"), _TEXT, _column(_T.UUID)),
        (b"2020-02-03", _TEXT, _DATE),
    ],
)
def test_values_that_do_not_fit_are_found(
    value: Any, before: Column, after: Column
) -> None:
    """None is cut, rounded or guessed."""
    assert _result(value, before, after) is None


@pytest.mark.parametrize("after", [_INTEGER, _TEXT, _DATE, _column(_T.BLOB)])
def test_null_stays_null_and_fits(after: Column) -> None:
    """Of whatever type."""
    before = _column(_T.BLOB) if after.type is _T.BLOB else _TEXT
    connection = _connect()
    test = misfit("NULL", before, after) or "0"
    new = converted("NULL", before, after)
    assert connection.execute(f"SELECT {test}, {new}").fetchall() == [(0, None)]
    connection.close()
