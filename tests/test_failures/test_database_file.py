"""A database file that cannot be opened, is damaged, deleted, replaced or read-only: a
clear error of its own class, and a driver process that lives on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import (
    ConfigurationError,
    CorruptDatabaseError,
    DriverConnectionError,
    ReadOnlyError,
    StorageError,
)

from .conftest import MakeProcess


def _start(path: Path, **config: Any) -> DriverProcess:
    """Start a driver that is expected to fail."""
    settings = {"type": "sqlite", "config": {"path": str(path), **config}}
    return DriverProcess(settings).start()


# --- it cannot be opened ------------------------------------------------------------


def test_path_that_cannot_be_opened_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "pipe").mkdir()
    with pytest.raises(DriverConnectionError, match="it is a directory"):
        _start(tmp_path / "pipe")
    with pytest.raises(DriverConnectionError, match="there is no directory"):
        _start(tmp_path / "missing" / "test.db")
    with pytest.raises(DriverConnectionError, match="there is no such file"):
        _start(tmp_path / "test.db", read_only=True)
    assert os.listdir(tmp_path) == ["pipe"]


def test_all_faults_of_a_configuration_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _start(
            tmp_path / "test.db",
            synchronus="full",
            cache_size="large",
            busy_timeout=-1,
            max_message_size=1,
            read_only="no",
        )
    for name in (
        "synchronus",
        "cache_size",
        "busy_timeout",
        "max_message_size",
        "read_only",
    ):
        assert name in str(caught.value)
    assert os.listdir(tmp_path) == []


@pytest.fixture
def read_only_directory(tmp_path: Path, make_process: MakeProcess) -> Iterator[Path]:
    """A directory with a database of one row, in which nothing can be written."""
    path = tmp_path / "shelf"
    path.mkdir()
    process = make_process(path / "test.db")
    with process.client() as client:
        client.rpc.insert("items", {"name": "a"})
    process.stop()
    if os.geteuid() != 0:
        path.chmod(0o500)
        yield path
        path.chmod(0o700)
        return
    try:
        _mount("--bind", str(path), str(path))
        _mount("-o", "remount,bind,ro", str(path))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may write everywhere, and cannot mount")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def _mount(*arguments: str) -> None:
    """Run the command."""
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("name", ["test.db", "new.db"])
def test_directory_that_cannot_be_written_to_is_named(
    read_only_directory: Path, name: str
) -> None:
    """A new database cannot be made there, nor the log of an old one."""
    with pytest.raises(DriverConnectionError, match="'.*shelf' cannot be written to"):
        _start(read_only_directory / name)
    with sqlite3.connect(
        f"file:{read_only_directory}/test.db?immutable=1", uri=True
    ) as connection:
        assert connection.execute("SELECT name FROM items").fetchall() == [("a",)]
    connection.close()


def test_read_only_driver_refuses_writes_and_serves_reads(
    make_process: MakeProcess,
) -> None:
    writer = make_process()
    with writer.client() as client:
        client.rpc.insert("items", {"name": "a"})
    with make_process(read_only=True).client() as client:
        writes: List[Callable[[], object]] = [
            lambda: client.rpc.insert("items", {"name": "b"}),
            lambda: client.rpc.insert_many("items", [{"name": "b"}] * 9),
            lambda: client.rpc.delete("items", {"id": 1}),
            lambda: client.rpc.execute("UPDATE items SET name = 'b'"),
            lambda: client.rpc.drop_table("items"),
            lambda: client.rpc.begin_transaction(write=True),
        ]
        for write in writes:
            with pytest.raises(ReadOnlyError):
                write()
        assert client.rpc.select("items", columns=["name"]) == [{"name": "a"}]


# --- it is damaged ------------------------------------------------------------------


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    path.write_bytes(b"precious" * 1000)
    with pytest.raises(CorruptDatabaseError, match="not a database.*test.db"):
        _start(path)
    assert path.read_bytes() == b"precious" * 1000


@pytest.fixture
def filled(make_process: MakeProcess, tmp_path: Path) -> Iterator[DatabaseClient]:
    """A client of a driver whose file has 6 MB of rows, all of them in the file."""
    process = make_process(cache_size=-100)
    with process.client() as client:
        client.rpc.insert_many("items", [{"data": b"x" * 3000}] * 2000)
        connection = sqlite3.connect(tmp_path / "test.db")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        yield client
        assert client.rpc.ping()["generation"] == 1


def _calls(client: DatabaseClient) -> List[Callable[[], Any]]:
    """Return reads and writes of every way through the driver."""

    def in_transaction() -> None:
        """Write in a transaction."""
        with client.transaction() as transaction:
            transaction.insert("items", {"name": "a"})

    return [
        lambda: client.rpc.select("items"),
        lambda: list(client.rpc.select_iter("items")),
        lambda: client.rpc.update("items", {"id": 1000}, {"name": "a"}),
        lambda: client.rpc.delete("items", {"id": {"gt": 5}}),
        in_transaction,
    ]


@pytest.mark.parametrize("damage", ["pages", "truncated"])
def test_file_that_is_damaged_while_it_is_served(
    filled: DatabaseClient, tmp_path: Path, damage: str
) -> None:
    """Each caller hears of it; the process answers on."""
    with (tmp_path / "test.db").open("r+b") as file:
        if damage == "pages":
            length = file.seek(0, os.SEEK_END)
            file.seek(8192)
            file.write(b"\xff" * (length - 8192))
        else:
            file.truncate(0)
    for _ in range(2):
        for call in _calls(filled):
            with pytest.raises(CorruptDatabaseError):
                call()


# --- it is taken away ---------------------------------------------------------------


def _replace(path: Path) -> None:
    """Put another database in the place of the file."""
    other = path.with_name("other.db")
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name, data)")
    connection.commit()
    connection.close()
    os.replace(other, path)


def _delete(path: Path) -> None:
    """Delete the file, and what SQLite keeps beside it."""
    for name in (path, f"{path}-wal", f"{path}-shm"):
        os.unlink(name)


@pytest.mark.parametrize("take_away", [_delete, _replace])
def test_nothing_is_acknowledged_when_the_file_is_deleted_or_replaced(
    make_process: MakeProcess, tmp_path: Path, take_away: Callable[[Path], None]
) -> None:
    """It would be written to a file that nobody finds again."""
    path = tmp_path / "test.db"
    process = make_process()
    with process.client() as client:
        client.rpc.insert("items", {"name": "a"})
        begun = client.rpc.begin_transaction()
        client.rpc.select("items", transaction_id=begun)
        take_away(path)
        writes: List[Callable[[], object]] = [
            lambda: client.rpc.insert("items", {"name": "b"}),
            lambda: client.rpc.insert("items", {"name": "b"}, transaction_id=begun),
            lambda: client.rpc.begin_transaction(write=True),
            lambda: client.rpc.execute("VACUUM"),
            lambda: client.rpc.drop_table("items"),
        ]
        for write in writes:
            with pytest.raises(StorageError, match="deleted|replaced"):
                write()
        client.rpc.rollback_transaction(begun)
        # Nor is an empty file made, which the next session would open.
        assert path.exists() is (take_away is _replace)
        assert client.rpc.ping()["generation"] == 1
