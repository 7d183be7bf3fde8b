"""The README, the pages of docs/ and the docstrings say what is so."""

from __future__ import annotations

import doctest
import importlib
import inspect
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from code_analysis_db import DatabaseClient, DriverProcess, WorkerManager
from code_analysis_db.client.rpc_client import RpcClient

from .source_tree import PACKAGE, ROOT, module_name, source_files

README = (ROOT / "README.md").read_text("utf-8")
PAGES = {"README": README} | {
    page.stem: page.read_text("utf-8") for page in sorted((ROOT / "docs").glob("*.md"))
}
PROSE = "\n".join(PAGES.values())


def _blocks(page: str) -> List[str]:
    """Return the Python of a page, each block as a script."""
    return re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


PYTHON_BLOCKS = [
    pytest.param(block, id=f"{name}-{number}")
    for name, page in PAGES.items()
    for number, block in enumerate(_blocks(page))
]
SHELL_BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
BLOCK_TIMEOUT = 120.0


@pytest.mark.parametrize("block", PYTHON_BLOCKS)
def test_python_of_the_pages_runs_as_it_stands(block: str, tmp_path: Path) -> None:
    """Each block is a script of its own, with no main guard."""
    script = tmp_path / "block.py"
    script.write_text(block)
    done = subprocess.run(
        [sys.executable, "-W", "error", script.name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=BLOCK_TIMEOUT,
    )
    assert done.returncode == 0, done.stderr
    expected = re.findall(r"^ *print\(.*\)  # (.*)$", block, re.MULTILINE)
    assert done.stdout.splitlines() == expected


def test_the_readme_has_a_quickstart_of_fifteen_lines() -> None:
    """Somebody new sees it work at once."""
    assert len(_blocks(README)[0].strip().splitlines()) <= 15


def _public_methods(owner: type) -> List[str]:
    """Return the names of the methods and properties that users call."""
    return [name for name, _ in inspect.getmembers(owner) if not name.startswith("_")]


@pytest.mark.parametrize(
    "owner", [RpcClient, DatabaseClient, DriverProcess, WorkerManager]
)
def test_every_public_method_is_in_the_pages(owner: type) -> None:
    """What can be called can be looked up."""
    missing = [
        name
        for name in _public_methods(owner)
        if not re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`", PROSE)
    ]
    assert not missing


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    """What a newcomer types is what is checked."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    (command,) = (block for block in SHELL_BLOCKS if "pytest" in block)
    for part in command.strip().split(" && "):
        assert part in script, shlex.split(part)


@pytest.mark.parametrize(
    "module",
    [
        module_name(path)
        for path in source_files(PACKAGE)
        if ">>>" in path.read_text("utf-8")
    ],
)
def test_examples_in_docstrings_are_so(module: str) -> None:
    """They run, and give what they show."""
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testmod(importlib.import_module(module), optionflags=flags)
    assert tried and not failed


@pytest.mark.parametrize(
    "path, test",
    re.findall(r"`((?:tests|examples|docs)/[\w/.]*)(?:::(\w+))?`", PROSE),
)
def test_files_and_tests_that_the_pages_name_exist(path: str, test: str) -> None:
    """A reader finds what is pointed to."""
    assert (ROOT / path).exists()
    if test:
        assert f"def {test}(" in (ROOT / path).read_text("utf-8")
