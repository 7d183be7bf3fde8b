"""Runs what was lost with its connection again, where that is safe.

As :mod:`code_analysis_db.client.repeater` does, with the same decisions
(:mod:`code_analysis_db.client.repetition`), but without holding the event loop up.
"""

from __future__ import annotations

import asyncio
from functools import partial
from time import monotonic
from typing import Any, Awaitable, Callable, Iterable, Optional, TypeVar

from ...exceptions import DriverUnavailableError
from ...messages.base_request import FieldRequest
from ...rows import RowBlock
from ..channel import ReplyLostError
from ..repetition import Loss, Repetition
from .connection import Connection
from .connection_pool import ConnectionPool

T = TypeVar("T")
Attempt = Callable[[Connection, Optional[float]], Awaitable[T]]


class AsyncRepeater:
    """Runs attempts on connections of a pool, again where that is safe."""

    def __init__(self, pool: ConnectionPool, reconnect_timeout: float) -> None:
        """Wait up to ``reconnect_timeout`` seconds for a driver that is away."""
        self._pool = pool
        self._reconnect_timeout = reconnect_timeout

    async def call_again(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float],
        ahead: Iterable[RowBlock],
        loss: Loss,
        started: float,
    ) -> T:
        """Go on with a request whose first attempt was lost.

        See :meth:`Connection.call` for the arguments.

        Args:
            loss: what became of the first attempt.
            started: when it began, where there is a ``timeout``.
        """

        async def again(left: Optional[float]) -> T:
            """Send it on another connection."""
            connection = await self._pool.shared(left)
            return await connection.call(request, read, left, ahead)

        return await self._repeat(again, loss, started, timeout, request.writes)

    async def hold(self, attempt: Attempt[T], timeout: Optional[float]) -> T:
        """Return what ``attempt`` returns, which gets a connection and its seconds.

        The connection is the attempt's to keep; one on which it failed is closed.
        What it does must be safe to do again.
        """
        started = monotonic()
        try:
            return await self._hold_once(attempt, timeout)
        except (DriverUnavailableError, ReplyLostError) as error:
            loss: Loss = error
        again = partial(self._hold_once, attempt)
        return await self._repeat(again, loss, started, timeout, False)

    async def _hold_once(self, attempt: Attempt[T], timeout: Optional[float]) -> T:
        """Run the attempt on a connection of its own."""
        connection = await self._pool.take(timeout)
        try:
            return await attempt(connection, timeout)
        except BaseException:
            # It may have left a transaction or a cursor on the connection.
            connection.close()
            self._pool.give(connection)
            raise

    async def _repeat(
        self,
        again: Callable[[Optional[float]], Awaitable[T]],
        loss: Loss,
        started: float,
        timeout: Optional[float],
        writes: bool,
    ) -> T:
        """Go on after the first attempt was lost.

        Args:
            started: when it began, where there is a ``timeout``.
            writes: a reply that was lost may hide something that was done.
        """
        self._pool.drop_free()
        repetition = Repetition(started, timeout, self._reconnect_timeout, writes)
        while True:
            await asyncio.sleep(repetition.delay(loss))
            try:
                return await again(repetition.left())
            except (DriverUnavailableError, ReplyLostError) as error:
                loss = error
