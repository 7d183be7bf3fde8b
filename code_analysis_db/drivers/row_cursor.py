"""The rows of an open select, taken a few at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, List, Sequence

_PORTION = 10_000


class RowCursor(ABC):
    """An open result: its columns, and its rows in portions.

    It holds a database connection until it is closed; closing twice is fine.
    """

    columns: List[str]

    @abstractmethod
    def fetch(self, count: int) -> List[Sequence[Any]]:
        """Return the next rows, ``count`` at most; fewer mean that it is the end."""

    def fetch_all(self) -> List[Sequence[Any]]:
        """Return the rows that remain."""
        rows: List[Sequence[Any]] = []
        while True:
            portion = self.fetch(_PORTION)
            rows += portion
            if len(portion) < _PORTION:
                return rows

    @abstractmethod
    def close(self) -> None:
        """Give the connection back."""
