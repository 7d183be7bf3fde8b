"""How many statements may stand in line on one connection, as replies come.

As many as take some milliseconds together: a line of short ones is answered sooner than
it would be spread out; those that take their time are better on several connections,
under way at the same time.
"""

from __future__ import annotations

_LINE = 0.003
_MOST = 64
_FIRST_GUESS = 0.0001
_STEP = 1.05


class ReplyPace:
    """The seconds that a reply takes, one after the other: about as many take longer
    as take less, so that a few that were held up do not count for more.

    Attributes:
        depth: how many may stand in line.
    """

    def __init__(self) -> None:
        """Begin with a guess."""
        self._seconds = _FIRST_GUESS
        self.depth = int(_LINE / _FIRST_GUESS)

    def note(self, seconds: float, replies: int) -> None:
        """Note that some replies came within ``seconds`` of those before."""
        if seconds > self._seconds * replies:
            self._seconds *= _STEP
        else:
            self._seconds /= _STEP
        self.depth = max(1, min(_MOST, int(_LINE / self._seconds)))
