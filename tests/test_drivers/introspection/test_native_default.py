"""What the text of a default means in a column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict

import pytest

from code_analysis_db.drivers.introspection.native_default import default_of
from code_analysis_db.enums import DefaultFunction, LogicalType
from code_analysis_db.schema import (
    Column,
    DefaultExpression,
    DefaultValue,
    NativeDefault,
)

_UTC = dt.timezone.utc


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("TEXT", "", ""),
        ("INTEGER", "-9223372036854775808", -(2**63)),
        ("REAL", "1e-7", 1e-7),
        ("BOOLEAN", "0", False),
        ("BOOLEAN", "true", True),
        ("DECIMAL", "1.5", Decimal("1.50")),
        ("DATETIME", "2020-01-02 03:04:05", dt.datetime(2020, 1, 2, 3, 4, 5)),
        ("DATETIME", "2020-01-02 03:04:05.1", dt.datetime(2020, 1, 2, 3, 4, 5, 100000)),
        ("DATE", "2020-01-02", dt.date(2020, 1, 2)),
        ("TIME", "23:59:59.25", dt.time(23, 59, 59, 250000)),
        ("BLOB", "00ff", b"\0\xff"),
        ("JSON", '{"b": 1, "a": null}', '{"a":null,"b":1}'),
        ("UUID", "0" * 31 + "5", "00000000-0000-0000-0000-000000000005"),
    ],
)
def test_a_value_is_in_its_normal_form(kind: str, text: str, value: Any) -> None:
    """So that it equals the one that a definition states."""
    found = default_of(_column(kind), text, text, {})
    assert found == DefaultValue(value)
    assert isinstance(found, DefaultValue) and type(found.value) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-02 03:04:05",
        "2020-01-02 05:04:05+02",
        "2020-01-02 05:34:05.0+0230",
        "2020-01-02 03:04:05+00:00",
    ],
)
def test_an_instant_is_in_utc(text: str) -> None:
    """One without a time zone is already."""
    column = Column("c", LogicalType.DATETIME, timezone=True)
    expected = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=_UTC)
    assert default_of(column, text, text, {}) == DefaultValue(expected)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("INTEGER", "x"),
        ("INTEGER", "9223372036854775808"),
        ("REAL", "nan"),
        ("BOOLEAN", "2"),
        ("DECIMAL", "1.555"),
        ("DATETIME", "0001-01-01 00:00:00"),
        ("TIME", "25:00"),
        ("BLOB", "0"),
        ("JSON", "{"),
        ("UUID", "5"),
    ],
)
def test_what_is_no_value_of_the_type_stays_sql(kind: str, text: str) -> None:
    """And equals no default that a definition could state otherwise."""
    assert default_of(_column(kind), text, "the sql", {}) == NativeDefault("the sql")


def test_an_expression_of_the_drivers_own_is_known() -> None:
    """In a column of its type."""
    functions: Dict[str, DefaultFunction] = {"now": DefaultFunction.CURRENT_DATE}
    found = default_of(_column("DATE"), None, "now", functions)
    assert found == DefaultExpression(DefaultFunction.CURRENT_DATE)
    text = default_of(_column("TEXT"), None, "now", functions)
    assert text == NativeDefault("now")
    assert default_of(_column("DATE"), None, "x", functions) == NativeDefault("x")


def _column(kind: str) -> Column:
    """Return a column of a type."""
    if kind == "DECIMAL":
        return Column("c", LogicalType.DECIMAL, precision=5, scale=2)
    return Column("c", LogicalType(kind))
