"""How far a job has come, on standard error.

A bar that is redrawn on a terminal, a line every tenth elsewhere.
"""

from __future__ import annotations

import sys
from time import monotonic

_WIDTH = 40
_REDRAW_SECONDS = 0.1


class ProgressBar:
    """Counts steps to a total that is known."""

    def __init__(self, total: int, unit: str) -> None:
        """Start at none of ``total`` steps, each a ``unit``."""
        self._total = total
        self._unit = unit
        self._done = 0
        self._drawn_at = 0.0
        self._bar = sys.stderr.isatty()
        self._tenths = 0

    def advance(self, steps: int = 1) -> None:
        """Count steps that were done."""
        self._done += steps
        if self._bar:
            finished = self._done >= self._total
            if finished or monotonic() - self._drawn_at >= _REDRAW_SECONDS:
                self._draw("\n" if finished else "")
        elif self._done * 10 // self._total > self._tenths:
            self._tenths = self._done * 10 // self._total
            print(self._text(), file=sys.stderr, flush=True)

    def _draw(self, end: str) -> None:
        """Draw the bar over the one before."""
        self._drawn_at = monotonic()
        filled = _WIDTH * self._done // self._total
        bar = "█" * filled + "·" * (_WIDTH - filled)
        print(f"\r{bar} {self._text()}", end=end, file=sys.stderr, flush=True)

    def _text(self) -> str:
        """Return the figures."""
        percent = 100 * self._done // self._total
        return f"{percent:3d} %  {self._done:,} of {self._total:,} {self._unit}"
