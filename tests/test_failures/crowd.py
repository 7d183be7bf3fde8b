"""A driver that dies, and the processes that write through it meanwhile."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Dict, List

from code_analysis_db.driver_process import DriverProcess

from .writer import LOG
from .writers import Writers


class Crowd:
    """A supervised driver over a file, and writers that are processes of their own.

    Attributes:
        process: the driver.
        path: the database file.
        writers: the processes.
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
        self.writers = Writers(self.process, self._written)

    def close(self) -> None:
        """End the writers and the driver."""
        self.writers.close()
        self.process.stop()

    def kill(self) -> None:
        """Kill the driver that serves now."""
        pid = self.process.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

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
        return dict(self._query("SELECT writer, count(*) FROM log GROUP BY writer"))

    def stored(self) -> Dict[str, "Counter[int]"]:
        """Return how often each part of each operation is in the file."""
        stored: Dict[str, "Counter[int]"] = defaultdict(Counter)
        for operation, part in self._query("SELECT operation, part FROM log"):
            stored[operation][part] += 1
        return stored

    def is_whole(self) -> bool:
        """Tell whether SQLite finds nothing wrong with the file."""
        return self._query("PRAGMA integrity_check") == [("ok",)]
