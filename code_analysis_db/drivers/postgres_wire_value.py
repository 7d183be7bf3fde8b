"""Values on PostgreSQL's wire, in its text format.

Those that come often are decoded here, to what psycopg2's typecasters give for them;
for all others it is the connection's typecasters themselves.
"""

from __future__ import annotations

from binascii import unhexlify
from decimal import Decimal
from functools import partial
from struct import Struct
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple
from uuid import UUID

from psycopg2.extensions import connection, cursor, string_types

from ..exceptions import InvalidValueError
from .postgres_wire_message import NULL, value

Decoder = Callable[[bytes], Any]

_NULL_LENGTH = 0xFFFFFFFF
_LENGTH = Struct(">I")


def _bool_text(given: bool) -> bytes:
    """Return a truth value as text."""
    return b"t" if given else b"f"


def _bytes_text(given: bytes) -> bytes:
    """Return bytes as text."""
    return b"\\x" + given.hex().encode()


def _plain_text(given: Any) -> bytes:
    """Return what Python writes a value as, which the server reads likewise."""
    return str(given).encode()


_ENCODERS: Dict[type, Callable[[Any], bytes]] = {
    str: str.encode,
    int: _plain_text,
    float: _plain_text,
    bool: _bool_text,
    bytes: _bytes_text,
    UUID: _plain_text,
}


def encode_values(params: Sequence[Any]) -> bytes:
    """Return parameters, in stored form, as a Bind message has them.

    Raises:
        InvalidValueError: one of them is of another type, or no Unicode.
    """
    try:
        return b"".join(
            [
                NULL if given is None else value(_ENCODERS[type(given)](given))
                for given in params
            ]
        )
    except (KeyError, UnicodeError) as error:
        raise InvalidValueError(f"a value does not go as text: {error}") from error


def _bool(text: bytes) -> bool:
    """Return a truth value."""
    return text == b"t"


def _bytes(text: bytes) -> bytes:
    """Return bytes; they come in hexadecimal digits."""
    return unhexlify(text[2:])


def _uuid(text: bytes) -> UUID:
    """Return a UUID."""
    return UUID(text.decode())


def _decimal(text: bytes) -> Decimal:
    """Return a decimal number."""
    return Decimal(text.decode())


# by object ids of the server's src/include/catalog/pg_type.dat
_DECODERS: Dict[int, Decoder] = {
    16: _bool,
    17: _bytes,
    18: bytes.decode,  # "char"
    19: bytes.decode,  # name
    20: int,
    21: int,
    23: int,
    25: bytes.decode,  # text
    26: int,  # oid
    700: float,
    701: float,
    1042: bytes.decode,  # character
    1043: bytes.decode,  # character varying
    1700: _decimal,
    2950: _uuid,
}


def _cast(typecaster: Callable[[str, cursor], Any], cur: cursor, text: bytes) -> Any:
    """Return what a typecaster of psycopg2's makes of a value."""
    return typecaster(text.decode(), cur)


class Decoders:
    """Finds the decoders of a connection's values."""

    def __init__(self, made: connection) -> None:
        """Find those that ``made`` has besides."""
        self._cursor = made.cursor()
        self._typecasters: Mapping[int, Any] = {**string_types, **made.string_types}

    def of_type(self, number: int) -> Decoder:
        """Return the decoder of a type's values, by the server's number of it."""
        decoder = _DECODERS.get(number)
        if decoder is not None:
            return decoder
        typecaster = self._typecasters.get(number)
        if typecaster is None:
            return bytes.decode
        return partial(_cast, typecaster, self._cursor)


def decode_rows(
    decoders: Sequence[Decoder], bodies: Sequence[bytes]
) -> List[Tuple[Any, ...]]:
    """Return rows of what came of them after the count of their columns."""
    unpack = _LENGTH.unpack_from
    rows: List[Tuple[Any, ...]] = []
    for body in bodies:
        at = 0
        row: List[Any] = []
        for decoder in decoders:
            (length,) = unpack(body, at)
            at += 4
            if length == _NULL_LENGTH:
                row.append(None)
                continue
            end = at + length
            row.append(decoder(body[at:end]))
            at = end
        rows.append(tuple(row))
    return rows
