"""A process with all that descend from it, as /proc shows them, and signals to them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import List


def _text(path: Path) -> str:
    """Return a file's text, ``""`` where its process is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def stat_fields(pid: int) -> List[str]:
    """Return the fields of a process from its state on; none where it is gone."""
    return _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def descendants(pid: int) -> List[int]:
    """Return a process's children, their children and so on, parents first."""
    found: List[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, _text(path).split()):
            found += [child, *descendants(child)]
    return found


def segments_of(pid: int) -> List[int]:
    """Return the System V shared memory that a process has made, and is there."""
    lines = _text(Path("/proc/sysvipc/shm")).splitlines()[1:]
    rows = [[int(field) for field in line.split()[:5]] for line in lines]
    return [identifier for _, identifier, _, _, creator in rows if creator == pid]


def suspend(pid: int) -> None:
    """Stop a process and its descendants, parents first: a stopped one starts none."""
    send(signal.SIGSTOP, [pid])
    for child in descendants(pid):
        send(signal.SIGSTOP, [child])


def resume(pid: int) -> None:
    """Let a process and its descendants go on."""
    send(signal.SIGCONT, [*descendants(pid), pid])


def kill_descendants(pid: int) -> None:
    """Kill all that descend from a process as a loss of power would: at once."""
    for child in descendants(pid):
        suspend(child)
    send(signal.SIGKILL, descendants(pid))


def send(number: int, pids: List[int]) -> None:
    """Send a signal to those of the processes that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
