"""Many rows, cut into the blocks that travel."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Mapping

from ..exceptions import InvalidRequestError
from ..rows import RowBlock, blocks_from_dicts

#: Rows of a message.  Larger ones hold either side up for longer, smaller ones cost
#: more messages.
PART_ROWS = 2000


class RowParts:
    """The blocks of rows given as dicts, made one by one while they are iterated."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Cut nothing yet.

        Raises:
            InvalidRequestError: a row is no dict.
        """
        self._rows = rows if isinstance(rows, (list, tuple)) else list(rows)
        for kind in set(map(type, self._rows)):
            if not issubclass(kind, Mapping):
                raise InvalidRequestError(
                    f"rows: expected dicts, got one of type {kind.__name__}"
                )

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def __iter__(self) -> Iterator[RowBlock]:
        """Start over and yield each block when it is wanted."""
        rows = self._rows
        for start in range(0, len(rows), PART_ROWS):
            yield from blocks_from_dicts(rows[start : start + PART_ROWS])
