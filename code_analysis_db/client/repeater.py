"""What is done again when a connection is lost, and what must not be.

==============================  =======================  ==========================
the connection was lost         a read                   a write
==============================  =======================  ==========================
before the request was handed   is repeated              is repeated
over whole, or never made
after that, before the reply    is repeated, twice       ``OutcomeUnknownError``
the driver is past its timeout  ``RequestTimeoutError``  ``OutcomeUnknownError``
==============================  =======================  ==========================

Repeating ends with ``DriverUnavailableError`` when no driver came back in time.  What
happens inside a transaction is not decided here: it is lost with its connection.
"""

from __future__ import annotations

from functools import partial
from time import monotonic, sleep
from typing import Any, Callable, Iterable, Optional, TypeVar, Union

from ..exceptions import (
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from ..messages.base_request import FieldRequest
from ..rows import RowBlock
from .backoff import Backoff
from .channel import Channel, ReplyLostError
from .channel_pool import ChannelPool

T = TypeVar("T")
Attempt = Callable[[Channel, Optional[float]], T]
#: What ends an attempt that may be made again.
Loss = Union[DriverUnavailableError, ReplyLostError]

_FIRST_DELAY = 0.02
_LONGEST_DELAY = 0.5
_LEAST_TIME = 0.001
# A request that loses its driver again and again may be what kills it.
_MOST_LOSSES = 3


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
        patience = self._reconnect_timeout
        if timeout is not None:
            patience = min(patience, started + timeout - monotonic())
        give_up = monotonic() + patience
        losses = 0
        backoff = Backoff(_FIRST_DELAY, _LONGEST_DELAY)
        while True:
            if isinstance(loss, ReplyLostError):
                losses += 1
                _refuse_repetition(loss, writes, losses)
            delay = backoff.delay()
            if delay and monotonic() + delay >= give_up:
                raise DriverUnavailableError(
                    f"{loss}; gave up after {max(0.0, patience):.3g} s of trying"
                )
            sleep(delay)
            left = None
            if timeout is not None:
                left = max(_LEAST_TIME, started + timeout - monotonic())
            try:
                return again(left)
            except (DriverUnavailableError, ReplyLostError) as error:
                loss = error


def _refuse_repetition(loss: ReplyLostError, writes: bool, losses: int) -> None:
    """Raise what a lost reply means where the request must not be repeated."""
    if writes:
        raise OutcomeUnknownError(
            f"the reply to a write was lost: {loss}; it may have been applied or not,"
            " so read back before repeating it"
        )
    if loss.timed_out:
        raise RequestTimeoutError(f"{loss}; the connection was dropped")
    if losses >= _MOST_LOSSES:
        raise DriverUnavailableError(
            f"the driver was lost {losses} times while it ran the request: {loss}"
        )
