"""Rows as the text that COPY reads.

The values of a column are converted together: a few passes over long strings instead
of one over each value.  Format: https://www.postgresql.org/docs/current/sql-copy.html,
"Text Format"; tabs between the columns, a newline after each row, ``\\N`` for NULL.
"""

from __future__ import annotations

from io import BufferedIOBase
from typing import Any, Callable, Dict, Optional, Sequence

from ..enums import LogicalType
from ..schema import Column

_NULL = r"\N"
_PORTION = 5_000
"""Rows that are converted at a time, while the server reads those before."""

_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))


class CopySource(BufferedIOBase):
    """The file that psycopg2 reads: rows, converted as they are asked for."""

    def __init__(
        self, columns: Sequence[Column], values: Sequence[Sequence[Any]]
    ) -> None:
        """Give the rows of a table.

        Args:
            columns: that are given.
            values: of each column, in stored form; the same number of each.
        """
        super().__init__()
        self._ways = [_WAYS.get(column.type, _as_they_are) for column in columns]
        self._values = values
        self._count = len(values[0])
        self._done = 0

    def read(self, size: Optional[int] = -1, /) -> bytes:
        """Return the next portion, whatever ``size`` says; nothing at the end."""
        start, self._done = self._done, self._done + _PORTION
        if start >= self._count:
            return b""
        texts = [
            way(values[start : self._done])
            for way, values in zip(self._ways, self._values)
        ]
        lines = "\n".join(map("\t".join, zip(*texts)))
        return f"{lines}\n".encode()


def _as_they_are(values: Sequence[Any]) -> Sequence[str]:
    """Return texts that hold nothing to escape, such as dates and UUIDs."""
    if None in values:
        return [_NULL if value is None else value for value in values]
    return values


def _escaped(values: Sequence[Any]) -> Sequence[str]:
    """Return texts, escaped; all as one, which no NUL that stands between them can
    disturb."""
    if None in values:
        present = [value for value in values if value is not None]
        rest = iter(_escaped(present) if present else ())
        return [_NULL if value is None else next(rest) for value in values]
    joined = "\0".join(values)
    before = joined
    for character, escape in _ESCAPES:
        joined = joined.replace(character, escape)
    return values if joined is before else joined.split("\0")


def _written(values: Sequence[Any]) -> Sequence[str]:
    """Return numbers and bools as Python writes them, which the server reads."""
    if None in values:
        return [_NULL if value is None else str(value) for value in values]
    return list(map(str, values))


def _hexadecimal(values: Sequence[Any]) -> Sequence[str]:
    """Return bytes in the hexadecimal format."""
    return [_NULL if value is None else rf"\\x{value.hex()}" for value in values]


_WAYS: Dict[LogicalType, Callable[[Sequence[Any]], Sequence[str]]] = {
    LogicalType.TEXT: _escaped,
    LogicalType.JSON: _escaped,
    LogicalType.INTEGER: _written,
    LogicalType.REAL: _written,
    LogicalType.BOOLEAN: _written,
    LogicalType.BLOB: _hexadecimal,
}
