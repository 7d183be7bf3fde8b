"""The patterns of texts that are values match what Python reads as these values."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from code_analysis_db.dialects.text_form import WHOLE_DECIMAL, pattern
from code_analysis_db.enums import LogicalType
from code_analysis_db.schema import Column, Conversion, conversion

from tests.test_drivers.sync.conversion_model import Misfit, become
from tests.test_drivers.sync.conversion_values import COLUMNS, values

_TEXT = Column("c", LogicalType.TEXT)
_READ = [
    column
    for column in COLUMNS
    if column.type is not LogicalType.TEXT
    and conversion(_TEXT, column) is Conversion.NARROWING
]


def _is_read(text: str, column: Column) -> bool:
    """Tell whether Python reads a text as a value of the column."""
    try:
        become(text, _TEXT, column)
    except Misfit:
        return False
    return True


@st.composite
def _nearly(draw: st.DrawFn) -> str:
    """Draw a text that is one of a value, or differs from one by a character."""
    text: str = draw(values(_TEXT))
    place = draw(st.integers(0, len(text)))
    other = draw(
        st.sampled_from(["", "0", "9", "-", ".", ":", "T", "Z", " ", "\n", "a"])
    )
    kept = draw(st.integers(0, 2))
    return draw(st.sampled_from([text, text[:place] + other + text[place + kept :]]))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(_nearly(), st.sampled_from(_READ))
def test_a_text_has_the_form_that_python_reads(text: str, column: Column) -> None:
    """And no other: no blank, no line feed at the end, no other digits."""
    assert bool(re.match(pattern(column), text)) is _is_read(text, column)


@pytest.mark.parametrize("year", [1000, 1600, 1900, 1904, 1996, 2000, 2023, 2100, 9996])
def test_leap_years_have_a_day_more(year: int) -> None:
    """By the calendar that Python has."""
    date = Column("c", LogicalType.DATE)
    for month in range(1, 13):
        for day in range(28, 32):
            text = f"{year}-{month:02}-{day}"
            assert bool(re.match(pattern(date), text)) is _is_read(text, date), text


@pytest.mark.parametrize("by", range(-12, 13))
def test_numbers_end_at_64_bits(by: int) -> None:
    """At both ends, to the last."""
    integer = Column("c", LogicalType.INTEGER)
    for number in (2**63 + by, -(2**63) + by, 10**18 + by, by):
        fits = -(2**63) <= number < 2**63
        assert bool(re.match(pattern(integer), str(number))) is fits
        assert bool(re.match(WHOLE_DECIMAL, f"{number}.000")) is fits
        assert not re.match(WHOLE_DECIMAL, f"{number}.001")


@pytest.mark.parametrize("column", _READ, ids=lambda column: column.type.value)
def test_patterns_need_no_escaping_in_sql(column: Column) -> None:
    """In no database's strings, and in no package's."""
    assert not set(pattern(column)) & set("\\%'\"`")
