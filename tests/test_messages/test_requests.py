"""Requests keep their fields, and say what is wrong with them."""

from __future__ import annotations

from typing import Any, Dict, List, Type

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import InvalidRequestError, ProtocolError
from code_analysis_db.messages.base_request import FieldRequest
from code_analysis_db.messages.codec import (
    Kind,
    decode_part,
    decode_request,
    encode_part,
    encode_request,
    split,
)
from code_analysis_db.request import (
    REQUESTS,
    BaseRequest,
    InsertManyRequest,
    InsertRequest,
    SelectRequest,
    TransactionRequest,
)
from code_analysis_db.rows import RowBlock

from .strategies import NAMES, SCALARS, VALUES

_MAPPINGS = st.dictionaries(NAMES, VALUES, max_size=3)
_BLOCKS = st.integers(0, 3).flatmap(
    lambda width: st.builds(
        RowBlock,
        st.lists(NAMES, min_size=width, max_size=width),
        st.lists(st.lists(SCALARS, min_size=width, max_size=width), max_size=3),
    )
)
# What a field may hold, by what its check says is expected.
_FIELDS: Dict[str, st.SearchStrategy[Any]] = {
    "a string that is not empty": NAMES,
    "a string": NAMES,
    "an integer": st.integers(-10, 10),
    "a dict": _MAPPINGS,
    "a list": st.lists(SCALARS, max_size=3),
    "a bool": st.booleans(),
    "a list of strings": st.lists(NAMES, max_size=3),
    'a list of column names, or "*"': st.lists(NAMES, max_size=3) | st.just("*"),
    "a column name or a list of order items": NAMES | st.lists(NAMES, max_size=2),
    "a list or a dict of parameters": st.lists(SCALARS, max_size=3) | _MAPPINGS,
    "a list of lists or dicts of parameters": st.lists(_MAPPINGS, max_size=3),
    "a list of row blocks, each row as long as its columns": st.lists(
        _BLOCKS, max_size=3
    ),
    "a list of [name, fields] pairs": st.lists(
        st.tuples(NAMES, _MAPPINGS).map(list), max_size=3
    ),
}


@st.composite
def requests(draw: st.DrawFn) -> FieldRequest:
    """Draw a valid request of any class."""
    request_class: Any = draw(st.sampled_from(sorted(REQUESTS.values(), key=str)))
    fields = {}
    for field in attrs.fields(request_class):
        if field.default is attrs.NOTHING or draw(st.booleans()):
            fields[field.name] = draw(_FIELDS[field.metadata["check"].expects])
    request: FieldRequest = request_class(**fields)
    return request


@given(requests(), st.integers(0, 2**64 - 1), st.none() | st.floats(0, 1e6))
def test_request_round_trips(request: FieldRequest, number: int, timeout: Any) -> None:
    """A request, its id and its time limit arrive as they were sent."""
    request.validate()
    request_id, kind, body = split(encode_request(number, request, timeout))
    name, sent_timeout, fields = decode_request(body)
    assert (request_id, kind, sent_timeout) == (number, Kind.REQUEST, timeout)
    back = REQUESTS[name].from_dict(fields)
    back.validate()
    assert back == request == REQUESTS[name].received(fields)


@given(_BLOCKS)
def test_part_round_trips(block: RowBlock) -> None:
    """Rows that travel ahead of their request arrive as they were sent."""
    request_id, kind, body = split(encode_part(9, block))
    assert (request_id, kind) == (9, Kind.PART)
    assert decode_part(body) == block
    assert decode_part(body).is_checked


def test_malformed_part_is_refused_with_its_request() -> None:
    """Its sender hears of it once, and none of its rows is written."""
    _, _, body = split(encode_part(9, RowBlock(["a", "b"], [[1, 2], [3]])))
    with pytest.raises(InvalidRequestError, match="each row as long as its columns"):
        InsertManyRequest.received({"table_name": "t", "blocks": [decode_part(body)]})


def test_every_request_is_a_base_request_under_its_own_name() -> None:
    """The names on the wire are those of the classes."""
    for name, request_class in REQUESTS.items():
        assert request_class.name == name
        assert issubclass(request_class, BaseRequest)
    transactional = [c for c in REQUESTS.values() if issubclass(c, TransactionRequest)]
    assert len(transactional) == 4


def test_base_request_is_abstract() -> None:
    """The three methods of the standard must be given."""
    assert BaseRequest.__abstractmethods__ == {"validate", "to_dict", "from_dict"}


def test_all_faults_are_named_at_once() -> None:
    """A request with three wrong fields names three."""
    request = SelectRequest(7, where=[1], limit="ten")
    with pytest.raises(InvalidRequestError) as caught:
        request.validate()
    text = str(caught.value)
    assert "table_name: expected a string that is not empty, got 7" in text
    assert "where: expected a dict, got [1]" in text
    assert "limit: expected an integer, got 'ten'" in text


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"table_name": "t", "tabel": 1}, "unknown field 'tabel'"),
        ({}, "field 'table_name' is missing"),
    ],
)
@pytest.mark.parametrize("request_class", [InsertRequest, InsertManyRequest])
def test_missing_and_unknown_fields_are_named(
    request_class: Type[FieldRequest], fields: Dict[str, Any], part: str
) -> None:
    """A typing error in a field's name does not pass silently."""
    for make in (request_class.from_dict, request_class.received):
        with pytest.raises(InvalidRequestError, match=part):
            make(fields)


@pytest.mark.parametrize("blocks", [[3], "x", [["a"]], [[["a"], [[1]], 3]], 5])
def test_malformed_blocks_are_refused(blocks: Any) -> None:
    """Rows of another shape than columns and values are an invalid request."""
    with pytest.raises(InvalidRequestError):
        InsertManyRequest.from_dict({"table_name": "t", "blocks": blocks})


@pytest.mark.parametrize("fields", [{"table_name": 7}, {"table_name": "t", "where": 0}])
def test_wrong_values_are_refused_when_they_arrive(fields: Dict[str, Any]) -> None:
    """What the sender did not check, the receiver does."""
    with pytest.raises(InvalidRequestError, match="select: .*expected"):
        SelectRequest.received(fields)


def test_row_shorter_than_its_columns_is_refused() -> None:
    """Each row must have a value for each column."""
    request = InsertManyRequest("t", [RowBlock(["a", "b"], [[1, 2], [3]])])
    with pytest.raises(InvalidRequestError, match="each row as long as its columns"):
        request.validate()


def test_bool_is_no_integer() -> None:
    """``limit=True`` is a mistake."""
    with pytest.raises(InvalidRequestError, match="limit"):
        SelectRequest("t", limit=True).validate()


@pytest.mark.parametrize(
    "body",
    [
        b"\x93\xa6select\xc0",
        b"\x90",
        b"\x93\x01\xc0\x80",
        b"\x93\xa1x\xa1x\x80",
        b"\x93\xa1x\xff\x80",
        b"\x93\xa1x\xc0\x90",
    ],
)
def test_malformed_request_bodies_are_refused(body: bytes) -> None:
    """A body that is not [name, timeout, fields] is an error of the protocol."""
    with pytest.raises(ProtocolError):
        decode_request(body)


def test_payload_shorter_than_its_header_is_refused() -> None:
    """There is no request id to answer then."""
    with pytest.raises(ProtocolError, match="no header"):
        split(b"\x00" * 8)


def test_fields_at_their_default_stay_off_the_wire() -> None:
    """A point select is a small message."""
    fields: List[str] = list(SelectRequest("t", {"id": 1}).to_dict())
    assert fields == ["table_name", "where"]
