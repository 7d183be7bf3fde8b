"""Copies of a SQLite file as a file, by a process of their own."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import subprocess
import threading
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.drivers.backup import copy_bytes, file_copy, sqlite_copy
from code_analysis_db.drivers.backup.file_copy import FileCopy
from code_analysis_db.exceptions import BackupError
from code_analysis_db.progress import Progress

from ..conftest import MakeSQLite

TABLE: Dict[str, Any] = {
    "name": "t",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "a", "type": "TEXT"},
    ],
}


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every database is large enough."""
    monkeypatch.setattr(sqlite_copy, "LARGE", 0)


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> List[int]:
    """The sizes of the copies that are made of files."""
    made: List[int] = []
    usual = FileCopy.__init__

    def note(copy: FileCopy, source: Path, target: Path, size: int) -> None:
        """Note one more."""
        made.append(size)
        usual(copy, source, target, size)

    monkeypatch.setattr(FileCopy, "__init__", note)
    return made


def driver_with_rows(make_sqlite: MakeSQLite, rows: int = 1000) -> SQLiteDriver:
    """Return a driver of a database with a table."""
    driver = make_sqlite()
    driver.create_table(TABLE)
    driver.insert_many("t", [{"a": "x" * 1000}] * rows)
    return driver


def checksum(path: Path) -> str:
    """Return the checksum of a file that this process has open: another one reads it,
    as closing it would take SQLite's locks away."""
    return subprocess.check_output(["cksum", str(path)], text=True)


def is_whole(backup: str, rows: int) -> bool:
    """Tell whether SQLite finds nothing wrong with a backup, and all rows in it."""
    file = sqlite3.connect(f"file:{backup}?mode=ro", uri=True)
    try:
        checks = file.execute("PRAGMA integrity_check").fetchall()
        ((count,),) = file.execute("SELECT count(*) FROM t")
    finally:
        file.close()
    return checks == [("ok",)] and count == rows


def test_a_copied_file_is_a_backup(
    make_sqlite: MakeSQLite, copies: List[int], tmp_path: Path
) -> None:
    """With what was in the log only; it can be restored."""
    driver = driver_with_rows(make_sqlite)
    told: List[Progress] = []
    backup = driver.backup(str(tmp_path / "kept"), progress=told.append)
    assert copies == [os.path.getsize(tmp_path / "test.db")]
    assert is_whole(backup, 1000)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [Path(backup).name]
    assert told[-1].done == told[-1].total == copies[0] // 4096
    driver.delete("t", {}, all_rows=True)
    driver.restore(backup)
    assert driver.count("t") == 1000


def test_a_copied_file_is_one_moment_while_others_write(
    make_sqlite: MakeSQLite, copies: List[int], tmp_path: Path
) -> None:
    """This process and others write, and others move the log as they like."""
    driver = driver_with_rows(make_sqlite, 2000)
    driver.create_table({**TABLE, "name": "u"})
    driver.insert_many("u", [{"a": "x" * 1000}] * 2000)
    stop = threading.Event()
    path = str(tmp_path / "test.db")

    def write() -> None:
        """Write into both tables at once."""
        while not stop.is_set():
            with driver.atomic():
                driver.insert_many("t", [{"a": "y" * 500}] * 3)
                driver.insert_many("u", [{"a": "y" * 500}] * 3)

    def disturb() -> None:
        """Write as a stranger, and have the log moved and cut off."""
        stranger = sqlite3.connect(path, isolation_level=None, timeout=30)
        while not stop.wait(0.002):
            stranger.execute("BEGIN IMMEDIATE")
            for name in ("t", "u"):
                stranger.execute(f"INSERT INTO {name} (a) VALUES ('z')")
                stranger.execute(f"UPDATE {name} SET a = a || 'z' WHERE id < 50")
            stranger.execute("COMMIT")
            stranger.execute("PRAGMA busy_timeout = 10")
            stranger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            stranger.execute("PRAGMA busy_timeout = 30000")
        stranger.close()

    workers = [threading.Thread(target=work) for work in (write, disturb)]
    for worker in workers:
        worker.start()
    try:
        backups = [driver.backup(str(tmp_path / "kept")) for _ in range(6)]
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert copies
    for backup in backups:
        with sqlite3.connect(backup) as file:
            ((t, u),) = file.execute(
                "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u)"
            )
        assert t == u and is_whole(backup, t)


def test_the_file_does_not_change_while_it_is_copied(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """What is written meanwhile goes into the log, and stays there."""
    driver = driver_with_rows(make_sqlite)
    path = tmp_path / "test.db"
    before: List[str] = []

    def disturb(progress: Progress) -> None:
        """Write as much as is moved into the file by itself at other times."""
        if not before:
            before.append(checksum(path))
            driver.insert_many("t", [{"a": "y" * 4000}] * 3000)
            driver.maintain()
        assert checksum(path) == before[0]

    backup = driver.backup(str(tmp_path / "kept"), progress=disturb)
    assert before and is_whole(backup, 1000)
    driver.maintain()
    assert checksum(path) != before[0]


def test_an_old_reader_has_the_pages_copied_by_sqlite(
    make_sqlite: MakeSQLite, copies: List[int], tmp_path: Path
) -> None:
    """The log cannot be moved for somebody who still reads what was before."""
    driver = driver_with_rows(make_sqlite)
    reader = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM t").fetchall()
    driver.insert_many("t", [{"a": "y"}] * 10)
    backup = driver.backup(str(tmp_path / "kept"))
    reader.close()
    assert not copies
    assert is_whole(backup, 1010)


def test_a_sync_has_the_file_copied_too(
    make_sqlite: MakeSQLite, copies: List[int], tmp_path: Path
) -> None:
    """Though it holds the lock on writing meanwhile."""
    driver = driver_with_rows(make_sqlite)
    report = driver.sync_schema(
        {"version": "1", "tables": [TABLE, {**TABLE, "name": "u"}]},
        str(tmp_path / "kept"),
    )
    assert copies
    assert is_whole(report["backup"], 1000)


@pytest.mark.parametrize("fault", ["frozen", "no program", "no process"])
def test_without_the_program_sqlite_copies(
    make_sqlite: MakeSQLite,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    tmp_path: Path,
) -> None:
    """Where Python was put into a single file, or no process can be started."""
    if fault == "frozen":
        monkeypatch.setattr("sys.frozen", True, raising=False)
    elif fault == "no program":
        monkeypatch.setattr(file_copy, "_PROGRAM", tmp_path / "missing.py")
    else:
        monkeypatch.setattr("sys.executable", str(tmp_path / "missing"))
    driver = driver_with_rows(make_sqlite)
    assert is_whole(driver.backup(str(tmp_path / "kept")), 1000)


def test_a_process_that_dies_leaves_the_work_to_sqlite(
    make_sqlite: MakeSQLite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Half a copy is thrown away."""
    program = tmp_path / "dies.py"
    program.write_text("import sys; open(sys.argv[2], 'wb').write(b'x' * 99999)")
    monkeypatch.setattr(file_copy, "_PROGRAM", program)
    driver = driver_with_rows(make_sqlite)
    assert is_whole(driver.backup(str(tmp_path / "kept")), 1000)


def test_a_disk_that_is_full_ends_the_copy(
    make_sqlite: MakeSQLite, copies: List[int], tmp_path: Path
) -> None:
    """The error says why, and no file is left."""
    driver = driver_with_rows(make_sqlite)
    driver.maintain()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, limits[1]))
    try:
        with pytest.raises(BackupError, match=os.strerror(errno.EFBIG)):
            driver.backup(str(tmp_path / "kept"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert copies
    assert list((tmp_path / "kept").iterdir()) == []
    assert is_whole(driver.backup(str(tmp_path / "kept")), 1000)


def test_a_log_that_cannot_be_moved_has_the_pages_copied_by_sqlite(
    make_sqlite: MakeSQLite, copies: List[int], tmp_path: Path
) -> None:
    """A database on a disk that is full can be saved to another one."""
    driver = driver_with_rows(make_sqlite, 4000)
    driver.maintain()
    driver.insert_many("t", [{"a": "x" * 1000}] * 500)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 12, limits[1]))
    try:
        with pytest.raises(BackupError, match="disk I/O error"):
            driver.backup(str(tmp_path / "kept"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not copies
    assert is_whole(driver.backup(str(tmp_path / "kept")), 4500)


@pytest.fixture(params=["by the system", "by hand", "by hand at last"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways to copy bytes that systems have."""
    if request.param == "by hand":
        monkeypatch.delattr("os.copy_file_range", raising=False)
    elif request.param == "by hand at last":
        monkeypatch.setattr("os.copy_file_range", _refuse, raising=False)


def _refuse(*_: object) -> int:
    """Be a file system that copies nothing by itself."""
    raise OSError(errno.EXDEV, "no")


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Callable[[bytes, int], bytes]]:
    """Copies the beginning of some bytes, and returns what there is then."""

    def copy(content: bytes, size: int) -> bytes:
        """Write, copy and read."""
        (tmp_path / "a").write_bytes(content)
        source = os.open(tmp_path / "a", os.O_RDONLY)
        target = os.open(tmp_path / "b", os.O_WRONLY | os.O_CREAT)
        try:
            done = list(copy_bytes.copy_bytes(source, target, size))
        finally:
            os.close(source)
            os.close(target)
        assert done == sorted(done) and done[-1:] == [size][: len(done)]
        return (tmp_path / "b").read_bytes()

    yield copy


def test_bytes_are_copied_up_to_a_size(
    way: None, copied: Callable[[bytes, int], bytes]
) -> None:
    """In portions, whichever way the system has."""
    content = os.urandom(1000) * 20_000
    assert copied(content, len(content) - 7) == content[:-7]


def test_a_file_that_ends_too_early_is_an_error(
    way: None, copied: Callable[[bytes, int], bytes]
) -> None:
    """Nobody takes a part for the whole."""
    with pytest.raises(OSError, match="ends too early"):
        copied(b"abc", 4)
