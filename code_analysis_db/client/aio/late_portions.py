"""The portions of a cursor of which it is not known yet what it will select."""

from __future__ import annotations

from typing import Awaitable, Callable, Optional

from ...messages.data_result import DataResult
from .portions import AsyncPortions


class LatePortions(AsyncPortions):
    """Portions that others give, which are made when the first is wanted."""

    def __init__(self, make: Callable[[], Awaitable[AsyncPortions]]) -> None:
        """Have them made by ``make``."""
        self._make: Optional[Callable[[], Awaitable[AsyncPortions]]] = make
        self._made: Optional[AsyncPortions] = None

    async def next(self) -> Optional[DataResult]:
        """Return the next rows, None at the end."""
        if self._make is not None:
            make, self._make = self._make, None
            self._made = await make()
        return None if self._made is None else await self._made.next()

    async def close(self) -> None:
        """Read no more; twice is fine."""
        self._make = None
        if self._made is not None:
            await self._made.close()

    def abandon(self) -> None:
        """Read no more, without a word to the driver."""
        self._make = None
        if self._made is not None:
            self._made.abandon()
