"""How long to wait before the next try."""

from __future__ import annotations

import random


class Backoff:
    """Growing delays with jitter; the first one is zero.

    The jitter keeps clients that lost the same driver from coming back all at once.
    """

    def __init__(self, base: float, cap: float) -> None:
        """Start with about ``base`` seconds, double them, stop at ``cap``."""
        self._next = base
        self._cap = cap
        self._first = True

    def delay(self) -> float:
        """Return the seconds to wait before the next try."""
        if self._first:
            self._first = False
            return 0.0
        delay = self._next * random.uniform(0.5, 1.0)
        self._next = min(self._next * 2, self._cap)
        return delay
