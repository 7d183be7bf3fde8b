"""When a driver that died is started again, and when it is given up."""

from __future__ import annotations

import random
from collections import deque
from typing import Deque, Optional

_FIRST_DELAY = 0.05
_LONGEST_DELAY = 5.0
# No delay of two parents is the same: drivers of one database server that died
# together do not come back together.
_LEAST_SHARE = 0.5


class RestartPolicy:
    """Exponential backoff with jitter, up to an intensity.

    More than ``max_restarts`` deaths within ``window`` seconds mean that starting
    again does not help.
    """

    def __init__(self, max_restarts: int, window: float) -> None:
        """Start with no deaths on record."""
        self._max_restarts = max_restarts
        self._window = window
        self._deaths: Deque[float] = deque()

    def delay_after_death(self, now: float) -> Optional[float]:
        """Record a death and return the seconds to wait before the next start.

        None where the intensity is reached: give up.

        Args:
            now: seconds of a monotonic clock.
        """
        deaths = self._deaths
        while deaths and deaths[0] <= now - self._window:
            deaths.popleft()
        deaths.append(now)
        if len(deaths) > self._max_restarts:
            return None
        # The exponent is bounded, so that a large max_restarts cannot overflow.
        delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(len(deaths) - 1, 16))
        return delay * random.uniform(_LEAST_SHARE, 1.0)

    def forget(self) -> None:
        """Drop the record: somebody started the driver on purpose."""
        self._deaths.clear()
