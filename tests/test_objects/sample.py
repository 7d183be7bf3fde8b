"""A mapped class with a column of every kind, and objects of it for property tests."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Annotated, Any, Dict, List, Optional
from uuid import UUID

import attrs
from hypothesis import strategies as st

from code_analysis_db.client.mapping import (
    PrimaryKey,
    UpdatedAt,
    mapped,
    new_id,
    utc_now,
)


@attrs.define
class Place:
    """A value that is kept inside a JSON column."""

    line: int
    label: str


@mapped("samples", unique=[["text"]])
@attrs.define(kw_only=True)
class Sample:
    """Every kind of column, plain and optional."""

    text: str
    flag: bool
    number: int
    maybe_number: Optional[int]
    ratio: Optional[float]
    raw: Optional[bytes]
    day: Optional[date]
    hour: Optional[time]
    price: Optional[Decimal]
    names: Optional[List[str]]
    counts: Dict[str, int]
    places: Optional[List[Place]]
    anything: Any
    other: Optional[UUID]
    seen_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
)
REALS = st.floats(allow_nan=False, allow_infinity=False).map(lambda real: real + 0.0)
MOMENTS = st.datetimes(
    datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(timezone.utc)
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
SAMPLES: st.SearchStrategy[Sample] = st.builds(
    Sample,
    text=TEXTS,
    flag=st.booleans(),
    number=INTEGERS,
    maybe_number=st.none() | INTEGERS,
    ratio=st.none() | REALS,
    raw=st.none() | st.binary(max_size=40),
    day=st.none() | st.dates(date(1000, 1, 1)),
    hour=st.none() | st.times(),
    price=st.none() | st.decimals("-1e20", "1e20", places=10),
    names=st.none() | st.lists(TEXTS, max_size=4),
    counts=st.dictionaries(TEXTS, INTEGERS, max_size=4),
    places=st.none() | st.lists(st.builds(Place, INTEGERS, TEXTS), max_size=3),
    anything=JSON_VALUES,
    other=st.none() | st.uuids(),
    seen_at=MOMENTS,
    id=st.uuids(),
)
