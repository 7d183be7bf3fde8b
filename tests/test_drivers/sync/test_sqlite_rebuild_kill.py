"""A process that is killed while it builds a SQLite table anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .rebuilds import RebuiltFile, with_columns

_ROWS = 60_000
_PARTS = 4
_FILL = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    f" WHERE i < {_ROWS}) INSERT INTO t SELECT i, 'text ' || i FROM n"
)
_REBUILD = """
import sys
from pathlib import Path
from tests.test_drivers.sync.rebuilds import RebuiltFile, with_columns
file = RebuiltFile(Path(sys.argv[1]))
step = file.plan("t", with_columns(a={"nullable": False}))
print("ready", flush=True)
file.apply(step)
print("done", flush=True)
"""


def _rebuild(path: Path, delay: float) -> float:
    """Rebuild the table in a process that is killed after a time; return how long it
    took."""
    with subprocess.Popen(
        [sys.executable, "-c", _REBUILD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        start = time.perf_counter()
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return time.perf_counter() - start


def test_a_rebuild_that_was_killed_leaves_the_old_table_or_the_new(
    tmp_path: Path,
) -> None:
    """Whole, with its index, its counter and all of its rows; it can be built then."""
    statements = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
        "CREATE INDEX i ON t (a)",
        _FILL,
    )
    RebuiltFile(tmp_path / "whole.db", *statements).close()
    whole = _rebuild(tmp_path / "whole.db", 60)
    for part in range(_PARTS):
        path = tmp_path / f"{part}.db"
        RebuiltFile(path, *statements).close()
        _rebuild(path, whole * (part + 0.5) / _PARTS)
        file = RebuiltFile(path)
        try:
            assert file.rows("PRAGMA integrity_check") == [("ok",)]
            assert [row[1] for row in file.dump()] == ["i", "sqlite_sequence", "t"]
            file.rebuild("t", with_columns(a={"nullable": False}))
            found = file.rows("SELECT count(*), max(id), max(a) FROM t")
            assert found == [(_ROWS, _ROWS, "text 9999")]
            assert file.rows("SELECT * FROM sqlite_sequence") == [("t", _ROWS)]
        finally:
            file.close()
