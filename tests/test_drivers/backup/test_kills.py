"""Backups and restores whose driver process is killed, or whose caller gives up."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Dict, List

import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.rpc_client import RpcClient
from code_analysis_db.exceptions import DriverError, RequestTimeoutError
from code_analysis_db.progress import Progress

from ..unified.definitions import NUMBER
from ..unified.place import Place

_PARTS = 3
_ROWS = 9_000
_TABLES = ("t", "u")
_DEFINITION: Dict[str, Any] = {
    "version": "1",
    "tables": [
        {
            "name": name,
            "columns": [NUMBER, {"name": "text", "type": "TEXT"}],
        }
        for name in _TABLES
    ],
}
Call = Callable[[RpcClient], Any]


def fill(rpc: RpcClient) -> None:
    """Make tables that take some time to be copied: more than 16 MB in all."""
    rpc.sync_schema(_DEFINITION)
    for name in _TABLES:
        rpc.insert_many(name, [{"text": "x" * 1000}] * _ROWS)


def seconds_of(place: Place, call: Call) -> float:
    """Return how long a call takes where nobody disturbs it."""
    with place.client() as client:
        start = perf_counter()
        call(client.rpc)
        return perf_counter() - start


def call_and_kill(place: Place, call: Call, delay: float) -> None:
    """Kill a driver process, ``delay`` seconds after it was called."""
    process = DriverProcess(place.config, restart=False).start()
    with DatabaseClient.connect(process.endpoint, reconnect_timeout=0.1) as client:
        assert process.pid is not None
        killer = threading.Timer(delay, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        with suppress(DriverError):
            call(client.rpc)
        killer.join()
    process.stop()


def is_whole(backup: Path) -> bool:
    """Tell whether a file is a database with all rows."""
    file = sqlite3.connect(f"file:{backup}?mode=ro", uri=True)
    try:
        checks = file.execute("PRAGMA integrity_check").fetchall()
        counts = file.execute("SELECT (SELECT count(*) FROM t), count(*) FROM u")
        return checks == [("ok",)] and counts.fetchall() == [(_ROWS, _ROWS)]
    finally:
        file.close()


def counts(rpc: RpcClient) -> List[int]:
    """Return how many rows each table has."""
    return [rpc.count(name) for name in _TABLES]


def test_a_killed_backup_leaves_no_half_one(place: Place, tmp_path: Path) -> None:
    """What has a backup's name is whole, whatever the moment; the next backup removes
    the rest."""

    def back_up(rpc: RpcClient) -> str:
        """Make a backup."""
        return rpc.backup(str(tmp_path))

    with place.client() as client:
        fill(client.rpc)
    whole = seconds_of(place, back_up)
    for part in range(_PARTS):
        call_and_kill(place, back_up, whole * part / _PARTS)
        assert all(map(is_whole, tmp_path.glob("*.sqlite3")))
    with place.client() as client:
        backup = Path(back_up(client.rpc))
        assert is_whole(backup)
        assert {path.suffix for path in tmp_path.iterdir()} == {".sqlite3"}
        client.rpc.delete("t", {}, all_rows=True)
        client.rpc.restore(str(backup))
        assert counts(client.rpc) == [_ROWS, _ROWS]
    place.clear()


def test_a_killed_restore_leaves_the_old_or_the_new(
    place: Place, tmp_path: Path
) -> None:
    """Where definitions cannot be undone, the restore is run again; then all is as
    everywhere."""
    with place.client() as client:
        fill(client.rpc)
        backup = client.rpc.backup(str(tmp_path))

    def restore(rpc: RpcClient) -> object:
        """Restore the backup."""
        return rpc.restore(backup)

    def spoil(rpc: RpcClient) -> None:
        """Make the database another one."""
        rpc.delete("t", {}, all_rows=True)
        rpc.update("u", {}, {"text": "y"}, all_rows=True)

    whole = seconds_of(place, restore)
    for part in range(_PARTS):
        with place.client() as client:
            spoil(client.rpc)
        call_and_kill(place, restore, whole * part / _PARTS)
        with place.client() as client:
            rpc = client.rpc
            if place.dialect.has_transactional_ddl:
                found = counts(rpc), rpc.count("u", {"text": "y"})
                assert found in (([0, _ROWS], _ROWS), ([_ROWS, _ROWS], 0))
            restore(rpc)
            assert counts(rpc) == [_ROWS, _ROWS]
            assert rpc.count("u", {"text": "y"}) == 0
            assert rpc.insert("t", {"text": "z"}) == _ROWS + 1
            assert not rpc.sync_schema(_DEFINITION)["changed"]
            assert Path(rpc.backup(str(tmp_path))).is_file()
    place.clear()


@pytest.mark.parametrize("timeout", [0.01, 0.1])
def test_a_caller_that_gives_up_stops_a_backup(
    place: Place, tmp_path: Path, timeout: float
) -> None:
    """Soon, and nothing of it is left."""
    with place.client() as client:
        rpc = client.rpc
        fill(rpc)
        with pytest.raises(RequestTimeoutError):
            while True:
                os.unlink(rpc.backup(str(tmp_path), timeout=timeout))
        stop = perf_counter()
        assert rpc.backup(str(tmp_path / "next"))
        assert perf_counter() - stop < 30
        assert [path.name for path in tmp_path.iterdir()] == ["next"]
        assert len(list((tmp_path / "next").iterdir())) == 1
    place.clear()


def test_a_caller_that_gives_up_stops_a_restore(place: Place, tmp_path: Path) -> None:
    """It is undone where the database can do that, and runs to its end then."""
    with place.client() as client:
        rpc = client.rpc
        fill(rpc)
        backup = rpc.backup(str(tmp_path))
        timeout = 0.05
        with pytest.raises(RequestTimeoutError):
            while True:
                rpc.delete("t", {}, all_rows=True)
                rpc.restore(backup, timeout=timeout)
                timeout /= 2
        if place.dialect.has_transactional_ddl:
            assert counts(rpc) == [0, _ROWS]
        rpc.restore(backup)
        assert counts(rpc) == [_ROWS, _ROWS]
    place.clear()


def test_a_listener_that_fails_stops_the_work(place: Place, tmp_path: Path) -> None:
    """As Ctrl-C does while a client waits: the driver is told, and stops."""
    with place.client() as client:
        rpc = client.rpc
        fill(rpc)
        backup = rpc.backup(str(tmp_path))

        def refuse(_: Progress) -> None:
            """Be interrupted."""
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rpc.backup(str(tmp_path / "more"), progress=refuse)
        with pytest.raises(KeyboardInterrupt):
            rpc.restore(backup, progress=refuse)
        rpc.restore(backup)
        assert counts(rpc) == [_ROWS, _ROWS]
        rpc.backup(str(tmp_path / "more"))
        names = [path.suffix for path in (tmp_path / "more").iterdir()]
        assert names == [".sqlite3"] * len(names)
    place.clear()
