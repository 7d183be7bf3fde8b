"""The columns of a MySQL result: what the server says of them, and what their values,
which come as text, become.

Integers, floats and decimals become Python's, text ``str`` and binary values ``bytes``.
Moments stay text, as the dialect stores them.
"""

from __future__ import annotations

import struct
from decimal import Decimal
from functools import lru_cache
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

_DECIMAL, _TINY, _FLOAT, _DOUBLE, _BIT, _GEOMETRY = 0, 1, 4, 5, 16, 255
_INTEGERS = (_TINY, 2, 3, 8, 9, 13)
_NEW_DECIMAL = 246
_JSON = 245
_ASCII = (7, 10, 11, 12, 14, 17, 18, 19)
_BINARY_CHARSET = 63
_LENGTHS = {252: 2, 253: 3, 254: 8}
_FIXED = struct.Struct("<HIBHB")

TINY_OF_ONE = 256 + _TINY
"""The code of ``tinyint(1)``, as which booleans are stored."""

Value = Callable[[bytes], Any]
Values = Callable[[Sequence[Optional[bytes]]], Sequence[Any]]


class ResultColumn(NamedTuple):
    """A column of a result.

    Attributes:
        name: as it is called in the result.
        database: that its table is in.
        table: that it is a plain column of, "" for what is computed.
        origin: what it is called there.
        code: MySQL's code of the type, or :data:`TINY_OF_ONE`.
        value: one value that is not NULL, from its text; None leaves it as it is.
        values: a whole column, likewise.
    """

    name: str
    database: str
    table: str
    origin: str
    code: int
    value: Optional[Value]
    values: Optional[Values]


def text_of(value: bytes) -> str:
    """Return text."""
    return value.decode()


def _decimal(value: bytes) -> Decimal:
    """Return a decimal."""
    return Decimal(value.decode())


def _each(convert: Value) -> Values:
    """Return what converts a whole column by one value at a time."""

    def converted(values: Sequence[Optional[bytes]]) -> Sequence[Any]:
        """Convert what is not NULL."""
        if None in values:
            return [None if value is None else convert(value) for value in values]
        # mypy does not see that none of them is None
        return list(map(convert, values))  # type: ignore[arg-type]

    return converted


def _texts(values: Sequence[Optional[bytes]]) -> Sequence[Any]:
    """Return texts; all are decoded as one, unless one of them holds a NUL itself."""
    if None not in values:
        # which mypy does not see
        texts = b"\0".join(values).decode().split("\0")  # type: ignore[arg-type]
        if len(texts) == len(values):
            return texts
    return [None if value is None else value.decode() for value in values]


_CONVERSIONS: Dict[int, Tuple[Value, Values]] = {
    **dict.fromkeys(_INTEGERS, (int, _each(int))),
    **dict.fromkeys((_FLOAT, _DOUBLE), (float, _each(float))),
    **dict.fromkeys((_DECIMAL, _NEW_DECIMAL), (_decimal, _each(_decimal))),
    **dict.fromkeys((*_ASCII, _JSON), (text_of, _texts)),
}


def take_length(data: bytes, at: int) -> Tuple[int, int]:
    """Return a length that is encoded as MySQL does, and where what follows starts."""
    size = data[at]
    at += 1
    if size < 251:
        return size, at
    width = _LENGTHS[size]
    return int.from_bytes(data[at : at + width], "little"), at + width


@lru_cache(maxsize=1024)
def read_column(packet: bytes) -> ResultColumn:
    """Return what a column's packet says; the same few come again and again."""
    at = 0
    parts: List[str] = []
    for _ in range(6):
        size, at = take_length(packet, at)
        parts.append(packet[at : at + size].decode())
        at += size
    _, database, _, table, name, origin = parts
    charset, length, code, _, _ = _FIXED.unpack_from(packet, at + 1)
    conversion = _CONVERSIONS.get(code)
    if conversion is None and charset != _BINARY_CHARSET:
        if code not in (_BIT, _GEOMETRY):
            conversion = text_of, _texts
    value, values = conversion or (None, None)
    if code == _TINY and length == 1:
        code = TINY_OF_ONE
    return ResultColumn(name, database, table, origin, code, value, values)


@lru_cache(maxsize=1024)
def read_columns(packets: bytes) -> Sequence[ResultColumn]:
    """Return what the packets of columns say, with their headers."""
    columns: List[ResultColumn] = []
    at = 0
    while at < len(packets):
        start = at + 4
        at = start + int.from_bytes(packets[at : at + 3], "little")
        columns.append(read_column(packets[start:at]))
    return tuple(columns)


def rows_of(
    columns: Sequence[ResultColumn], cells: List[Optional[bytes]]
) -> List[Sequence[Any]]:
    """Return rows, converted, of cells that stand one after another.

    A single row is converted by value, more of them by column.
    """
    width = len(columns)
    if len(cells) == width:
        return [
            tuple(
                [
                    cell if cell is None or column.value is None else column.value(cell)
                    for column, cell in zip(columns, cells)
                ]
            )
        ]
    converted = [
        (
            cells[place::width]
            if column.values is None
            else column.values(cells[place::width])
        )
        for place, column in enumerate(columns)
    ]
    return list(zip(*converted))
