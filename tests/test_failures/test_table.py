"""The table of failures names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Dict, List

import pytest

import tests.test_failures

_TESTS = Path(__file__).parents[1]


def _table() -> Dict[int, List[str]]:
    """Return the tests of each story."""
    assert tests.test_failures.__doc__ is not None
    table: Dict[int, List[str]] = {}
    for line in tests.test_failures.__doc__.splitlines():
        entry = re.match(r"(\d+)\. ", line)
        if entry:
            tests_of_story = table.setdefault(int(entry[1]), [])
        elif "::" in line:
            tests_of_story.append(line.strip())
    return table


def test_every_story_has_a_test() -> None:
    table = _table()
    assert set(table) == set(range(1, 35))
    assert all(table.values())


@pytest.mark.parametrize(
    "test", sorted({test for ts in _table().values() for test in ts})
)
def test_that_the_table_names_exists(test: str) -> None:
    path, _, name = test.partition("::")
    module = ast.parse((_TESTS / path).read_text("utf-8"))
    assert name in {n.name for n in module.body if isinstance(n, ast.FunctionDef)}
