"""Processes that write through a driver until they are told to stop, and what they
were told held against what is stored."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from typing import Callable, Dict, List

from code_analysis_db.driver_process import DriverProcess

from .programs import ROOT, Program, read_line, wait_until
from .writer import Report

_NAMES = ["ann", "bob", "eve"]
_PROGRESS = 12


class Writers:
    """Three writers."""

    def __init__(
        self, process: DriverProcess, written: Callable[[], Dict[str, int]]
    ) -> None:
        """Start the processes, which write nothing yet.

        Args:
            written: tells how many rows each writer has in the database.
        """
        self._written = written
        self._programs: List[Program] = []
        for name in _NAMES:
            command = [sys.executable, "-m", "tests.test_failures.writer"]
            self._programs.append(
                subprocess.Popen(
                    [*command, str(process.endpoint), name],
                    cwd=ROOT,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
        for program in self._programs:
            assert read_line(program) == "ready"

    def close(self) -> None:
        """End the processes."""
        for program in self._programs:
            program.communicate(timeout=30)

    def go(self) -> None:
        """Have them write."""
        self._tell("go")

    def wait_for_progress(self) -> None:
        """Wait until each has written some more rows."""
        before = self._counts()
        wait_until(
            lambda: all(
                rows >= before[name] + _PROGRESS
                for name, rows in self._counts().items()
            )
        )

    def stop(self) -> Report:
        """Have them end, and return what they were told of their operations."""
        self._tell("stop")
        together: Report = defaultdict(dict)
        for program in self._programs:
            report: Report = json.loads(read_line(program))
            for outcome, operations in report.items():
                together[outcome].update(operations)
        return together

    def _tell(self, line: str) -> None:
        """Send every writer a line."""
        for program in self._programs:
            assert program.stdin is not None
            program.stdin.write(f"{line}\n")
            program.stdin.flush()

    def _counts(self) -> Dict[str, int]:
        """Return how many rows each has written."""
        found = self._written()
        return {name: found.get(name, 0) for name in _NAMES}


def check(stored: Dict[str, "Counter[int]"], report: Report) -> None:
    """Hold what callers were told against what is stored."""
    for outcome, operations in report.items():
        for operation, count in operations.items():
            whole = Counter(range(count))
            found = stored.get(operation, Counter())
            if outcome == "done":
                assert found == whole, f"{operation} was acknowledged"
            elif outcome == "unknown":
                assert found in (whole, Counter()), f"{operation} is there by halves"
            else:
                assert not found, f"{operation} raised {outcome} and is there"
