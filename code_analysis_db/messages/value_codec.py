"""Values that MessagePack has no type for, as extension types of our own.

Every value that a database column may hold comes back as the type it went:
``str int float bool None bytes list dict`` are MessagePack's own; the others travel as
extensions:

====  =========================  ==========================================
code  type                       bytes
====  =========================  ==========================================
1     datetime, naive or aware   its ISO 8601 text, with the offset if any
2     date                       its ISO 8601 text
3     time, naive or aware       its ISO 8601 text, with the offset if any
4     Decimal                    its text
5     UUID                       its 16 bytes
====  =========================  ==========================================

A subclass of a plain type (an ``IntEnum``, a ``defaultdict``) travels as that type.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any, Callable, Dict, Iterator, List, Tuple

import ormsgpack

from ..exceptions import InvalidValueError, ProtocolError
from ..short_repr import short_repr

_OPTIONS: int = (
    ormsgpack.OPT_PASSTHROUGH_DATETIME
    | ormsgpack.OPT_PASSTHROUGH_UUID
    | ormsgpack.OPT_PASSTHROUGH_SUBCLASS
    | ormsgpack.OPT_PASSTHROUGH_ENUM
    | ormsgpack.OPT_PASSTHROUGH_DATACLASS
)
_DATETIME, _DATE, _TIME, _DECIMAL, _UUID = 1, 2, 3, 4, 5
_UUID_BYTES = 16
_MAX_DEPTH = 250
_INT_LIMITS = (-(2**63), 2**63 - 1)
_new_uuid = object.__new__
# Its attributes are slots that it does not let anybody set.
_set_int, _set_safety = (
    vars(uuid.UUID)["int"].__set__,
    vars(uuid.UUID)["is_safe"].__set__,
)
_PLAIN: Tuple[type, ...] = (str, int, float, bytes, dict, list, tuple)


def _iso(code: int) -> Callable[[Any], ormsgpack.Ext]:
    """Return the encoder of a type whose text is its ``isoformat``."""

    def encode(value: Any) -> ormsgpack.Ext:
        """Encode one value as its ISO 8601 text."""
        return ormsgpack.Ext(code, value.isoformat().encode())

    return encode


def _encode_decimal(value: decimal.Decimal) -> ormsgpack.Ext:
    """Encode a decimal as its text, which keeps every digit."""
    return ormsgpack.Ext(_DECIMAL, str(value).encode())


def _encode_uuid(value: uuid.UUID) -> ormsgpack.Ext:
    """Encode a UUID as its bytes."""
    return ormsgpack.Ext(_UUID, value.bytes)


_ENCODERS: Dict[type, Callable[[Any], Any]] = {
    datetime.datetime: _iso(_DATETIME),
    datetime.date: _iso(_DATE),
    datetime.time: _iso(_TIME),
    decimal.Decimal: _encode_decimal,
    uuid.UUID: _encode_uuid,
    bytearray: bytes,
    memoryview: bytes,
}


def _encode_other(value: Any) -> Any:
    """Encode a value that MessagePack has no type for."""
    encoder = _ENCODERS.get(type(value))
    if encoder is not None:
        return encoder(value)
    for base, encode in _ENCODERS.items():
        if isinstance(value, base):
            return encode(value)
    for plain in _PLAIN:
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"{type(value).__name__} is no type of a column")


def _decode_text(data: bytes) -> decimal.Decimal:
    """Decode a decimal."""
    return decimal.Decimal(data.decode())


def _decode_uuid(data: bytes) -> uuid.UUID:
    """Decode a UUID as its constructor does, which takes twice as long: a message may
    hold a hundred thousand of them."""
    if len(data) != _UUID_BYTES:
        raise ValueError(f"a UUID has {_UUID_BYTES} bytes, not {len(data)}")
    value = _new_uuid(uuid.UUID)
    _set_int(value, int.from_bytes(data, "big"))
    _set_safety(value, uuid.SafeUUID.unknown)
    return value


def _decode_datetime(data: bytes) -> datetime.datetime:
    """Decode a datetime."""
    return datetime.datetime.fromisoformat(data.decode())


def _decode_date(data: bytes) -> datetime.date:
    """Decode a date."""
    return datetime.date.fromisoformat(data.decode())


def _decode_time(data: bytes) -> datetime.time:
    """Decode a time of day."""
    return datetime.time.fromisoformat(data.decode())


_DECODERS: Dict[int, Callable[[bytes], Any]] = {
    _DATETIME: _decode_datetime,
    _DATE: _decode_date,
    _TIME: _decode_time,
    _DECIMAL: _decode_text,
    _UUID: _decode_uuid,
}


def _decode_extension(code: int, data: bytes) -> Any:
    """Decode one extension value."""
    decoder = _DECODERS.get(code)
    if decoder is None:
        raise ProtocolError(f"unknown extension type {code} in a message")
    return decoder(data)


def pack(value: Any) -> bytes:
    """Return the bytes of a message body.

    Raises:
        InvalidValueError: a value in it cannot travel; the message says where it is.
    """
    try:
        packed: bytes = ormsgpack.packb(value, _encode_other, _OPTIONS)
        return packed
    except (TypeError, ValueError) as error:
        for path, reason in _offenders(value):
            raise InvalidValueError(f"{path or 'value'}: {reason}") from None
        raise InvalidValueError(f"a value cannot be sent: {error}") from error


def unpack(data: Any) -> Any:
    """Return the message body that ``data`` holds.

    Raises:
        ProtocolError: the bytes are no MessagePack, or hold a malformed value.
    """
    try:
        return ormsgpack.unpackb(data, ext_hook=_decode_extension)
    except (ValueError, ArithmeticError) as error:
        raise ProtocolError(f"malformed message: {error}") from error


def _offenders(message: Any) -> Iterator[Tuple[str, str]]:
    """Yield the place and the fault of each value that cannot travel."""
    waiting: List[Tuple[str, Any, int]] = [("", message, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            yield path[:80] + "…", f"it is nested deeper than {_MAX_DEPTH} levels"
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(key, str):
                    inner = f"{path}.{key}" if path else key
                    waiting.append((inner, item, depth + 1))
                else:
                    yield path, f"key {key!r} is not a string"
        elif isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                waiting.append((f"{path}[{index}]", item, depth + 1))
        else:
            fault = _fault(value)
            if fault:
                yield path, f"{short_repr(value)} {fault}"


def _fault(value: Any) -> str:
    """Return why a single value cannot travel, empty where it can."""
    if isinstance(value, int):
        low, high = _INT_LIMITS
        return "" if low <= value <= high else "does not fit in 64 bits"
    if isinstance(value, str):
        surrogate = any("\ud800" <= character <= "\udfff" for character in value)
        return "holds a lone surrogate" if surrogate else ""
    if value is None or isinstance(value, (float, bytes, *_ENCODERS)):
        return ""
    return f"is of type {type(value).__name__}, which no column has"
