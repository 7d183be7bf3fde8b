"""Random values as database columns may hold them, for hypothesis."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import strategies as st

INTEGERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
OFFSETS = st.integers(min_value=-23 * 60, max_value=23 * 60).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False).map(Decimal)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    INTEGERS,
    st.floats(allow_nan=False),
    TEXTS,
    st.binary(max_size=40),
    st.datetimes(timezones=st.none() | OFFSETS),
    st.dates(),
    st.times(),
    DECIMALS,
    st.uuids(),
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
VALUES = SCALARS | JSON_VALUES
NAMES = TEXTS.filter(bool)
