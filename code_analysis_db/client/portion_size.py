"""How many rows a stream asks for at a time."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from ..messages.value_codec import pack

_FIRST_ROWS = 200
_MOST_ROWS = 4000
# What a socket's buffer takes, so that the driver has a portion off its hands at once.
_WANTED_BYTES = 160_000


class PortionSize:
    """The number of rows of the next portion.

    Where the caller has not fixed it, it follows from what the last rows weighed: many
    small rows make few messages, and large ones do not fill the memory.

    Attributes:
        rows: the number.
    """

    def __init__(self, fixed: Optional[int]) -> None:
        """Start with the number that is ``fixed``, or small."""
        self.rows = _FIRST_ROWS if fixed is None else fixed
        self._is_fixed = fixed is not None

    def learn(self, rows: Sequence[Sequence[Any]]) -> None:
        """Set the number by the rows that have come, some of which are weighed."""
        if rows and not self._is_fixed:
            samples = (rows[0], rows[len(rows) // 2], rows[-1])
            heaviest = max(len(pack(sample)) for sample in samples)
            self.rows = max(1, min(_WANTED_BYTES // heaviest, _MOST_ROWS))
