"""The portions of a cursor inside a transaction."""

from __future__ import annotations

from contextlib import suppress
from typing import Optional

from ...exceptions import DriverError
from ...messages.data_result import DataResult
from ...messages.read_requests import (
    CloseCursorRequest,
    FetchRequest,
    OpenCursorRequest,
)
from ..portion_size import PortionSize
from .portions import AsyncPortions, whole
from .transaction_connection import TransactionConnection


class AsyncTransactionPortions(AsyncPortions):
    """Portions that come over the connection of a transaction."""

    def __init__(
        self,
        transaction: TransactionConnection,
        request: OpenCursorRequest,
        size: PortionSize,
        timeout: Optional[float],
    ) -> None:
        """Open nothing yet."""
        self._transaction = transaction
        self._request: Optional[OpenCursorRequest] = request
        self._cursor: Optional[str] = None
        self._size = size
        self._timeout = timeout

    async def next(self) -> Optional[DataResult]:
        """Return the next rows."""
        call = self._transaction.call
        if self._request is not None:
            request, self._request = self._request, None
            portion = await call(request, whole, self._timeout)
        elif self._cursor is not None:
            fetch = FetchRequest(self._cursor, self._size.rows)
            portion = await call(fetch, whole, self._timeout)
        else:
            return None
        self._cursor = portion.cursor
        self._size.learn(portion.rows)
        return portion

    async def close(self) -> None:
        """Close the cursor; one that is gone already is no fault."""
        cursor = self._cursor
        self.abandon()
        if cursor is not None:
            with suppress(DriverError):
                request = CloseCursorRequest(cursor)
                await self._transaction.call(request, whole, self._timeout)

    def abandon(self) -> None:
        """Leave the cursor to the end of the transaction."""
        self._request = self._cursor = None
