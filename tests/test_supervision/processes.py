"""Processes of a test as the system shows them, and how a test waits for them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Callable, Collection, List

from code_analysis_db.supervision.process_status import ProcessStatus

DEADLINE = 60.0


def wait_until(condition: Callable[[], bool], what: str = "the condition") -> None:
    """Wait for a condition that no event announces."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def pid_of(status: ProcessStatus) -> int:
    """Return the process id, which there must be."""
    assert status.pid is not None
    return status.pid


def process_exists(pid: int) -> bool:
    """Whether there is such a process, a zombie included."""
    return Path(f"/proc/{pid}").exists()


def is_alive(pid: int) -> bool:
    """Whether there is such a process that is no zombie."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return bool(fields) and fields[0] != "Z"


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_of(pid: int, without: Collection[int] = ()) -> List[int]:
    """Return the child processes of a process, whichever thread started them."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    found = {int(word) for path in threads for word in _read(path).split()}
    return sorted(found.difference(without))


def _read(path: Path) -> str:
    """Return a file's text, ``""`` when its process is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""
