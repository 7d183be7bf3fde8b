"""Which processor cores a process may run on (Linux)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import FrozenSet

Cores = FrozenSet[int]

_AVAILABLE = sorted(os.sched_getaffinity(0))
FIRST: Cores = frozenset(_AVAILABLE[:1])
SECOND: Cores = frozenset(_AVAILABLE[1:2] or _AVAILABLE[:1])
#: what the whole benchmark uses, so that larger machines compare
BOTH: Cores = FIRST | SECOND


def pin(pid: int, cores: Cores) -> None:
    """Restrict the process to the cores: its threads, and those to come."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), cores)
