"""The examples that index and search, on every database."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Dict
from uuid import uuid4

import pytest
from search_code import PLACE, PLAIN, WORD, shown

from code_analysis_db.objects import File, SearchHit

from ..servers.servers import Servers
from .conftest import TIMEOUT, Run, command, environment
from .source_tree import write_tree


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Dict[str, Any]:
    """The configuration of an empty database, in a file ``driver.json``."""
    kind: str = request.param
    config: Dict[str, Any]
    if kind == "sqlite":
        config = {"type": kind, "config": {"path": str(tmp_path / "other.db")}}
    else:
        servers: Servers = request.getfixturevalue("servers")
        config = servers.new_config(kind)
    (tmp_path / "driver.json").write_text(json.dumps(config))
    return config


ON_CONFIG = ("--config", "driver.json")


def test_what_was_indexed_is_found(
    config: Dict[str, Any], run_example: Run, tmp_path: Path
) -> None:
    """The same hits on every database: file, line, definition and text."""
    tree = tmp_path / "tree"
    write_tree(tree, 2)
    (tree / "handler.py").write_text(
        "import os\n\n\nclass HTTPHandler:\n    limit = 3\n\n"
        "    # above\n    def close_all(self):\n        return os.closerange(0, 3)\n"
    )
    first = run_example("index_project.py", "tree", *ON_CONFIG, "--workers", 2)
    assert "0 files unchanged, 0 removed, 0 that do not parse" in first.stdout
    second = run_example("index_project.py", "tree", *ON_CONFIG, "--workers", 1)
    assert "3 files unchanged, 0 removed, 0 that do not parse" in second.stdout

    def found(*query: str) -> str:
        """Return what a search prints."""
        return run_example("search_code.py", *ON_CONFIG, *query).stdout

    assert found('"OS closerange" -raise') == (
        "handler.py:9  method HTTPHandler.close_all\n    return os.closerange(0, 3)\n"
    )
    assert found("above OR absent", "--kind", "class") == (
        "handler.py:7  class HTTPHandler\n    # above\n"
    )
    everywhere = found("raise", "--limit", "1")
    assert everywhere.count("raise NotImplementedError") == 1


def test_a_search_without_hits_says_so_by_its_exit_code(
    run_example: Run, tmp_path: Path
) -> None:
    """Whatever is asked for: any text is a query."""
    write_tree(tmp_path / "tree", 1)
    run_example("index_project.py", "tree")
    for query in ('" OR ) NEAR(* -', "Base0 -base0"):
        assert search(tmp_path, query).returncode == 1
    assert search(tmp_path, "Base0").returncode == 0


def test_a_search_before_any_index_says_what_to_do(tmp_path: Path) -> None:
    """No traceback."""
    done = search(tmp_path, "anything")
    assert done.returncode == 1
    assert done.stderr == "no project in the database: run index_project.py first\n"


def search(folder: Path, query: str) -> "subprocess.CompletedProcess[str]":
    """Run a search, whatever becomes of it."""
    return subprocess.run(
        command("search_code.py", query),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
    )


def test_a_terminal_gets_colours_but_no_commands() -> None:
    """The words are marked where they are; a file's control characters are not
    printed."""
    hit = SearchHit(
        file=File(project_id=uuid4(), path="/src/a.py", relative_path="a.py"),
        line=7,
        text="\x1b[2J the wanted, wanted",
        ranges=[(9, 15), (17, 23)],
        rank=1.0,
        content_id=uuid4(),
        entity_type="function",
        entity_id=None,
        entity_name="f",
    )
    assert shown(hit, False) == "a.py:7  function f\n    [2J the wanted, wanted"
    marked = f"{WORD}wanted{PLAIN}"
    assert shown(hit, True) == (
        f"{PLACE}a.py:7{PLAIN}  function f\n    [2J the {marked}, {marked}"
    )
