"""How a database stores the values of a column, and how rows are decoded.

A storage works on whole columns: the rows are turned into columns, those that need it
are converted in one pass each, and turned back.
"""

from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

from ..exceptions import InvalidValueError

Converter = Callable[[Sequence[Any]], Sequence[Any]]
RowsDecoder = Callable[[Sequence[Sequence[Any]]], List[Sequence[Any]]]


_TURNED_AT_ONCE = 1_000
"""Rows; turning many more at a time takes several times as long for each."""

_DECODE_ERRORS = (ValueError, LookupError, TypeError, ArithmeticError)


class Storage(NamedTuple):
    """The conversions of a column's values; None where they are stored as they are.

    Attributes:
        encode: normal form to stored form; the values are never None.
        decode: stored form to Python values; NULLs pass as None.
    """

    encode: Optional[Converter] = None
    decode: Optional[Converter] = None


PLAIN = Storage()


def turned(rows: Sequence[Sequence[Any]]) -> List[Sequence[Any]]:
    """Return the columns of rows of one length; none where there are no rows."""
    if len(rows) <= _TURNED_AT_ONCE:
        return list(zip(*rows))
    columns: List[List[Any]] = list(map(list, zip(*rows[:_TURNED_AT_ONCE])))
    for start in range(_TURNED_AT_ONCE, len(rows), _TURNED_AT_ONCE):
        portion = rows[start : start + _TURNED_AT_ONCE]
        for column, part in zip(columns, zip(*portion)):
            column += part
    return list(columns)


def nullable_decoder(decode_one: Callable[[Any], Any]) -> Converter:
    """Return a column's decoder that converts what is not None."""

    def decode(values: Sequence[Any]) -> Sequence[Any]:
        """Convert a column, without a Python-level loop where nothing is NULL."""
        if None in values:
            return [None if value is None else decode_one(value) for value in values]
        return list(map(decode_one, values))

    return decode


def rows_decoder(
    table_name: str,
    columns: Sequence[str],
    decoders: Sequence[Optional[Converter]],
    key: Sequence[str] = (),
) -> Optional[RowsDecoder]:
    """Return a function that decodes rows, or None where no column needs it.

    The function raises :class:`InvalidValueError` where a stored value is none of its
    column's type, which raw SQL can bring about; the row is named by its ``key``
    columns, those of them that are among ``columns``.
    """
    needed: List[Tuple[int, Converter]] = [
        (place, decoder) for place, decoder in enumerate(decoders) if decoder
    ]
    if not needed:
        return None

    def decode(rows: Sequence[Sequence[Any]]) -> List[Sequence[Any]]:
        """Decode the columns that need it."""
        if not rows:
            return []
        values = turned(rows)
        for place, decoder in needed:
            try:
                values[place] = decoder(values[place])
            except _DECODE_ERRORS as error:
                row = next(r for r in rows if not _decodes(decoder, r[place]))
                keys = [f"{n}={v!r}" for n, v in zip(columns, row) if n in key]
                named = f" in row {', '.join(keys)}" if keys else ""
                raise InvalidValueError(
                    f"column {columns[place]!r} of table {table_name!r} holds a value"
                    f" that is none of its type{named}: {error}",
                    table=table_name,
                    column=columns[place],
                ) from error
        return list(zip(*values))

    return decode


def _decodes(decoder: Converter, value: Any) -> bool:
    """Tell whether a stored value is one of its column's type."""
    try:
        decoder((value,))
    except _DECODE_ERRORS:
        return False
    return True
