"""Facts about the machine that a figure depends on, and about processes on it."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from pathlib import Path
from typing import Dict

from .affinity import BOTH

#: what the kernel's ``/proc/PID/clear_refs`` takes to forget the peak
_RESET_PEAK = "5"


def describe() -> Dict[str, str]:
    """Return what the figures depend on."""
    return {
        "processor": _processor(),
        "cores used": f"{len(BOTH)} of {os.cpu_count()}",
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
    }


def _processor() -> str:
    """Return the processor's name as the kernel tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def resident_megabytes(pid: int) -> float:
    """Return the memory that the process holds now."""
    return _status_megabytes(pid, "VmRSS")


def peak_megabytes(pid: int) -> float:
    """Return the most memory that the process held since :func:`forget_peak`."""
    return _status_megabytes(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the peak of the process start anew."""
    Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK)


def _status_megabytes(pid: int, field: str) -> float:
    """Return a field of the process's status, which the kernel gives in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"no {field!r} in the status of process {pid}")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that the process has used, to the nanosecond.

    The clock's number is made as ``clock_getcpuclockid(3)`` makes it on Linux.
    """
    return time.clock_gettime((~pid << 3) | 2)
