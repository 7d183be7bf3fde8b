"""A request whose reply is to come."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Optional

from ...messages.base_request import FieldRequest
from ...messages.error_result import ErrorResult
from ...transport.async_socket import Sending
from .window import Window

_LEAST_SECONDS = 0.001


class Flight:
    """A request, how far it is, and what has come of it.

    Attributes:
        request: the request.
        future: the value, or the error, for who waits for it.
        window: where it waits for a place, and has it until it is answered.
        id: what the reply will carry; 0 while it waits for a place.
        turn: tells a task, which sends rows ahead, that it has its place; None where
            the request is sent at once.
        give_up_at: when its time is up, in the loop's seconds, None for never.
        timer: what fires then.
        sending: its own frame, None until it was put on its way.
        has_parts: whether blocks of rows were sent ahead of it.
        is_given_up: whether nobody wants the reply any more.
    """

    __slots__ = (
        "request",
        "future",
        "window",
        "id",
        "turn",
        "give_up_at",
        "timer",
        "sending",
        "has_parts",
        "is_given_up",
        "_read",
        "_parts",
    )

    def __init__(
        self,
        request: FieldRequest,
        read: Callable[[Any], Any],
        future: "asyncio.Future[Any]",
        window: Window,
    ) -> None:
        """Wait for what ``read`` will make of the result."""
        self.request = request
        self.future = future
        self.window = window
        self.id = 0
        self.turn: "Optional[asyncio.Future[None]]" = None
        self.give_up_at: Optional[float] = None
        self.timer: Optional[asyncio.TimerHandle] = None
        self.sending: Optional[Sending] = None
        self.has_parts = False
        self.is_given_up = False
        self._read = read
        self._parts: Any = None

    @property
    def is_begun(self) -> bool:
        """Whether some of the request is on its way."""
        return self.sending is not None and self.sending.begun

    @property
    def is_handed_over(self) -> bool:
        """Whether the driver may have the whole request."""
        return self.sending is not None and self.sending.is_handed_over

    def left(self, now: float) -> Optional[float]:
        """Return the seconds that are left at ``now``, None for no limit."""
        if self.give_up_at is None:
            return None
        return max(_LEAST_SECONDS, self.give_up_at - now)

    def take_part(self, result: Any) -> bool:
        """Take a part of a long result; False where it could not be read."""
        try:
            rows = self._read(result)
            if self._parts is None:
                self._parts = rows
            else:
                self._parts += rows
        except Exception as error:
            self.fail(error)
            return False
        return True

    def settle(self, result: Any) -> None:
        """Take the result, or the last part of it."""
        if self.future.done():
            return
        if type(result) is ErrorResult:
            self.future.set_exception(result.to_exception())
            return
        try:
            value = self._read(result)
            if self._parts is not None:
                self._parts += value
                value = self._parts
        except Exception as error:
            self.fail(error)
        else:
            self.future.set_result(value)

    def fail(self, error: Exception) -> None:
        """Raise an error in who waits, if anybody still does."""
        if not self.future.done():
            self.future.set_exception(error)
