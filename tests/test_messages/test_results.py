"""Results keep their fields; errors arrive as the class that was raised."""

from __future__ import annotations

import pickle
from typing import Any, Iterator, List, Type

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import (
    DriverError,
    ProtocolError,
    UniqueViolationError,
    error_from_fields,
)
from code_analysis_db.messages.base_result import FieldResult
from code_analysis_db.messages.codec import (
    PROTOCOL_VERSION,
    Kind,
    decode_greeting,
    decode_result,
    encode_data_part,
    encode_greeting,
    encode_result,
    split,
)
from code_analysis_db.messages.value_codec import pack
from code_analysis_db.result import BaseResult, DataResult, ErrorResult, SuccessResult

from .strategies import NAMES, VALUES

_RESULTS: st.SearchStrategy[FieldResult] = st.one_of(
    st.builds(SuccessResult, VALUES),
    st.builds(
        DataResult,
        st.lists(NAMES, max_size=3),
        st.lists(st.lists(VALUES, max_size=3), max_size=3),
        st.none() | NAMES,
    ),
    st.builds(ErrorResult, NAMES, NAMES, st.dictionaries(NAMES, NAMES, max_size=2)),
)


def _error_classes(root: Type[DriverError] = DriverError) -> Iterator[Any]:
    """Yield every error class of the package."""
    yield root
    for cls in root.__subclasses__():
        yield from _error_classes(cls)


@given(_RESULTS, st.integers(0, 2**64 - 1))
def test_result_round_trips(result: FieldResult, number: int) -> None:
    """A result arrives equal, under the id of its request."""
    request_id, kind, body = split(encode_result(number, result))
    assert request_id == number
    assert decode_result(kind, body) == result


def test_data_part_is_told_from_the_end() -> None:
    """Rows that more follow have a kind of their own."""
    part = DataResult(["a"], [[1]])
    _, kind, body = split(encode_data_part(1, part))
    assert kind == Kind.DATA_PART
    assert decode_result(kind, body) == part


def test_success_and_error_tell_themselves_apart() -> None:
    """``is_success`` and ``is_error`` are opposites."""
    results: List[BaseResult] = [
        SuccessResult(),
        DataResult([], []),
        ErrorResult("", ""),
    ]
    assert [r.is_success() for r in results] == [True, True, False]
    assert [r.is_error() for r in results] == [False, False, True]


def test_base_result_is_abstract() -> None:
    """The four methods of the standard must be given."""
    assert BaseResult.__abstractmethods__ == {
        "to_dict",
        "from_dict",
        "is_success",
        "is_error",
    }


@pytest.mark.parametrize("error_class", list(_error_classes()))
def test_error_crosses_the_wire_and_a_pickle_as_its_class(
    error_class: Type[DriverError],
) -> None:
    """Class, message and details survive both ways."""
    error = error_class("it broke", database_code="X1", table="t", column="c")
    _, kind, body = split(encode_result(1, ErrorResult.of_error(error)))
    result = decode_result(kind, body)
    assert isinstance(result, ErrorResult)
    for back in (result.to_exception(), pickle.loads(pickle.dumps(error))):
        assert type(back) is error_class
        assert back.details() == error.details()
        assert str(back) == "it broke"


def test_every_error_class_has_a_code_of_its_own() -> None:
    """Codes are what crosses the wire: two classes must not share one."""
    classes = list(_error_classes())
    assert len({cls.code for cls in classes}) == len(classes)


def test_taking_another_class_s_code_is_refused() -> None:
    """A mistake in a new error class is found when it is defined."""
    with pytest.raises(TypeError, match="belongs to UniqueViolationError"):
        type("Other", (DriverError,), {"code": UniqueViolationError.code})


def test_error_of_a_newer_driver_keeps_its_code() -> None:
    """An unknown code is still an error, and is named; unknown details are left out."""
    error = error_from_fields("brand_new", "odd", {"table": "t", "mood": "bad"})
    assert type(error) is DriverError
    assert "brand_new" in str(error)
    assert error.table == "t"


def test_rows_become_dicts() -> None:
    """A row is a dict of the columns."""
    assert DataResult(["a", "b"], [[1, 2]]).to_dicts() == [{"a": 1, "b": 2}]


@pytest.mark.parametrize(
    ("kind", "body"),
    [(99, b"\x80"), (16, b"\x90"), (18, b"\x80"), (16, b"\x81\xa1x\x01")],
)
def test_malformed_results_are_refused(kind: int, body: bytes) -> None:
    """A reply that is none is an error of the protocol."""
    with pytest.raises(ProtocolError):
        decode_result(kind, body)


def test_greeting_round_trips_and_its_version_is_checked() -> None:
    """Two versions of the protocol do not talk past each other."""
    greeting = decode_greeting(encode_greeting({"pid": 7}))
    assert greeting == {"protocol": PROTOCOL_VERSION, "pid": 7}
    other = encode_greeting({"protocol": PROTOCOL_VERSION + 1})
    with pytest.raises(ProtocolError, match="install the same version"):
        decode_greeting(other)
    with pytest.raises(ProtocolError, match="no greeting"):
        decode_greeting(b"\x00" * 8 + b"\x00" + pack([1]))
