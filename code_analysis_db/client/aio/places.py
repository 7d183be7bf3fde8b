"""Places that tasks take, and wait for."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Callable, Deque, Optional


class Places:
    """So many places, taken in the order of asking.

    Attributes:
        free: places that nobody has.
    """

    def __init__(self, width: int) -> None:
        """Have ``width`` places, all of them free."""
        self.free = width
        self._waiting: Deque["asyncio.Future[None]"] = deque()

    async def enter(
        self, timeout: Optional[float], late: Callable[[], Exception]
    ) -> None:
        """Take a place, which is given back by :meth:`leave`.

        Args:
            timeout: seconds to wait for one, None for ever.
            late: makes the error of having waited in vain.
        """
        if self.free and not self._waiting:
            self.free -= 1
            return
        loop = asyncio.get_running_loop()
        turn: "asyncio.Future[None]" = loop.create_future()
        timer = None
        if timeout is not None:
            timer = loop.call_later(timeout, _fail, turn, late)
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                # The place was given just before the cancellation.
                self.leave()
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def leave(self) -> None:
        """Give a place back: to who has waited longest, if anybody has."""
        waiting = self._waiting
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1

    def fail(self, error: Callable[[], Exception]) -> None:
        """Raise an error in all who wait."""
        while self._waiting:
            _fail(self._waiting.popleft(), error)


def _fail(turn: "asyncio.Future[None]", error: Callable[[], Exception]) -> None:
    """Raise an error in who waits, unless it is decided already."""
    if not turn.done():
        turn.set_exception(error())
