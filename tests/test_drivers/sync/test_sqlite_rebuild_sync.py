"""A sync that builds SQLite tables anew, whole: from the definition to the rows."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import List

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.drivers.execution_context import Deadline
from code_analysis_db.exceptions import RequestTimeoutError, SchemaSyncError
from code_analysis_db.progress import Progress

from ..conftest import MakeSQLite
from .definitions import DEFINITION, FILES, PROJECTS, definition, table, text

_ROWS = 200_000


def _filled(make_sqlite: MakeSQLite) -> SQLiteDriver:
    """Return a driver with two tables of which one refers to the other."""
    driver = make_sqlite()
    driver.sync_schema(DEFINITION)
    driver.insert("projects", {"name": "p"})
    driver.insert("files", {"project_id": 1, "path": "a.py"})
    return driver


def test_orphans_that_there_are_are_told_before_a_rebuild(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """Of the table itself and of one that refers to it, by a dry run as well, and
    nothing is copied; they do not matter to other changes."""
    driver = make_sqlite(path=str(tmp_path / "a.db"))
    reference = {"table": "p", "columns": ["id"]}
    child = table("c", {"name": "p", "type": "INTEGER", "references": reference})
    driver.sync_schema(definition("1", table("p", text("a")), child))
    with closing(sqlite3.connect(tmp_path / "a.db")) as careless, careless:
        careless.execute("INSERT INTO c (p) VALUES (7), (8), (NULL)")
    other = table("p", text("a"), text("b"))
    assert driver.sync_schema(definition("2", other, child))["changed"]
    required = table("p", text("a", unique=True), text("b"))
    stricter = {**child, "constraints": [{"type": "check", "expression": "p <> 9"}]}
    for wanted in (definition("3", required, child), definition("3", other, stricter)):
        (told,) = driver.sync_schema(wanted, dry_run=True)["errors"]
        assert told == (
            "column 'p' of table 'c' refers to no row of table 'p' in 2 rows, and the"
            " table cannot be built anew so; change or delete them first"
        )
        seen: List[Progress] = []
        with pytest.raises(SchemaSyncError) as caught:
            driver.sync_schema(wanted, progress=seen.append)
        assert caught.value.message == told
        assert not seen
    driver.delete("c", {"p": [7, 8]})
    assert driver.sync_schema(definition("3", required, stricter))["changed"]


def test_several_tables_are_built_anew_in_one_sync(make_sqlite: MakeSQLite) -> None:
    """One that others refer to, renamed, and one that refers to it."""
    driver = _filled(make_sqlite)
    projects = {
        **PROJECTS,
        "name": "roots",
        "renamed_from": "projects",
        "columns": [
            PROJECTS["columns"][0],
            {**PROJECTS["columns"][1], "name": "title", "renamed_from": "name"},
            {"name": "kind", "type": "TEXT", "nullable": False, "default": "k"},
        ],
        "constraints": [{"type": "check", "expression": "title <> ''"}],
    }
    key = FILES["constraints"][1]
    files = {
        **FILES,
        "constraints": [
            FILES["constraints"][0],
            {**key, "references": {"table": "roots", "columns": ["id"]}},
        ],
    }
    wanted = definition("2", files, projects)
    report = driver.sync_schema(wanted)
    kinds = [(step["kind"], step["table"]) for step in report["steps"]]
    assert sorted(kinds) == [
        ("rebuild_table", "files"),
        ("rebuild_table", "projects"),
    ]
    assert driver.select("roots") == [{"id": 1, "title": "p", "kind": "k"}]
    assert driver.count("files") == 1
    assert not driver.sync_schema(wanted)["changed"]
    driver.delete("roots", {"id": 1})
    assert driver.count("files") == 0


def test_values_are_converted(make_sqlite: MakeSQLite) -> None:
    """Every one of them, or none: one that is none of its column's is counted."""
    driver = make_sqlite()
    driver.sync_schema(definition("1", table("t", {"name": "n", "type": "INTEGER"})))
    driver.insert_many("t", [{"n": 5}, {"n": None}])
    driver.execute("INSERT INTO t (n) VALUES ('stray')")
    wanted = definition("2", table("t", text("n")))
    with pytest.raises(SchemaSyncError, match="a value that is no INTEGER in 1 row"):
        driver.sync_schema(wanted)
    driver.execute("DELETE FROM t WHERE n = 'stray'")
    driver.sync_schema(wanted)
    assert [row["n"] for row in driver.select("t", order_by=["id"])] == ["5", None]


def test_a_view_that_would_break_is_told_by_a_dry_run(
    make_sqlite: MakeSQLite, tmp_path: Path
) -> None:
    """And refused, with nothing changed."""
    driver = make_sqlite()
    driver.sync_schema(definition("1", table("t", text("a"), text("b"))))
    with sqlite3.connect(tmp_path / "test.db") as other:
        other.execute("CREATE VIEW v AS SELECT b FROM t")
    other.close()
    wanted = definition("2", table("t", text("a", nullable=False)))
    report = driver.sync_schema(wanted, dry_run=True, allow_destructive=True)
    assert "error in view v" in report["errors"][0]
    with pytest.raises(SchemaSyncError, match="error in view v"):
        driver.sync_schema(wanted, allow_destructive=True)
    assert not driver.sync_schema(definition("1", table("t", text("a"), text("b"))))[
        "steps"
    ]


def test_readers_go_on_and_a_listener_that_fails_undoes_all(
    make_sqlite: MakeSQLite,
) -> None:
    """While the rows are copied others see the table as it was."""
    driver = _filled(make_sqlite)
    reader = make_sqlite()
    seen = []

    def listen(progress: Progress) -> None:
        """Read when the rows were copied, and give up."""
        if progress.table == "files" and progress.total == progress.done == 1:
            seen.append(reader.select("files", columns=["path"]))
            raise RuntimeError("enough")

    files = {**FILES, "constraints": FILES["constraints"][:2]}
    with pytest.raises(RuntimeError, match="enough"):
        driver.sync_schema(definition("2", files, PROJECTS), progress=listen)
    assert seen == [[{"path": "a.py"}]]
    assert not driver.sync_schema(DEFINITION)["steps"]
    assert driver.count("files") == 1


def test_a_rebuild_can_be_stopped(make_sqlite: MakeSQLite) -> None:
    """At its deadline, within the copy of the rows; nothing of it stays."""
    driver = make_sqlite(synchronous="off")
    before = definition("1", table("t", text("a")))
    driver.sync_schema(before)
    driver.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        f" WHERE i < {_ROWS}) INSERT INTO t (a) SELECT 'text ' || i FROM n"
    )
    wanted = definition("2", table("t", text("a", unique=True)))
    driver.context.deadline = Deadline(time.perf_counter() + 0.15)
    try:
        with pytest.raises(RequestTimeoutError):
            driver.sync_schema(wanted)
    finally:
        driver.context.deadline = None
    assert driver.count("t") == _ROWS
    assert not driver.sync_schema(before)["steps"]
    driver.sync_schema(wanted)
    assert driver.count("t") == _ROWS


def test_two_syncs_at_once_build_a_table_once(make_sqlite: MakeSQLite) -> None:
    """The other finds nothing to do."""
    first, second = _filled(make_sqlite), make_sqlite()
    files = {**FILES, "constraints": FILES["constraints"][:2]}
    wanted = definition("2", files, PROJECTS)
    changed = []

    def sync(driver: SQLiteDriver) -> None:
        """Sync, and note whether that changed anything."""
        changed.append(driver.sync_schema(wanted)["changed"])

    threads = [threading.Thread(target=sync, args=(d,)) for d in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(changed) == [False, True]
    assert second.count("files") == 1
