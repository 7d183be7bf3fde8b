"""A disk that is full, or fails: an error to those whose rows it does not take, nothing
lost of what was acknowledged, and service goes on; so it does once there is space.

A full disk is a real one (a small file system, where this user may mount one) and the
limit that SQLite keeps itself.
"""

from __future__ import annotations

import resource
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Callable, Iterator, List, Tuple

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import DiskFullError, StorageError

from .conftest import MakeProcess
from .programs import at_once, pid_of

_ROW = b"x" * 20_000
Free = Callable[[DatabaseClient], None]
FullDisk = Tuple[DriverProcess, DatabaseClient, Free]


@pytest.fixture
def small_file_system(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB, of which 1 MB is taken by the file ``ballast``."""
    path = tmp_path / "small"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(path)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user cannot mount a file system")
    try:
        (path / "ballast").write_bytes(bytes(1_000_000))
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.fixture(params=["file system", "page count"])
def full_disk(
    request: pytest.FixtureRequest, make_process: MakeProcess
) -> Iterator[FullDisk]:
    """A driver whose disk has been filled, a client, and what makes room again."""
    if request.param == "file system":
        directory: Path = request.getfixturevalue("small_file_system")
        process = make_process(directory / "test.db")
    else:
        process = make_process(max_page_count=200)

    def free(client: DatabaseClient) -> None:
        """Make room for some rows."""
        if request.param == "file system":
            (directory / "ballast").unlink()
        else:
            client.rpc.delete("items", {"id": {"lte": 10}})

    with process.client() as client:
        with pytest.raises(DiskFullError):
            for _ in range(100):
                client.rpc.insert("items", {"data": _ROW})
        assert client.rpc.count("items") >= 10
        yield process, client, free
        assert client.rpc.ping()["generation"] == 1
        assert _is_whole(client)
    # The file system can only be unmounted once nobody has it open.
    process.stop()


def _is_whole(client: DatabaseClient) -> bool:
    """Tell whether SQLite finds nothing wrong with the file."""
    found = client.rpc.execute("PRAGMA integrity_check")["data"]
    return bool(found == [{"integrity_check": "ok"}])


def test_insert_that_does_not_fit_is_an_error_and_rows_are_read_on(
    full_disk: FullDisk,
) -> None:
    _, client, free = full_disk
    rows = client.rpc.count("items")
    for _ in range(2):
        with pytest.raises(DiskFullError) as caught:
            client.rpc.insert_many("items", [{"data": _ROW}] * 50)
        assert caught.value.database_code == "SQLITE_FULL"
    assert client.rpc.select("items", {"id": 1})[0]["data"] == _ROW
    assert client.rpc.count("items") == rows
    free(client)
    assert client.rpc.insert("items", {"data": _ROW}) == rows + 1


def test_each_member_of_a_group_that_does_not_fit_hears_of_its_own_row(
    full_disk: FullDisk,
) -> None:
    """What was acknowledged is there, what was refused is not."""
    process, client, free = full_disk
    clients = [process.client() for _ in range(8)]
    try:
        lengths = [20_000, 10] * 4
        outcomes = at_once([_insert(c, n) for c, n in zip(clients, lengths)])
        stored = {row["id"] for row in client.rpc.select("items", columns=["id"])}
        for (row_id, error), length in zip(outcomes, lengths):
            assert row_id in stored if error is None else _is_full(error)
            assert error is not None or length == 10
        free(client)
        outcomes = at_once([_insert(c, 20_000) for c in clients])
        assert [error for _, error in outcomes] == [None] * len(clients)
    finally:
        for member in clients:
            member.close()


def _insert(client: DatabaseClient, length: int) -> Callable[[], object]:
    """Return a call that inserts a row."""
    return lambda: client.rpc.insert("items", {"data": b"g" * length})


def _is_full(error: Exception) -> bool:
    """Tell whether a write was refused for lack of space."""
    return type(error) is DiskFullError


def test_transaction_that_does_not_fit_is_undone_as_a_whole(
    full_disk: FullDisk,
) -> None:
    """Whether a statement finds out or, as with small pages in memory, the commit."""
    _, client, free = full_disk
    rows = client.rpc.count("items")
    with pytest.raises(DiskFullError):
        with client.transaction() as transaction:
            for _ in range(50):
                transaction.insert("items", {"data": _ROW})
    assert client.rpc.count("items") == rows
    free(client)
    with client.transaction() as transaction:
        transaction.insert("items", {"data": _ROW})
    assert client.rpc.count("items", {"id": {"gt": rows}}) == 1


def test_start_on_a_full_disk_says_so(small_file_system: Path) -> None:
    filler = small_file_system / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    config = {"path": str(small_file_system / "test.db")}
    with pytest.raises(StorageError, match="test.db"):
        DriverProcess({"type": "sqlite", "config": config}).start()
    filler.unlink()
    with DriverProcess({"type": "sqlite", "config": config}) as client:
        assert client.rpc.list_tables() == []


def test_disk_that_fails_is_an_error_to_each_and_loses_nothing(
    make_process: MakeProcess,
) -> None:
    """The driver's files may grow no further: a write fails in its middle."""
    process = make_process()
    acknowledged: List[object] = []
    with process.client() as client, process.client() as other:
        pid, unlimited = pid_of(process), resource.RLIM_INFINITY
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (300_000, unlimited))
        with pytest.raises(StorageError, match="disk I/O error"):
            for _ in range(100):
                acknowledged.append(client.rpc.insert("items", {"data": _ROW}))
        outcomes = at_once([_insert(c, 100_000) for c in (client, other)])
        assert {type(error) for _, error in outcomes} == {StorageError}
        with pytest.raises(StorageError):
            with client.transaction() as transaction:
                transaction.insert("items", {"data": _ROW * 10})
        assert len(acknowledged) == client.rpc.count("items") > 0
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
        assert client.rpc.insert("items", {"data": _ROW * 10})
        assert _is_whole(client)
        assert client.rpc.ping()["generation"] == 1
