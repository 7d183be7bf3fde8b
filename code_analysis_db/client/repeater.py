"""Runs what was lost with its connection again, where that is safe.

:mod:`.repetition` decides what is.
"""

from __future__ import annotations

from functools import partial
from time import monotonic, sleep
from typing import Any, Callable, Iterable, Optional, TypeVar

from ..exceptions import DriverUnavailableError
from ..messages.base_request import FieldRequest
from ..rows import RowBlock
from .channel import Channel, ReplyLostError
from .channel_pool import ChannelPool
from .repetition import Loss, Repetition

T = TypeVar("T")
Attempt = Callable[[Channel, Optional[float]], T]


class Repeater:
    """Runs attempts on channels of a pool, again where that is safe."""

    def __init__(self, pool: ChannelPool, reconnect_timeout: float) -> None:
        """Wait up to ``reconnect_timeout`` seconds for a driver that is away."""
        self._pool = pool
        self._reconnect_timeout = reconnect_timeout

    def call_again(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float],
        ahead: Iterable[RowBlock],
        loss: Loss,
        started: float,
    ) -> T:
        """Go on with a request whose first attempt was lost.

        See :meth:`Channel.call` for the arguments.

        Args:
            loss: what became of the first attempt.
            started: when it began, where there is a ``timeout``.
        """

        def again(left: Optional[float]) -> T:
            """Send it on another channel."""
            channel = self._pool.take(left)
            try:
                return channel.call(request, read, left, ahead)
            finally:
                self._pool.give(channel)

        return self._repeat(again, loss, started, timeout, request.writes)

    def hold(self, attempt: Attempt[T], timeout: Optional[float]) -> T:
        """Return what ``attempt`` returns, which gets a channel and its seconds.

        The channel is the attempt's to keep; one on which it failed is closed.  What
        it does must be safe to do again.
        """
        started = monotonic()
        try:
            return self._hold_once(attempt, timeout)
        except (DriverUnavailableError, ReplyLostError) as error:
            loss: Loss = error
        again = partial(self._hold_once, attempt)
        return self._repeat(again, loss, started, timeout, False)

    def _hold_once(self, attempt: Attempt[T], timeout: Optional[float]) -> T:
        """Run the attempt on a channel of the pool."""
        channel = self._pool.take(timeout)
        try:
            return attempt(channel, timeout)
        except BaseException:
            # It may have left a transaction or a cursor on the connection.
            channel.close()
            self._pool.give(channel)
            raise

    def _repeat(
        self,
        again: Callable[[Optional[float]], T],
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
            sleep(repetition.delay(loss))
            try:
                return again(repetition.left())
            except (DriverUnavailableError, ReplyLostError) as error:
                loss = error
