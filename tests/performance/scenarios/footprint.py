"""What a driver process costs: time to be ready, memory, and processor when idle."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from statistics import median
from typing import ClassVar, List

from code_analysis_db import DriverProcess

from ..machine import cpu_seconds, resident_megabytes
from ..operation import mixed_step
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_turns
from .base import Scenario

#: what the driver process imports
IMPORTS = "import code_analysis_db.runner, code_analysis_db.drivers.sqlite"
#: calls before the memory is read
SERVED_CALLS = 1_000
SETTLE_SECONDS = 1.0
IDLE_LIMIT_PERCENT = 0.1


class Footprint(Scenario):
    """Ready time, resident memory, idle processor time."""

    name: ClassVar[str] = "footprint"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure the three."""
        ready, imports = _start_seconds(plan.rounds, directory)
        with ProductPeer(directory, SERVED_CALLS) as peer:
            assert peer.server_pid is not None
            session = peer.connector()
            step = mixed_step(session, 0)
            for calls in range(SERVED_CALLS):
                step(calls)
            resident = resident_megabytes(peer.server_pid)
            idle = _idle_percent(peer.server_pid, plan.idle_seconds)
            session.close()
        name = ProductPeer.name
        return Outcome(
            [
                Reading("start", f"{name} ready", ready * 1e3, "ms"),
                Reading("start", "a fresh Python's imports", imports * 1e3, "ms"),
                Reading("resident memory of the driver process", name, resident, "MB"),
            ],
            [
                Goal(
                    "ready time to a fresh Python's import of the same packages",
                    Bound.AT_MOST,
                    2.5,
                    ready / imports,
                ),
                Goal(
                    "resident memory of the driver process",
                    Bound.AT_MOST,
                    45.0,
                    resident,
                    "MB",
                ),
                Goal(
                    "processor time of an idle driver process",
                    Bound.AT_MOST,
                    IDLE_LIMIT_PERCENT,
                    idle,
                    "%",
                ),
            ],
        )


def _start_seconds(rounds: int, directory: Path) -> List[float]:
    """Return how long the driver takes to be ready, and Python to import as much."""
    numbers = count()

    def start() -> float:
        """Start a driver on a new file; it is ready when a request was served."""
        path = directory / f"start-{next(numbers)}.db"
        driver = DriverProcess({"type": "sqlite", "config": {"path": str(path)}})
        before = time.perf_counter()
        driver.start()
        seconds = time.perf_counter() - before
        driver.stop()
        return seconds

    found = in_turns({"ready": start, "imports": _import_seconds}, rounds)
    return [median(found["ready"]), median(found["imports"])]


def _import_seconds() -> float:
    """Run a Python that imports what the driver process imports."""
    before = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - before


def _idle_percent(pid: int, seconds: float) -> float:
    """Return how much of one core the process uses while nobody asks anything."""
    time.sleep(SETTLE_SECONDS)
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / seconds * 100
