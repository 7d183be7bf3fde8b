"""The portions of a cursor that has a connection of its own."""

from __future__ import annotations

import asyncio
from typing import Optional

from ...exceptions import DriverUnavailableError
from ...messages.data_result import DataResult
from ...messages.read_requests import FetchRequest, OpenCursorRequest
from ..channel import ReplyLostError
from ..portion_size import PortionSize
from .connection import Connection
from .connection_pool import ConnectionPool
from .portions import AsyncPortions, whole
from .repeater import AsyncRepeater


class AsyncOwnPortions(AsyncPortions):
    """Portions that come over a connection of their own, one ahead of the reader."""

    def __init__(
        self,
        repeater: AsyncRepeater,
        pool: ConnectionPool,
        request: OpenCursorRequest,
        size: PortionSize,
        timeout: Optional[float],
    ) -> None:
        """Open nothing yet."""
        self._repeater = repeater
        self._pool = pool
        self._request = request
        self._size = size
        self._timeout = timeout
        self._is_begun = False
        self._connection: Optional[Connection] = None
        self._ahead: "Optional[asyncio.Task[DataResult]]" = None
        self._received = 0

    async def next(self) -> Optional[DataResult]:
        """Return the next rows and have the driver read those after them."""
        try:
            if not self._is_begun:
                self._is_begun = True
                portion = await self._open()
            elif self._ahead is None:
                return None
            else:
                portion = await self._ahead
        except (DriverUnavailableError, ReplyLostError) as error:
            self.abandon()
            raise DriverUnavailableError(
                f"the driver was lost after {self._received} rows of a stream: {error};"
                " read it anew"
            ) from None
        except BaseException:
            self.abandon()
            raise
        connection = self._connection
        assert connection is not None
        if portion.cursor is None:
            self._ahead = self._connection = None
            self._pool.give(connection)
        else:
            self._size.learn(portion.rows)
            fetch = FetchRequest(portion.cursor, self._size.rows)
            self._ahead = asyncio.get_running_loop().create_task(
                connection.call(fetch, whole, self._timeout)
            )
            self._ahead.add_done_callback(_look_at)
        self._received += len(portion.rows)
        return portion

    async def _open(self) -> DataResult:
        """Open the cursor and return its first portion."""

        async def attempt(connection: Connection, left: Optional[float]) -> DataResult:
            """Open the cursor on this connection."""
            first = await connection.call(self._request, whole, left)
            self._connection = connection
            return first

        return await self._repeater.hold(attempt, self._timeout)

    async def close(self) -> None:
        """End the connection where the cursor is open, which ends the cursor too.

        That is quicker than to wait for the portion that is on its way.
        """
        self.abandon()

    def abandon(self) -> None:
        """End the connection where the cursor is open."""
        self._is_begun = True
        connection, self._connection = self._connection, None
        self._ahead = None
        if connection is not None:
            connection.close()
            self._pool.give(connection)


def _look_at(ahead: "asyncio.Task[DataResult]") -> None:
    """Take note of how a portion's way ended, which nobody may wait for any more."""
    if not ahead.cancelled():
        ahead.exception()
