"""How a database stores the values of a column, and how rows are decoded.

A storage works on whole columns: the rows are turned into columns, those that need it
are converted in one pass each, and turned back.
"""

from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

from ..exceptions import DriverQueryError

Converter = Callable[[Sequence[Any]], Sequence[Any]]
RowsDecoder = Callable[[Sequence[Sequence[Any]]], List[Sequence[Any]]]


class Storage(NamedTuple):
    """The conversions of a column's values; None where they are stored as they are.

    Attributes:
        encode: normal form to stored form; the values are never None.
        decode: stored form to Python values; NULLs pass as None.
    """

    encode: Optional[Converter] = None
    decode: Optional[Converter] = None


PLAIN = Storage()


def nullable_decoder(decode_one: Callable[[Any], Any]) -> Converter:
    """Return a column's decoder that converts what is not None."""

    def decode(values: Sequence[Any]) -> Sequence[Any]:
        """Convert a column, without a Python-level loop where nothing is NULL."""
        if None in values:
            return [None if value is None else decode_one(value) for value in values]
        return list(map(decode_one, values))

    return decode


def rows_decoder(
    table_name: str, columns: Sequence[str], decoders: Sequence[Optional[Converter]]
) -> Optional[RowsDecoder]:
    """Return a function that decodes rows, or None where no column needs it.

    The function raises :class:`DriverQueryError` where a stored value is none of its
    column's type, which raw SQL can bring about.
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
        values: List[Sequence[Any]] = list(zip(*rows))
        for place, decoder in needed:
            try:
                values[place] = decoder(values[place])
            except (ValueError, LookupError, TypeError, ArithmeticError) as error:
                raise DriverQueryError(
                    f"column {columns[place]!r} of table {table_name!r} holds a value"
                    f" that is none of its type: {error}",
                    table=table_name,
                    column=columns[place],
                ) from error
        return list(zip(*values))

    return decode
