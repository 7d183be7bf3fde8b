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

from time import monotonic
from typing import Optional, Union

from ..exceptions import (
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from .backoff import Backoff
from .channel import ReplyLostError

#: What ends an attempt that may be made again.
Loss = Union[DriverUnavailableError, ReplyLostError]

_FIRST_DELAY = 0.02
_LONGEST_DELAY = 0.5
_LEAST_TIME = 0.001
# A request that loses its driver again and again may be what kills it.
_MOST_LOSSES = 3


class Repetition:
    """Decides about one request whose first attempt was lost; it never waits itself."""

    def __init__(
        self,
        started: float,
        timeout: Optional[float],
        reconnect_timeout: float,
        writes: bool,
    ) -> None:
        """Begin now.

        Args:
            started: when the first attempt began, in seconds of ``time.monotonic``,
                where there is a ``timeout``.
            timeout: seconds that the request may take from then on.
            reconnect_timeout: seconds from now on to wait for a driver that is away.
            writes: a reply that was lost may hide something that was done.
        """
        self._deadline = None if timeout is None else started + timeout
        self._patience = reconnect_timeout
        now = monotonic()
        if self._deadline is not None:
            self._patience = min(self._patience, self._deadline - now)
        self._give_up = now + self._patience
        self._writes = writes
        self._losses = 0
        self._backoff = Backoff(_FIRST_DELAY, _LONGEST_DELAY)

    def delay(self, loss: Loss) -> float:
        """Return the seconds to wait before the next attempt.

        Raises:
            DriverError: there must be none, and this is why.
        """
        if isinstance(loss, ReplyLostError):
            self._losses += 1
            self._refuse(loss)
        delay = self._backoff.delay()
        if delay and monotonic() + delay >= self._give_up:
            raise DriverUnavailableError(
                f"{loss}; gave up after {max(0.0, self._patience):.3g} s of trying"
            )
        return delay

    def left(self) -> Optional[float]:
        """Return the seconds that the next attempt may take, None for no limit."""
        if self._deadline is None:
            return None
        return max(_LEAST_TIME, self._deadline - monotonic())

    def _refuse(self, loss: ReplyLostError) -> None:
        """Raise what a lost reply means where the request must not be repeated."""
        if self._writes:
            raise OutcomeUnknownError(
                f"the reply to a write was lost: {loss}; it may have been applied or"
                " not, so read back before repeating it"
            )
        if loss.timed_out:
            raise RequestTimeoutError(f"{loss}; the connection was dropped")
        if self._losses >= _MOST_LOSSES:
            raise DriverUnavailableError(
                f"the driver was lost {self._losses} times while it ran the request:"
                f" {loss}"
            )
