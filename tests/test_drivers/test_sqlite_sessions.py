"""Sessions and files: how many, in which mode, and what is left behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.drivers.sqlite_memory_file import MemoryFile
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverError,
    LockTimeoutError,
)

from .conftest import MakeSQLite
from .unified.definitions import CHILDREN, PARENTS


def test_pragmas_are_the_configurations(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite(synchronous="extra", cache_size=77, mmap_size=65536)

    def pragma(name: str) -> object:
        """Return a pragma's value in a reading session."""
        (row,) = driver.execute(f"PRAGMA {name}")["data"]
        return next(iter(row.values()))

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 3
    assert pragma("cache_size") == 77
    assert pragma("foreign_keys") == 1


def test_open_cursors_are_bounded(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite(busy_timeout=0.05)
    driver.create_table(PARENTS)
    driver.insert_many("parents", [{"name": "a"}, {"name": "b"}])
    cursors = [driver.open_select("parents") for _ in range(64)]
    with pytest.raises(LockTimeoutError, match="all 64 sessions"):
        driver.select("parents")
    cursors.pop().close()
    assert len(driver.select("parents")) == 2
    for cursor in cursors:
        cursor.close()
    assert driver.stats()["read_sessions"] <= 8


def test_stats_and_maintenance(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.insert_many("parents", [{"name": f"{n:0500}"} for n in range(100)])
    before = driver.stats()
    assert before["wal_bytes"] > 0
    assert before["page_count"] * before["page_size"] > before["file_bytes"]
    driver.maintain()
    after = driver.stats()
    assert after["page_count"] * after["page_size"] == after["file_bytes"]
    transaction = driver.begin_transaction()
    assert driver.stats()["transactions"] == 1
    driver.rollback_transaction(transaction)


def test_a_file_outlives_its_driver(make_sqlite: MakeSQLite, tmp_path: Path) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.insert("parents", {"name": "a"})
    driver.disconnect()
    assert not (tmp_path / "test.db-wal").exists()
    assert make_sqlite().count("parents") == 1


def test_a_private_database_is_gone_with_its_driver() -> None:
    driver = SQLiteDriver()
    driver.connect({"path": ":memory:"})
    driver.create_table(PARENTS)
    driver.create_table(CHILDREN)
    driver.insert("parents", {"name": "a"})
    directory = Path(str(driver.execute("PRAGMA database_list")["data"][0]["file"]))
    assert directory.parent.stat().st_mode & 0o777 == 0o700
    driver.disconnect()
    assert not directory.parent.exists()
    driver.connect({"path": ":memory:"})
    assert driver.list_tables() == []
    driver.disconnect()


_DYING = """
import os, signal, sys
from pathlib import Path
from code_analysis_db.drivers.sqlite_memory_file import MemoryFile

MemoryFile(Path(sys.argv[1])).path.write_bytes(b"x")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_dead_process_left_is_removed(tmp_path: Path) -> None:
    alive = MemoryFile(tmp_path)
    alive.path.write_bytes(b"x")
    died = subprocess.run([sys.executable, "-c", _DYING, str(tmp_path)], timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert len(os.listdir(tmp_path)) == 2
    new = MemoryFile(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(
        [alive.path.parent.name, new.path.parent.name]
    )
    assert alive.path.exists()
    for file in (alive, new):
        file.remove()
    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_change_its_journal_now_is_refused(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    stranger = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    stranger.execute("CREATE TABLE t (a)")
    stranger.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LockTimeoutError, match="locked by another process"):
        make_sqlite(busy_timeout=0.05)
    stranger.execute("ROLLBACK")
    assert make_sqlite().list_tables() == ["t"]
    stranger.close()


def test_a_cursor_that_outlives_its_driver_is_an_error(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.insert_many("parents", [{"name": "a"}, {"name": "b"}])
    cursor = driver.open_select("parents")
    cursor.fetch(1)
    driver.disconnect()
    with pytest.raises(DriverError, match="closed"):
        cursor.fetch(1)
    cursor.close()


def test_a_closed_pool_opens_no_session(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    readers = driver._database.readers
    driver.disconnect()
    with pytest.raises(DriverConnectionError, match="not connected"):
        readers.take()
    assert len(readers) == 0
