"""Messages as bytes.

Every payload is a header of 9 bytes and a MessagePack body:

====  =====  ===============================================================
byte  bytes  meaning
====  =====  ===============================================================
0     8      request id, unsigned, big-endian: the reply has the request's
8     1      kind, see :class:`Kind`
9     rest   body
====  =====  ===============================================================

A request with many rows sends its first blocks ahead as ``PART`` payloads of the same
id, so that one side packs while the other unpacks and neither holds the interpreter for
long; a result does so with ``DATA_PART``.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct, error as StructError
from typing import Any, Dict, Optional, Tuple, Type

from ..exceptions import InvalidRequestError, ProtocolError
from ..rows import RowBlock
from .base_request import FieldRequest
from .base_result import BaseResult, FieldResult
from .check import is_block
from .data_result import DataResult
from .error_result import ErrorResult
from .success_result import SuccessResult
from .value_codec import pack, unpack

HEADER = Struct(">QB")
_HEADER_SIZE = HEADER.size
_read_header = HEADER.unpack_from
_make_header = HEADER.pack
PROTOCOL_VERSION = 1
# A copy of so little costs less than a view.
_COPIED_BYTES = 4096
_NO_REQUEST = "a request is [name, timeout, fields]"


class Kind(IntEnum):
    """What a payload is."""

    GREETING = 0
    REQUEST = 1
    PART = 2
    CANCEL = 3
    SIDE_BY_SIDE = 4
    SUCCESS = 16
    ERROR = 17
    DATA = 18
    DATA_PART = 19


# Plain ints for the hot path: an enum member costs a call to compare and to pack.
_REQUEST, _PART, _CANCEL = int(Kind.REQUEST), int(Kind.PART), int(Kind.CANCEL)
_KIND_OF_RESULT: Dict[Type[BaseResult], int] = {
    SuccessResult: int(Kind.SUCCESS),
    ErrorResult: int(Kind.ERROR),
    DataResult: int(Kind.DATA),
}
_RESULT_OF_KIND: Dict[int, Type[FieldResult]] = {
    int(Kind.SUCCESS): SuccessResult,
    int(Kind.ERROR): ErrorResult,
    int(Kind.DATA): DataResult,
    int(Kind.DATA_PART): DataResult,
}
_DATA_PART = int(Kind.DATA_PART)


def split(payload: Any) -> Tuple[int, int, Any]:
    """Return (request id, kind, body bytes) of a payload.

    Raises:
        ProtocolError: the payload is shorter than its header.
    """
    try:
        request_id, kind = _read_header(payload)
    except StructError:
        raise ProtocolError(
            f"malformed message: {len(payload)} bytes, no header"
        ) from None
    if len(payload) > _COPIED_BYTES:
        payload = memoryview(payload)
    return request_id, kind, payload[_HEADER_SIZE:]


# --- the client's side ----------------------------------------------------------


def encode_request(
    request_id: int, request: FieldRequest, timeout: Optional[float] = None
) -> bytes:
    """Return the payload of a request; ``timeout`` in seconds, None for none.

    Raises:
        InvalidValueError: a value in it cannot travel.
    """
    body = pack((request.name, timeout, request.to_dict()))
    return _make_header(request_id, _REQUEST) + body


def encode_part(request_id: int, block: RowBlock) -> bytes:
    """Return the payload of a block that precedes its request."""
    return HEADER.pack(request_id, _PART) + pack((block.columns, block.rows))


def encode_cancel(request_id: int) -> bytes:
    """Return the payload that cancels a request."""
    return HEADER.pack(request_id, _CANCEL)


def encode_side_by_side() -> bytes:
    """Return the payload that says: requests of this connection need not be done in
    their order, so none waits for another."""
    return HEADER.pack(0, Kind.SIDE_BY_SIDE)


def decode_result(kind: int, body: Any) -> FieldResult:
    """Return the result in a payload's body.

    Raises:
        ProtocolError: it is no result.
    """
    result_class = _RESULT_OF_KIND.get(kind)
    if result_class is None:
        raise ProtocolError(f"unknown kind of message: {kind}")
    return result_class.from_dict(unpack(body))


def decode_greeting(payload: Any) -> Dict[str, Any]:
    """Return what the driver says of itself when a client connects.

    Raises:
        ProtocolError: it is no greeting, or one of another protocol version.
    """
    _, kind, body = split(payload)
    greeting = unpack(body) if kind == Kind.GREETING else None
    if not isinstance(greeting, dict):
        raise ProtocolError("the peer is no driver process: it sent no greeting")
    if greeting.get("protocol") != PROTOCOL_VERSION:
        raise ProtocolError(
            f"the driver speaks protocol {greeting.get('protocol')!r}, this client"
            f" {PROTOCOL_VERSION}: install the same version on both sides"
        )
    return greeting


# --- the driver's side ----------------------------------------------------------


def decode_request(body: Any) -> Tuple[str, Optional[float], Dict[str, Any]]:
    """Return (name, timeout, fields) of a request's body.

    Raises:
        ProtocolError: the body is malformed.
        InvalidRequestError: the body has not the shape of a request.
    """
    parts = unpack(body)
    try:
        name, timeout, fields = parts
    except (TypeError, ValueError):
        raise InvalidRequestError(_NO_REQUEST) from None
    if type(name) is not str or type(fields) is not dict:
        raise InvalidRequestError(_NO_REQUEST)
    if timeout is not None and not (
        isinstance(timeout, (int, float)) and 0 <= timeout < 1e9
    ):
        raise InvalidRequestError(
            f"timeout: expected seconds from 0 to 1e9, got {timeout!r}"
        )
    return name, timeout, fields


def decode_part(body: Any) -> RowBlock:
    """Return the block in a part's body.

    It is checked now, so that the many parts of a request are not checked all at once,
    which would hold everybody up.  One that does not pass is refused with its request.

    Raises:
        InvalidRequestError: the body has another shape.
    """
    part = unpack(body)
    if not isinstance(part, list) or len(part) != 2:
        raise InvalidRequestError("a part is [columns, rows]")
    block = RowBlock(*part)
    block.is_checked = is_block(block)
    return block


def encode_result(request_id: int, result: FieldResult) -> bytes:
    """Return the payload of a reply."""
    kind = _KIND_OF_RESULT[type(result)]
    return _make_header(request_id, kind) + pack(result.to_dict())


def encode_data_part(request_id: int, result: DataResult) -> bytes:
    """Return the payload of rows that more will follow."""
    return HEADER.pack(request_id, _DATA_PART) + pack(result.to_dict())


def encode_greeting(greeting: Dict[str, Any]) -> bytes:
    """Return the payload that a driver sends first."""
    body = pack({"protocol": PROTOCOL_VERSION, **greeting})
    return HEADER.pack(0, Kind.GREETING) + body
