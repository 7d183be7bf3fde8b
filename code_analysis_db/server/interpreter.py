"""Settings of the interpreter that serve a driver process best."""

from __future__ import annotations

import gc
import sys

# A thread that computes is asked for the interpreter after so many seconds.  Python's
# default of 5 ms is what a point read waited for beside a bulk load (measured: its p99
# was 5.3 ms, and 1.5 with this).
_SWITCH_INTERVAL = 0.001


# So many objects that were made and are still there make a collection worth while.
_MANY_OBJECTS = 20_000


def tune_interpreter() -> None:
    """Set the interpreter up for a process that does nothing but serve.

    Everything that was imported stays to the end: the collector need not look at it
    again.  Requests, failing ones too, leave no cycles behind, but a bulk write holds
    some hundred thousand rows for a while: a collector that runs by itself would look
    at all of them, and everybody would wait.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()
    gc.disable()


def collect_garbage() -> None:
    """Collect what closed connections and the like have left behind, if it is much."""
    if gc.get_count()[0] > _MANY_OBJECTS:
        gc.collect()
