"""How long writes wait for others, to share a commit with them."""

from __future__ import annotations

from math import inf
from time import perf_counter

# Seconds that a write waits at most.
_LONGEST = 0.001


class Gathering:
    """The writes that are kept from one round of the loop to the next.

    A commit takes longer than many a request.  So as long as the rounds bring some, the
    writes among them are gathered for a while, and share one.
    """

    def __init__(self, most: int) -> None:
        """Gather ``most`` writes at most."""
        self._most = most
        self._since = inf
        self._came = 0

    def goes_on(self, kept: int, served: int) -> bool:
        """Whether the ``kept`` writes can wait for another round, when so many requests
        have been ``served`` since the start."""
        now = perf_counter()
        if self._since == inf:
            self._since = now
        came, self._came = self._came, served + kept
        if came != self._came and kept < self._most and now - self._since < _LONGEST:
            return True
        self._since = inf
        return False
