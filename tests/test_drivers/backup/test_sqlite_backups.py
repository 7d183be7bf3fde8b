"""Copies of a SQLite file, and putting them back."""

from __future__ import annotations

import resource
import sqlite3
import threading
from pathlib import Path
from typing import Any, Dict

import pytest

from code_analysis_db.exceptions import BackupError

from ..conftest import MakeSQLite

TABLE: Dict[str, Any] = {
    "name": "t",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "a", "type": "TEXT"},
    ],
}


def test_restore_brings_back_tables_rows_and_next_number(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """What was written after the backup is gone, and its numbers are free again."""
    driver = make_sqlite()
    driver.create_table(TABLE)
    driver.insert_many("t", [{"a": "x"}])
    backup = driver.backup(str(tmp_path / "new" / "folder"))
    driver.insert_many("t", [{"a": "y"}])
    driver.create_table({**TABLE, "name": "later"})
    driver.restore(backup)
    assert driver.list_tables() == ["t"]
    driver.insert_many("t", [{"a": "z"}])
    assert driver.execute("SELECT id, a FROM t ORDER BY id")["data"] == [
        {"id": 1, "a": "x"},
        {"id": 2, "a": "z"},
    ]


def test_backup_is_one_moment_while_others_write(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """Two tables that always have as many rows have as many in the backup."""
    driver = make_sqlite(synchronous="off")
    for name in ("t", "u"):
        driver.create_table({**TABLE, "name": name})
        driver.insert_many(name, [{"a": "x" * 2000}] * 3000)
    stop = threading.Event()

    def write() -> None:
        """Write into both tables at once."""
        while not stop.is_set():
            with driver.atomic():
                driver.insert_many("t", [{"a": "x"}])
                driver.insert_many("u", [{"a": "x"}])

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    try:
        backups = [driver.backup(str(tmp_path / "backups")) for _ in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert len(set(backups)) == 3
    for backup in backups:
        file = sqlite3.connect(backup)
        ((t, u),) = file.execute(
            "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u)"
        )
        file.close()
        assert t == u >= 3000


def test_full_disk_leaves_nothing(make_sqlite: MakeSQLite, tmp_path: Path) -> None:
    """A backup that cannot be written whole is an error, and no file is left."""
    driver = make_sqlite()
    driver.create_table(TABLE)
    driver.insert_many("t", [{"a": "x" * 10_000}] * 500)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        with pytest.raises(BackupError):
            driver.backup(str(tmp_path / "backups"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("fault", ["missing", "text", "database", "newer", "damaged"])
def test_what_is_no_backup_is_refused(
    make_sqlite: MakeSQLite, tmp_path: Path, fault: str
) -> None:
    """The error names the file, and the database stays as it is."""
    driver = make_sqlite()
    driver.create_table(TABLE)
    driver.insert_many("t", [{"a": "x" * 10_000}] * 100)
    path = Path(driver.backup(str(tmp_path / "backups")))
    if fault == "missing":
        path.unlink()
    elif fault == "text":
        path.write_text("no database at all, but a text\n" * 100)
    elif fault == "damaged":
        path.write_bytes(path.read_bytes()[: 50 * 4096])
    else:
        file = sqlite3.connect(path, isolation_level=None)
        file.execute(
            "UPDATE _code_analysis_db_backup SET format = 99"
            if fault == "newer"
            else "DROP TABLE _code_analysis_db_backup"
        )
        file.close()
    with pytest.raises(BackupError, match=path.name):
        driver.restore(str(path))
    assert driver.count("t") == 100


def test_a_restore_that_was_killed_leaves_no_backup(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """A database that the backup's mark was left in is no backup itself, and is backed
    up and restored as ever."""
    driver = make_sqlite()
    driver.create_table(TABLE)
    backup = driver.backup(str(tmp_path / "backups"))
    with sqlite3.connect(backup) as file:
        (made,) = file.execute(
            "SELECT sql FROM sqlite_master WHERE name = '_code_analysis_db_backup'"
        ).fetchone()
    driver.disconnect()
    live = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    live.execute(made)
    live.execute("INSERT INTO _code_analysis_db_backup (format) VALUES (1)")
    live.close()
    again = make_sqlite()
    with pytest.raises(BackupError, match="is no backup"):
        again.restore(str(tmp_path / "test.db"))
    again.restore(again.backup(str(tmp_path / "backups")))
    assert again.list_tables() == ["t"]


def test_pages_of_another_size_are_made_to_fit(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """A backup of a file that others made with larger pages; nothing is left beside
    the database."""
    large = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    large.execute("PRAGMA page_size = 16384")
    large.execute("VACUUM")
    large.close()
    driver = make_sqlite()
    driver.create_table(TABLE)
    driver.insert_many("t", [{"a": "x" * 1000}] * 500)
    backup = driver.backup(str(tmp_path / "kept"))
    folder = tmp_path / "other"
    folder.mkdir()
    other = make_sqlite(path=str(folder / "other.db"))
    other.create_table({**TABLE, "name": "later"})
    other.restore(backup)
    assert other.list_tables() == ["t"]
    assert other.count("t") == 500
    assert other.stats()["page_size"] == 4096
    assert all(path.name.startswith("other.db") for path in folder.iterdir())
