"""A request that was sent and whose reply is to come."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Optional

from ...messages.base_request import FieldRequest
from ...messages.error_result import ErrorResult
from ...transport.async_socket import Sending
from .window import Window


class Flight:
    """A request under way, and what has come of it.

    Attributes:
        request: the request.
        future: the value, or the error, for who waits for it.
        window: where it holds a place until it is answered.
        sending: its own frame, None until it was put on its way.
        has_parts: whether blocks of rows were sent ahead of it.
        is_given_up: whether nobody wants the reply any more.
    """

    __slots__ = (
        "request",
        "future",
        "window",
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
