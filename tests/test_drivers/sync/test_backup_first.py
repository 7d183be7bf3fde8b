"""The backup that a sync makes before its first change."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.exceptions import BackupError
from code_analysis_db.progress import Progress

from ..conftest import MakeSQLite
from .definitions import definition, table, text

OLD = definition("1", table("t", text("a")))
NEW = definition("2", table("t", text("a"), text("b")))


@pytest.fixture
def driver(make_sqlite: MakeSQLite) -> SQLiteDriver:
    """A driver of a database with a row, under the old definition."""
    made = make_sqlite()
    made.sync_schema(OLD)
    made.insert("t", {"a": "x"})
    return made


def test_the_backup_has_all_as_it_was(driver: SQLiteDriver, tmp_path: Path) -> None:
    """Rows, definition and version of before; restored, they are there again."""
    told: List[Progress] = []
    report = driver.sync_schema(NEW, str(tmp_path / "kept"), progress=told.append)
    assert [item.phase for item in told][0] == "backup"
    assert Path(report["backup"]).parent == tmp_path / "kept"
    assert driver.get_schema_version() == "2"
    driver.restore(report["backup"])
    assert driver.get_schema_version() == "1"
    assert driver.select("t") == [{"id": 1, "a": "x"}]
    assert not driver.sync_schema(OLD)["changed"]


def test_without_changes_there_is_no_backup(
    driver: SQLiteDriver, tmp_path: Path
) -> None:
    """Neither where there is nothing to do, nor where it is only to be told."""
    folder = tmp_path / "kept"
    assert driver.sync_schema(OLD, str(folder))["backup"] is None
    assert driver.sync_schema(NEW, str(folder), dry_run=True)["backup"] is None
    assert not folder.exists()


def test_a_backup_that_fails_stops_the_sync(
    driver: SQLiteDriver, tmp_path: Path
) -> None:
    """Nothing is changed then, and the history says why."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BackupError):
        driver.sync_schema(NEW, str(tmp_path / "file"))
    assert driver.get_schema_version() == "1"
    assert driver.select("t") == [{"id": 1, "a": "x"}]
    assert driver.get_schema_history()[-1]["outcome"].startswith("failed: ")
