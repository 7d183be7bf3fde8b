"""A driver that dies, and the processes that write through it meanwhile."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Dict, List

from code_analysis_db.driver_process import DriverProcess

from .programs import ROOT, Program, read_line, wait_until
from .writer import LOG, Report

_WRITERS = ["ann", "bob", "eve"]
_PROGRESS = 12


class Crowd:
    """A supervised driver over a file, and writers that are processes of their own.

    Attributes:
        process: the driver.
        path: the database file.
    """

    def __init__(self, directory: Path) -> None:
        """Start the driver and the writers, which write nothing yet."""
        self.path = directory / "test.db"
        self.process = DriverProcess(
            {"type": "sqlite", "config": {"path": str(self.path), "busy_timeout": 20}},
            max_restarts=1000,
            # A death is forgotten soon, so that the next start follows at once.
            restart_window=1.0,
        ).start()
        with self.process.client() as client:
            client.rpc.create_table(LOG)
        self._writers: List[Program] = []
        for name in _WRITERS:
            command = [sys.executable, "-m", "tests.test_failures.writer"]
            self._writers.append(
                subprocess.Popen(
                    [*command, str(self.process.endpoint), name],
                    cwd=ROOT,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
        for writer in self._writers:
            assert read_line(writer) == "ready"

    def close(self) -> None:
        """End the writers and the driver."""
        for writer in self._writers:
            writer.communicate(timeout=30)
        self.process.stop()

    def kill(self) -> None:
        """Kill the driver that serves now."""
        pid = self.process.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    # --- writing ------------------------------------------------------------------

    def _tell(self, line: str) -> None:
        """Send every writer a line."""
        for writer in self._writers:
            assert writer.stdin is not None
            writer.stdin.write(f"{line}\n")
            writer.stdin.flush()

    def go(self) -> None:
        """Have the writers write."""
        self._tell("go")

    def wait_for_progress(self) -> None:
        """Wait until each writer has written some more rows."""
        before = self._written()
        wait_until(
            lambda: all(
                rows >= before[name] + _PROGRESS
                for name, rows in self._written().items()
            )
        )

    def stop(self) -> Report:
        """Have them end, and return what they were told of their operations."""
        self._tell("stop")
        together: Report = defaultdict(dict)
        for writer in self._writers:
            report: Report = json.loads(read_line(writer))
            for outcome, operations in report.items():
                together[outcome].update(operations)
        return together

    # --- the truth ----------------------------------------------------------------

    def _query(self, sql: str) -> List[Any]:
        """Ask the file itself."""
        connection = sqlite3.connect(self.path, timeout=20)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def _written(self) -> Dict[str, int]:
        """Return how many rows each writer has in the file."""
        found = dict(self._query("SELECT writer, count(*) FROM log GROUP BY writer"))
        return {name: found.get(name, 0) for name in _WRITERS}

    def stored(self) -> Dict[str, "Counter[int]"]:
        """Return how often each part of each operation is in the file."""
        stored: Dict[str, "Counter[int]"] = defaultdict(Counter)
        for operation, part in self._query("SELECT operation, part FROM log"):
            stored[operation][part] += 1
        return stored

    def is_whole(self) -> bool:
        """Tell whether SQLite finds nothing wrong with the file."""
        return self._query("PRAGMA integrity_check") == [("ok",)]


def check(stored: Dict[str, "Counter[int]"], report: Report) -> None:
    """Hold what callers were told against what is in the file."""
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
