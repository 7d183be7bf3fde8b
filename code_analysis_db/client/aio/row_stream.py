"""Rows that are read a portion at a time, in an event loop.

As :mod:`code_analysis_db.client.row_stream` has it: the cursor is on a connection of
the stream's own, one portion ahead of the reader, or on its transaction's.  It is
opened when the first row is asked for.
"""

from __future__ import annotations

from types import TracebackType
from typing import (
    Any,
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Optional,
    Sequence,
    Type,
    TypeVar,
)

from ...exceptions import DriverConnectionError
from ...messages.data_result import DataResult
from ...rows import Row
from .portions import AsyncPortions

T = TypeVar("T")
_Self = TypeVar("_Self", bound="AsyncStream[Any]")


class AsyncStream(AsyncIterator[T]):
    """What is made of the rows of a select, read while it is iterated, once.

    Closing it before its end frees the driver's cursor; the end of an ``async with``
    block does it too, and so does the loop where nobody keeps the stream.
    """

    def __init__(
        self, portions: AsyncPortions, read: Callable[[DataResult], Sequence[T]]
    ) -> None:
        """Yield what ``read`` makes of each of the portions."""
        self._portions = portions
        self._read = read
        self._is_broken = False
        self._items = self._read_all()

    def __aiter__(self) -> AsyncGenerator[T, None]:
        """Return what is left.

        Raises:
            DriverConnectionError: the stream broke off before.
        """
        self._check()
        return self._items

    async def __anext__(self) -> T:
        """Return the next one.

        Raises:
            DriverConnectionError: the stream broke off before.
        """
        self._check()
        return await self._items.__anext__()

    async def __aenter__(self: _Self) -> _Self:
        """Return the stream, which is closed at the end of the block."""
        return self

    async def __aexit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Close the stream."""
        await self.close()

    async def close(self) -> None:
        """Read no more; twice is fine."""
        await self._portions.close()
        await self._items.aclose()

    async def _read_all(self) -> AsyncGenerator[T, None]:
        """Yield what is made of all portions."""
        try:
            while True:
                try:
                    portion = await self._portions.next()
                except BaseException:
                    self._is_broken = True
                    raise
                if portion is None:
                    return
                for item in self._read(portion):
                    yield item
        finally:
            self._portions.abandon()

    def _check(self) -> None:
        """Refuse to look like the end of the rows after an error or a cancellation."""
        if self._is_broken:
            raise DriverConnectionError(
                "the stream broke off before its end; read it anew"
            )


class AsyncRowStream(AsyncStream[Row]):
    """The rows of a select as dicts, read while they are iterated, once."""

    def __init__(self, portions: AsyncPortions) -> None:
        """Yield the rows of ``portions``."""
        super().__init__(portions, DataResult.to_dicts)
