"""How far a long request has come, on its way to the caller.

It travels as the rows of a large result do, ahead of the result.
"""

from __future__ import annotations

from time import perf_counter
from typing import Optional, Tuple

from ..progress import Progress, ProgressListener
from .read_handlers import RowSink

COLUMNS = ["phase", "table", "done", "total"]
_INTERVAL = 0.05
"""Seconds: whoever shows it to people needs no more."""


def told_through(sink: RowSink) -> ProgressListener:
    """Return what tells the caller behind ``sink``.

    The beginning and the end of each piece of work are told, and between them as much
    as is of use.
    """
    last: Tuple[Optional[Tuple[str, str]], float] = (None, 0.0)

    def tell(progress: Progress) -> None:
        """Send it, unless something was sent a moment ago."""
        nonlocal last
        piece, now = (progress.phase, progress.table), perf_counter()
        if (
            piece == last[0]
            and progress.done < progress.total
            and now - last[1] < _INTERVAL
        ):
            return
        last = (piece, now)
        sink(
            COLUMNS,
            [[progress.phase, progress.table, progress.done, progress.total]],
        )

    return tell
