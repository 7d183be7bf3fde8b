"""What every source file keeps to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .source_tree import CHECKED_DIRECTORIES, PACKAGE, ROOT, source_files

MOST_LINES = 400
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

FILES = source_files(*CHECKED_DIRECTORIES)


def _name(path: Path) -> str:
    """Return the path as test ids show it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_says_what_it_is_for_in_fewer_than_400_lines(path: Path) -> None:
    """Longer files have a second subject in them."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < MOST_LINES
    assert ast.get_docstring(ast.parse(text)), "no module docstring"


@pytest.mark.parametrize("path", source_files(PACKAGE), ids=_name)
def test_a_file_of_the_package_has_no_marks_of_unfinished_work(path: Path) -> None:
    """What is not there is not pretended."""
    marks = [
        line for line in path.read_text("utf-8").splitlines() if UNFINISHED.search(line)
    ]
    assert not marks


@pytest.mark.parametrize("path", source_files(PACKAGE), ids=_name)
def test_a_file_of_the_package_imports_nothing_of_the_tests(path: Path) -> None:
    """What is installed works alone."""
    assert not re.search(
        r"^\s*(from|import) tests\b", path.read_text("utf-8"), re.MULTILINE
    )


def test_type_checkers_of_users_find_the_annotations() -> None:
    """The marker of PEP 561 is there."""
    assert (ROOT / PACKAGE / "py.typed").exists()
