"""What becomes of values where a column gets another type."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import pytest

from code_analysis_db.enums import LogicalType
from code_analysis_db.schema import Column, Conversion, Table, conversion

_SAME, _WIDENING, _NARROWING, _IMPOSSIBLE = Conversion

#: Between types without sizes; a pair that is not here is impossible.
_EXPECTED: Dict[Tuple[str, str], Conversion] = {
    **{(kind.value, kind.value): _SAME for kind in LogicalType},
    ("INTEGER", "DECIMAL"): _WIDENING,
    ("INTEGER", "TEXT"): _WIDENING,
    ("INTEGER", "REAL"): _NARROWING,
    ("INTEGER", "BOOLEAN"): _NARROWING,
    ("BOOLEAN", "INTEGER"): _WIDENING,
    ("DATE", "DATETIME"): _WIDENING,
    ("DATETIME", "DATE"): _NARROWING,
    ("DECIMAL", "INTEGER"): _NARROWING,
    **{
        (kind, "TEXT"): _WIDENING
        for kind in ("DATE", "TIME", "DATETIME", "UUID", "DECIMAL", "JSON")
    },
    **{
        ("TEXT", kind): _NARROWING
        for kind in ("INTEGER", "DECIMAL", "DATE", "TIME", "DATETIME", "UUID")
    },
}


def column(kind: str, **sizes: Any) -> Column:
    """Read the definition of a column."""
    definition = {"name": "a", "type": kind, **sizes}
    return Table.from_definition({"name": "t", "columns": [definition]}).columns[0]


def digits(precision: int, scale: int) -> Column:
    """Return a DECIMAL."""
    return column("DECIMAL", precision=precision, scale=scale)


@pytest.mark.parametrize("before", [kind.value for kind in LogicalType])
def test_types_become_those_that_every_database_converts_to(before: str) -> None:
    """And no others."""
    for after in (kind.value for kind in LogicalType):
        expected = _EXPECTED.get((before, after), _IMPOSSIBLE)
        assert conversion(column(before), column(after)) is expected, after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, 9, _NARROWING),
        (9, None, _WIDENING),
        (9, 10, _WIDENING),
        (10, 9, _NARROWING),
        (9, 9, _SAME),
    ],
)
def test_text_fits_where_it_may_be_as_long(
    before: Optional[int], after: Optional[int], expected: Conversion
) -> None:
    """No limit is the largest."""
    texts = column("TEXT", length=before), column("TEXT", length=after)
    assert conversion(*texts) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((10, 2), (10, 2), _SAME),
        ((10, 2), (11, 2), _WIDENING),
        ((10, 2), (11, 3), _WIDENING),
        ((10, 2), (10, 3), _NARROWING),
        ((10, 2), (12, 1), _NARROWING),
        ((10, 2), (9, 2), _NARROWING),
    ],
)
def test_a_decimal_fits_where_there_are_as_many_digits_on_both_sides(
    before: Tuple[int, int], after: Tuple[int, int], expected: Conversion
) -> None:
    """More in all may be fewer before the point."""
    assert conversion(digits(*before), digits(*after)) is expected


@pytest.mark.parametrize(
    ("decimal", "into", "out_of"),
    [
        ((19, 0), _WIDENING, _NARROWING),
        ((18, 0), _NARROWING, _WIDENING),
        ((21, 2), _WIDENING, _NARROWING),
        ((20, 2), _NARROWING, _NARROWING),
    ],
)
def test_an_integer_has_nineteen_digits(
    decimal: Tuple[int, int], into: Conversion, out_of: Conversion
) -> None:
    """Of which not all numbers are, and none after a point."""
    assert conversion(column("INTEGER"), digits(*decimal)) is into
    assert conversion(digits(*decimal), column("INTEGER")) is out_of


@pytest.mark.parametrize(
    ("before", "longest"),
    [
        (column("INTEGER"), "-9223372036854775808"),
        (column("DATE"), "2000-01-01"),
        (column("TIME"), "12:00:00.000001"),
        (column("DATETIME"), "2000-01-01T12:00:00.000001"),
        (column("DATETIME", timezone=True), "2000-01-01T12:00:00.000001+00:00"),
        (column("UUID"), "00000000-0000-0000-0000-000000000000"),
        (digits(5, 2), "-123.45"),
        (digits(5, 0), "-12345"),
        (digits(2, 2), "-0.12"),
    ],
)
def test_values_become_text_where_the_longest_fits(
    before: Column, longest: str
) -> None:
    """To the letter."""
    enough, short = (
        column("TEXT", length=length) for length in (len(longest), len(longest) - 1)
    )
    assert conversion(before, enough) is _WIDENING
    assert conversion(before, short) is _NARROWING


def test_json_may_be_longer_than_any_limit() -> None:
    """Its text has no longest."""
    assert conversion(column("JSON"), column("TEXT", length=2**31 - 1)) is _NARROWING


def test_a_naive_moment_is_taken_for_one_in_utc_and_back() -> None:
    """Nothing is lost either way."""
    naive, instant = column("DATETIME"), column("DATETIME", timezone=True)
    assert conversion(naive, instant) is conversion(instant, naive) is _WIDENING
    assert conversion(instant, instant) is _SAME


def test_a_default_and_null_ask_nothing_of_the_type() -> None:
    """They are no conversion."""
    other = column("INTEGER", nullable=False, default=3)
    assert conversion(column("INTEGER"), other) is _SAME
