"""The rows of a driver's cursor, one by one."""

from __future__ import annotations

from typing import Any, Iterator, List

from code_analysis_db.drivers.row_cursor import RowCursor
from code_analysis_db.rows import Row, RowBlock


class DirectStream:
    """Reads a cursor a chunk at a time."""

    def __init__(self, cursor: RowCursor, chunk_size: int) -> None:
        """Read ``chunk_size`` rows at a time."""
        self._cursor = cursor
        self._chunk_size = chunk_size
        self._rows: Iterator[Row] = iter(())
        self._at_end = False

    def __enter__(self) -> DirectStream:
        """Return the stream."""
        return self

    def __exit__(self, *raised: Any) -> None:
        """Close the cursor."""
        self.close()

    def __iter__(self) -> Iterator[Row]:
        """Return the stream."""
        return self

    def __next__(self) -> Row:
        """Return the next row; at the end the cursor is closed."""
        for row in self._rows:
            return row
        if self._at_end:
            self.close()
            raise StopIteration
        portion: List[Any] = self._cursor.fetch(self._chunk_size)
        self._at_end = len(portion) < self._chunk_size
        self._rows = iter(RowBlock(list(self._cursor.columns), portion).to_dicts())
        return next(self)

    def close(self) -> None:
        """Close the cursor."""
        self._cursor.close()
