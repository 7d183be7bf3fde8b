"""How many rows a portion has, so that a few megabytes are in memory at a time."""

from __future__ import annotations

from typing import Any, Sequence

_FIRST = 10
_MOST = 2_000
_GROWTH = 4
_BYTES = 4_000_000


class Portion:
    """The size of the next portion, by that of the one before.

    Attributes:
        rows: how many to take.
    """

    __slots__ = ("rows",)

    def __init__(self) -> None:
        """Start with few rows, as they may be long."""
        self.rows = _FIRST

    def saw(self, rows: Sequence[Sequence[Any]]) -> None:
        """Reckon with rows that are as long as these, of which there is one at least;
        what is neither text nor bytes is short."""
        size = sum(
            len(value)
            for row in rows
            for value in row
            if isinstance(value, (str, bytes))
        )
        fitting = _BYTES * len(rows) // max(size, 1)
        self.rows = max(1, min(fitting, self.rows * _GROWTH, _MOST))
