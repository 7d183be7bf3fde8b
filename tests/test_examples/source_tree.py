"""Generated source trees, and what is known to be in them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Dict

KINDS = (
    *("files", "classes", "methods", "functions", "imports"),
    *("usages", "issues", "code_content"),
)

SOURCE = '''"""Module {number}."""

import os, sys
from . import sibling
from typing import *


class Base{number}(dict):
    """A class."""

    def parse(self, text, *rest, flag=False, **options):
        """Parse."""
        raise NotImplementedError

    async def run(self):
        def inner():
            pass
        return inner

    class Nested:
        if True:
            def conditional(self): ...


def main(first, /, second):
    try:
        import json
    except ImportError:
        pass
'''
EXPECTED = {
    **{"files": 1, "classes": 2, "methods": 3, "functions": 2, "imports": 5},
    **{"usages": 1, "issues": 5, "code_content": 8},
}


def write_tree(root: Path, count: int) -> Dict[str, int]:
    """Write ``count`` files and return how many of each kind they hold."""
    for number in range(count):
        folder = root / f"package{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"module{number}.py").write_text(SOURCE.format(number=number))
    return {kind: amount * count for kind, amount in EXPECTED.items()}


def stored(database: Path) -> Dict[str, int]:
    """Return how many of each kind a database holds, read without the package."""
    connection = sqlite3.connect(database)
    try:
        counts = {}
        for kind in KINDS:
            cursor = connection.execute(f'SELECT count(*) FROM "{kind}"')
            counts[kind] = cursor.fetchone()[0]
        (check,) = connection.execute("PRAGMA integrity_check").fetchone()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
    assert (check, orphans) == ("ok", [])
    return counts


def everything(database: Path) -> Dict[str, object]:
    """Return all rows of a database's kinds."""
    connection = sqlite3.connect(database)
    try:
        return {
            kind: connection.execute(f'SELECT * FROM "{kind}" ORDER BY "id"').fetchall()
            for kind in KINDS
        }
    finally:
        connection.close()
