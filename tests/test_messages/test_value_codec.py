"""Values keep their type and their value on the wire."""

from __future__ import annotations

import datetime
import enum
import uuid
from collections import OrderedDict
from decimal import Decimal
from typing import Any

import ormsgpack
import pytest
from hypothesis import given

from code_analysis_db.exceptions import InvalidValueError, ProtocolError
from code_analysis_db.messages.value_codec import pack, unpack

from .strategies import VALUES


class Colour(enum.IntEnum):
    """A subclass of a plain type."""

    RED = 1


@given(VALUES)
def test_value_round_trips_with_its_type(value: Any) -> None:
    """Every value of a column comes back equal and of the same type."""
    back = unpack(pack(value))
    assert back == value
    assert type(back) is type(value)


def test_negative_zero_and_utc_offset_survive() -> None:
    """Equality does not see the sign of a zero or an offset: look at the text."""
    aware = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)
    shifted = aware.astimezone(datetime.timezone(datetime.timedelta(hours=5.5)))
    for value in (-0.0, aware, shifted, Decimal("1.500"), Decimal("-0E+3")):
        assert repr(unpack(pack(value))) == repr(value)


@pytest.mark.parametrize(
    ("given_value", "sent"),
    [
        (Colour.RED, 1),
        (OrderedDict(a=1), {"a": 1}),
        ((1, 2), [1, 2]),
        (bytearray(b"x"), b"x"),
        (memoryview(b"x"), b"x"),
    ],
)
def test_subclass_travels_as_the_plain_type(given_value: Any, sent: Any) -> None:
    """What a plain type's subclass adds is not kept."""
    back = unpack(pack(given_value))
    assert back == sent
    assert type(back) is type(sent)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"data": {"n": 2**64}}, "data.n: 18446744073709551616 does not fit"),
        ({"rows": [[1], ["\ud800"]]}, "rows[1][0]: '\\ud800' holds a lone surrogate"),
        ({"where": {"a": {1, 2}}}, "where.a: {1, 2} is of type set"),
        ({"data": {3: 1}}, "data: key 3 is not a string"),
    ],
)
def test_value_that_cannot_travel_is_named_with_its_place(
    value: Any, part: str
) -> None:
    """The message says where the value is and what is wrong with it."""
    with pytest.raises(InvalidValueError) as caught:
        pack(value)
    assert part in str(caught.value)


def test_value_nested_without_end_is_refused() -> None:
    """A list within itself ends in an error, not in a crash."""
    endless: Any = []
    endless.append(endless)
    with pytest.raises(InvalidValueError):
        pack(endless)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\xdd\xff\xff\xff\xff",
        b"\x91" * 5000,
        ormsgpack.packb(ormsgpack.Ext(99, b"")),
        ormsgpack.packb(ormsgpack.Ext(1, b"no date")),
        ormsgpack.packb(ormsgpack.Ext(4, b"no number")),
        ormsgpack.packb(ormsgpack.Ext(5, b"short")),
    ],
)
def test_malformed_bytes_are_a_protocol_error(data: bytes) -> None:
    """Whatever a peer sends, the reader gets one class of error."""
    with pytest.raises(ProtocolError):
        unpack(data)


def test_unknown_uuid_bytes_are_kept() -> None:
    """A UUID needs no version or variant to travel."""
    value = uuid.UUID(int=0)
    assert unpack(pack(value)) == value
