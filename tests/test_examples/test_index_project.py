"""The main example: a source tree indexed by several processes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sysconfig
from pathlib import Path
from typing import Dict

from .conftest import TIMEOUT, Run, command, environment
from .source_tree import EXPECTED, KINDS, everything, stored, write_tree


def table(output: str) -> Dict[str, int]:
    """Return the column of stored objects of the table that the example prints."""
    rows = re.findall(r"^(\w+) +[\d,]+ +([\d,]+)$", output, re.MULTILINE)
    return {kind: int(amount.replace(",", "")) for kind, amount in rows}


def test_a_tree_is_indexed_and_the_second_run_changes_nothing(
    run_example: Run, tmp_path: Path
) -> None:
    """Every definition is stored once, read back by a search, and left as it is."""
    expected = write_tree(tmp_path / "tree", 40)
    first = run_example("index_project.py", "tree", "--workers", 2)
    database = tmp_path / "code_index.db"
    assert stored(database) == table(first.stdout) == expected
    assert "40 methods are named like 'parse'" in first.stdout
    assert re.search(r"Base\d+\.parse +package\d/module\d+\.py:11$", first.stdout, re.M)
    assert "100 %  40 of 40 files" in first.stderr
    before = everything(database)

    second = run_example("index_project.py", "tree", "--workers", 2)
    assert "40 files unchanged, 0 removed, 0 that do not parse" in second.stdout
    assert everything(database) == before


def test_only_what_changed_is_indexed_again(run_example: Run, tmp_path: Path) -> None:
    """Changed files are replaced, new ones added, vanished ones removed."""
    tree = tmp_path / "tree"
    write_tree(tree, 12)
    run_example("index_project.py", "tree", "--workers", 1)
    (tree / "package0" / "module0.py").write_text("def only(): pass\n")
    (tree / "package1" / "module1.py").unlink()
    (tree / "added.py").write_text("import os\nos.getcwd()\n")
    done = run_example("index_project.py", "tree", "--workers", 1)
    assert "10 files unchanged, 1 removed, 0 that do not parse" in done.stdout
    changed = {
        **{"files": 2, "functions": 1, "imports": 1, "usages": 1},
        **{"issues": 3, "code_content": 2},
    }
    assert stored(tmp_path / "code_index.db") == {
        kind: 10 * EXPECTED[kind] + changed.get(kind, 0) for kind in KINDS
    }


def test_files_that_do_not_parse_are_kept_as_errors(
    run_example: Run, tmp_path: Path
) -> None:
    """They are counted, not fatal, unchanged the next time, and gone when cured."""
    tree = tmp_path / "tree"
    write_tree(tree, 3)
    (tree / "syntax.py").write_text("def broken(:\n")
    (tree / "nul.py").write_bytes(b"x = 1\0\n")
    (tree / "encoding.py").write_bytes(b"# -*- coding: utf-8 -*-\nname = '\xff'\n")
    (tree / "odd.py").write_text('def f():\n    "\\0 and \\ud800"\n')
    (tree / "empty.py").write_text("")
    (tree / "dangling.py").symlink_to(tree / "nowhere.py")
    first = run_example("index_project.py", "tree", "--workers", 2)
    assert "0 files unchanged, 0 removed, 4 that do not parse" in first.stdout
    second = run_example("index_project.py", "tree", "--workers", 2)
    assert "8 files unchanged, 0 removed, 4 that do not parse" in second.stdout
    for name in ("syntax.py", "nul.py", "encoding.py"):
        (tree / name).write_text("x = 1\n")
    (tree / "dangling.py").unlink()
    third = run_example("index_project.py", "tree", "--workers", 2)
    assert "5 files unchanged, 1 removed, 0 that do not parse" in third.stdout


def test_a_configuration_file_says_which_database(
    run_example: Run, tmp_path: Path
) -> None:
    """``--config`` takes what DriverProcess takes."""
    write_tree(tmp_path / "tree", 2)
    config = {"type": "sqlite", "config": {"path": str(tmp_path / "other.db")}}
    (tmp_path / "driver.json").write_text(json.dumps(config))
    run_example("index_project.py", "tree", "--config", "driver.json")
    assert stored(tmp_path / "other.db")["files"] == 2


def test_a_part_of_the_standard_library_is_indexed(
    run_example: Run, tmp_path: Path
) -> None:
    """Real sources: every definition has a place."""
    library = Path(sysconfig.get_path("stdlib"))
    for package in ("json", "email", "asyncio"):
        shutil.copytree(library / package, tmp_path / "tree" / package)
    done = run_example("index_project.py", "tree", "--workers", 2, "--find", "feed")
    counts = stored(tmp_path / "code_index.db")
    assert table(done.stdout) == counts
    assert counts["files"] == len(list((tmp_path / "tree").rglob("*.py")))
    assert min(counts.values()) > 50

    assert re.search(r"FeedParser\.feed +email/feedparser\.py:\d+$", done.stdout, re.M)


def start_job(folder: Path) -> "subprocess.Popen[str]":
    """Start to index the folder's tree; its output is to be read."""
    return subprocess.Popen(
        command("index_project.py", "tree", "--workers", 2),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_killing_the_driver_in_the_middle_costs_nothing(tmp_path: Path) -> None:
    """The job ends, and every row is there once."""
    expected = write_tree(tmp_path / "tree", 400)
    killed = False
    with start_job(tmp_path) as job:
        assert job.stderr is not None and job.stdout is not None
        for line in job.stderr:
            if started := re.match(r"driver process (\d+)", line):
                driver = int(started[1])
            elif not killed and re.search(r"[2-6]\d %", line):
                os.kill(driver, signal.SIGKILL)
                killed = True
        output = job.stdout.read()
        assert job.wait(TIMEOUT) == 0
    assert killed
    assert stored(tmp_path / "code_index.db") == table(output) == expected


def test_a_project_deleted_in_the_middle_ends_the_job(tmp_path: Path) -> None:
    """FAILURE 33: a message and an exit code, no traceback and nothing left over."""
    write_tree(tmp_path / "tree", 400)
    database = tmp_path / "code_index.db"
    deleted = False
    complaints = []
    with start_job(tmp_path) as job:
        assert job.stderr is not None
        for line in job.stderr:
            if not deleted and " 20 %" in line:
                delete_projects(database)
                deleted = True
            complaints.append(line)
        assert job.wait(TIMEOUT) == 1
    assert complaints[-1] == "the project was deleted while it was indexed\n"
    assert "Traceback" not in "".join(complaints)
    assert set(stored(database).values()) == {0}


def delete_projects(database: Path) -> None:
    """Delete all projects behind the driver's back."""
    connection = sqlite3.connect(database, timeout=TIMEOUT)
    connection.execute("PRAGMA foreign_keys = ON")
    with connection:
        connection.execute("DELETE FROM projects")
    connection.close()
