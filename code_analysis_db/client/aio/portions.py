"""The portions of a cursor, in an event loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Optional

from ...messages.data_result import DataResult


class AsyncPortions(ABC):
    """The portions of a cursor, one after the other."""

    @abstractmethod
    async def next(self) -> Optional[DataResult]:
        """Return the next rows, None at the end."""

    @abstractmethod
    async def close(self) -> None:
        """Read no more; twice is fine."""

    @abstractmethod
    def abandon(self) -> None:
        """Read no more, without a word to the driver."""


def whole(result: DataResult) -> DataResult:
    """Read a portion as it is."""
    return result
