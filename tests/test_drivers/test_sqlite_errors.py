"""SQLite's errors as the package's: class, table, column, constraint."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.drivers.execution_context import ExecutionContext
from code_analysis_db.drivers.sqlite_error import ErrorTranslation
from code_analysis_db.exceptions import (
    CheckViolationError,
    CorruptDatabaseError,
    DiskFullError,
    DriverConnectionError,
    DriverError,
    DriverIntegrityError,
    ForeignKeyViolationError,
    InvalidValueError,
    LockTimeoutError,
    NotNullViolationError,
    ReadOnlyError,
    StorageError,
    UniqueViolationError,
)

from .conftest import MakeSQLite
from .unified.definitions import CHILDREN, PARENTS


def test_constraint_errors_are_told_apart(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.create_table(CHILDREN)
    driver.insert("parents", {"name": "a"})
    with pytest.raises(UniqueViolationError) as unique:
        driver.insert("parents", {"name": "a"})
    assert (unique.value.table, unique.value.column) == ("parents", "name")
    with pytest.raises(UniqueViolationError) as primary:
        driver.insert("parents", {"id": 1, "name": "b"})
    assert primary.value.column == "id"
    with pytest.raises(NotNullViolationError) as null:
        driver.execute("INSERT INTO parents (name) VALUES (NULL)")
    assert (null.value.table, null.value.column) == ("parents", "name")
    with pytest.raises(CheckViolationError) as check:
        driver.insert("parents", {"name": "c", "age": -1})
    assert (check.value.table, check.value.constraint) == ("parents", "age_check")
    with pytest.raises(ForeignKeyViolationError) as foreign:
        driver.insert("children", {"parent_id": 99})
    assert foreign.value.table == "children"
    driver.execute("CREATE UNIQUE INDEX lowered ON parents (lower(name))")
    with pytest.raises(UniqueViolationError) as expression:
        driver.insert("parents", {"name": "A"})
    assert expression.value.constraint == "lowered"


def test_keys_of_several_columns_and_odd_names(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    name = "a, b.c"
    driver.create_table(
        {
            "name": name,
            "columns": [{"name": "x", "type": "TEXT"}, {"name": "y", "type": "TEXT"}],
            "constraints": [{"type": "unique", "columns": ["x", "y"]}],
        }
    )
    driver.insert(name, {"x": "1", "y": "1"})
    with pytest.raises(UniqueViolationError) as caught:
        driver.insert(name, {"x": "1", "y": "1"})
    assert caught.value.column is None


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (sqlite3.OperationalError("database is locked"), LockTimeoutError, "BUSY"),
        (sqlite3.OperationalError("disk I/O error"), StorageError, "IOERR"),
        (sqlite3.OperationalError("database or disk is full"), DiskFullError, "FULL"),
        (
            sqlite3.DatabaseError("database disk image is malformed"),
            CorruptDatabaseError,
            "CORRUPT",
        ),
        (
            sqlite3.OperationalError("attempt to write a readonly database"),
            ReadOnlyError,
            "READONLY",
        ),
        (
            sqlite3.IntegrityError("UNIQUE constraint failed: t.a"),
            UniqueViolationError,
            "CONSTRAINT_UNIQUE",
        ),
        (sqlite3.IntegrityError("no, says the trigger"), DriverIntegrityError, ""),
        (sqlite3.DataError("string or blob too big"), InvalidValueError, "TOOBIG"),
        (OverflowError("Python int too large"), InvalidValueError, None),
    ],
)
def test_errors_without_a_code_are_known_by_their_text(
    error: Exception, kind: type, code: Any
) -> None:
    """Python 3.10 does not hand out SQLite's codes."""
    translated = ErrorTranslation(Path("a.db"), ExecutionContext()).translated(error)
    assert type(translated) is kind
    assert isinstance(translated, DriverError)
    if code:
        assert translated.database_code == f"SQLITE_{code}"


def test_a_trigger_that_raises_is_an_integrity_error(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.execute(
        "CREATE TRIGGER never BEFORE DELETE ON parents"
        " BEGIN SELECT RAISE(ABORT, 'never'); END"
    )
    driver.insert("parents", {"name": "a"})
    with pytest.raises(DriverIntegrityError, match="never"):
        driver.delete("parents", {"name": "a"})


def test_a_file_that_is_no_database(make_sqlite: MakeSQLite, tmp_path: Path) -> None:
    (tmp_path / "test.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(CorruptDatabaseError, match="not a database.*test.db"):
        make_sqlite()


def test_a_damaged_file(make_sqlite: MakeSQLite, tmp_path: Path) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.insert_many("parents", [{"name": f"{n:0500}"} for n in range(500)])
    driver.disconnect()
    path = tmp_path / "test.db"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    driver = make_sqlite()
    with pytest.raises(CorruptDatabaseError, match="malformed"):
        driver.select("parents")


@pytest.mark.parametrize(
    ("path", "reason"),
    [(".", "it is a directory"), ("missing/test.db", "there is no directory")],
)
def test_a_path_that_cannot_be_opened(
    make_sqlite: MakeSQLite, tmp_path: Path, path: str, reason: str
) -> None:
    with pytest.raises(DriverConnectionError, match=reason):
        make_sqlite(path=str(tmp_path / path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any file")
def test_a_file_without_permission(make_sqlite: MakeSQLite, tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    path.touch()
    path.chmod(0)
    with pytest.raises(DriverConnectionError, match="permission denied"):
        make_sqlite()
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_a_read_only_database_refuses_writes(make_sqlite: MakeSQLite) -> None:
    writer = make_sqlite()
    writer.create_table(PARENTS)
    writer.insert("parents", {"name": "a"})
    reader = make_sqlite(read_only=True)
    assert reader.count("parents") == 1
    with pytest.raises(ReadOnlyError):
        reader.insert("parents", {"name": "b"})
    with pytest.raises(ReadOnlyError):
        reader.create_table(CHILDREN)
    with pytest.raises(ReadOnlyError):
        reader.execute("DELETE FROM parents")
    transaction = reader.begin_transaction()
    with pytest.raises(ReadOnlyError):
        reader.insert("parents", {"name": "b"}, transaction_id=transaction)
    reader.rollback_transaction(transaction)
    assert reader.run_group([lambda: 1, lambda: 2], lambda error: 0) == [1, 2]
    reader.maintain()


def test_a_read_only_database_must_exist(make_sqlite: MakeSQLite) -> None:
    with pytest.raises(DriverConnectionError, match="there is no such file"):
        make_sqlite(read_only=True)


def test_a_full_disk_is_an_error_and_the_driver_goes_on(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite(max_page_count=40)
    driver.create_table(PARENTS)
    with pytest.raises(DiskFullError):
        driver.insert_many("parents", [{"name": f"{n:0500}"} for n in range(1000)])
    assert driver.count("parents") == 0
    transaction = driver.begin_transaction()
    driver.insert("parents", {"name": "a"}, transaction_id=transaction)
    with pytest.raises(DiskFullError):
        driver.insert_many(
            "parents",
            [{"name": f"{n:0500}"} for n in range(1000)],
            transaction_id=transaction,
        )
    driver.rollback_transaction(transaction)
    assert driver.insert("parents", {"name": "b"}) == 1


_STRANGER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
connection.close()
print("free", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def locked(make_sqlite: MakeSQLite, tmp_path: Path) -> Any:
    """A driver with a short patience, and a process that has the file locked."""
    driver = make_sqlite(busy_timeout=0.2)
    driver.create_table(PARENTS)
    stranger = subprocess.Popen(
        [sys.executable, "-c", _STRANGER, str(tmp_path / "test.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert stranger.stdout is not None and stranger.stdin is not None
    assert stranger.stdout.readline() == "locked\n"
    yield driver, stranger
    stranger.communicate("\n\n", timeout=30)


def test_a_strangers_lock_is_waited_for_so_long(locked: Any) -> None:
    driver: SQLiteDriver = locked[0]
    started = perf_counter()
    with pytest.raises(LockTimeoutError, match="test.db' is locked by another process"):
        driver.insert("parents", {"name": "a"})
    assert 0.2 <= perf_counter() - started < 5
    assert driver.count("parents") == 0
    transaction = driver.begin_transaction()
    with pytest.raises(LockTimeoutError):
        driver.insert("parents", {"name": "a"}, transaction_id=transaction)
    assert not driver.holds_write_lock(transaction)
    stranger = locked[1]
    stranger.stdin.write("\n")
    stranger.stdin.flush()
    assert stranger.stdout.readline() == "free\n"
    driver.insert("parents", {"name": "a"}, transaction_id=transaction)
    driver.commit_transaction(transaction)
    assert driver.insert("parents", {"name": "b"}) == 1
