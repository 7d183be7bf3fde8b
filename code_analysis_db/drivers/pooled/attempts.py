"""Which failures of work outside transactions are tried again, and how often.

Only those after which nothing is applied: the server gave up for the sake of others, or
the connection was lost before anything could be applied.
"""

from __future__ import annotations

from ...exceptions import (
    DeadlockError,
    DriverError,
    OutcomeUnknownError,
    SerializationError,
)
from ..execution_context import ExecutionContext
from ..interruption import check_deadline
from .pause import pause

_RETRIES = 6
_FIRST_PAUSE = 0.01
_GIVEN_UP = (DeadlockError, SerializationError)


class Attempts:
    """The attempts at one piece of work."""

    def __init__(self, context: ExecutionContext) -> None:
        """Count from none, under the calling thread's deadline."""
        self._context = context
        self._given_up = 0
        self._lost = False

    def may_repeat(
        self, error: DriverError, *, lost: bool, harmless: bool = False
    ) -> bool:
        """Tell whether the work may be done again after ``error``; pauses before it
        where others have to come through first.

        Args:
            lost: whether the connection is.
            harmless: whether doing it twice does not matter.

        Raises:
            RequestCancelledError: the request was cancelled.
            RequestTimeoutError: its time ran out.
        """
        if lost:
            unknown = isinstance(error, OutcomeUnknownError)
            if self._lost or (unknown and not harmless):
                return False
            self._lost = True
            check_deadline(self._context)
            return True
        if not isinstance(error, _GIVEN_UP) or self._given_up >= _RETRIES:
            return False
        self._given_up += 1
        pause(self._context, _FIRST_PAUSE * 2**self._given_up)
        return True
