"""Settings of the interpreter that serve a driver process best."""

from __future__ import annotations

import gc
import sys

# A thread that computes is asked for the interpreter after so many seconds.  Python's
# default of 5 ms is what a point read waited for beside a bulk load (measured: its p99
# was 5.3 ms, and 1.5 with this).
_SWITCH_INTERVAL = 0.001


def tune_interpreter() -> None:
    """Set the interpreter up for a process that does nothing but serve.

    Everything that was imported stays to the end: the collector need not look at it
    again and again.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()
