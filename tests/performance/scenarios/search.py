"""Full-text search over the standard library: every file and its definitions.

Beside it stands what there is without an index, ``LIKE`` over the same texts by
``sqlite3``.  The queries are one of rare words, of words that most texts have, a
phrase, an identifier, and a prefix.
"""

from __future__ import annotations

import ast
import sqlite3
import sysconfig
import time
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, Callable, ClassVar, Dict, Iterator, List, Tuple

from code_analysis_db import DriverProcess
from code_analysis_db.client.rpc_client import RpcClient

from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from .base import Scenario

QUERIES = (
    "socket timeout",
    "self",
    "return None",
    '"raise ValueError"',
    "HTTPServer",
    "get_event_loop",
    "pars*",
    "encode OR decode -bytes",
    "asyncio event loop policy",
    "lock acquire release",
)
LIMIT_MS = 20.0
_PORTION = 200
_SEARCHES = 100

_FILES = {
    "name": "files",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "project", "type": "TEXT"},
        {"name": "path", "type": "TEXT"},
    ],
}
_TEXTS = {
    "name": "texts",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "file_id", "type": "INTEGER"},
        {"name": "name", "type": "TEXT"},
        {"name": "content", "type": "TEXT"},
    ],
    "constraints": [
        {
            "type": "foreign_key",
            "columns": ["file_id"],
            "references": {"table": "files", "columns": ["id"]},
        }
    ],
    "indexes": [
        {"name": "texts_words", "columns": ["name", "content"], "fulltext": True}
    ],
}


class Search(Scenario):
    """Searches of one client."""

    name: ClassVar[str] = "search"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Fill, and measure in turns."""
        path = directory / "search.db"
        config: Dict[str, Any] = {"path": str(path)}
        with DriverProcess({"type": "sqlite", "config": config}) as client:
            count = _fill(client.rpc, plan.source_files)
            rpc = client.rpc
            searches = max(len(QUERIES), int(_SEARCHES * plan.seconds))

            def search(query: str) -> object:
                """Search all of it."""
                return rpc.search("texts", query, columns=["id", "name"])

            def search_in_project(query: str) -> object:
                """Search the files of one project of two."""
                where = {"file_id": {"refers_to": {"project": "even"}}}
                return rpc.search("texts", query, where=where, columns=["id", "name"])

            found = median(_milliseconds(search, searches))
            filtered = median(_milliseconds(search_in_project, searches))
        scanned = median(_scans(path))
        title, name = f"search over {count} texts, p50", ProductPeer.name
        return Outcome(
            [
                Reading(title, name, found, "ms"),
                Reading(title, f"{name}, one project", filtered, "ms"),
                Reading(title, "sqlite3, LIKE without an index", scanned, "ms"),
            ],
            [
                Goal(title, Bound.AT_MOST, LIMIT_MS, found, "ms"),
                Goal(
                    f"{title}, one project of two",
                    Bound.AT_MOST,
                    LIMIT_MS,
                    filtered,
                    "ms",
                ),
            ],
        )


def _fill(rpc: RpcClient, most: int) -> int:
    """Store the texts of files, and return how many there are."""
    for definition in (_FILES, _TEXTS):
        rpc.create_table(definition)
    portion: List[Dict[str, Any]] = []
    count = 0
    folder = Path(sysconfig.get_path("stdlib"))
    paths = (p for p in sorted(folder.rglob("*.py")) if "site-packages" not in p.parts)
    for number, path in enumerate(islice(paths, most), start=1):
        project = "odd" if number % 2 else "even"
        rpc.insert("files", {"id": number, "project": project, "path": str(path)})
        for name, text in _texts(path):
            portion.append({"file_id": number, "name": name, "content": text})
        if len(portion) >= _PORTION:
            count += len(rpc.insert_many("texts", portion))
            portion = []
    return count + len(rpc.insert_many("texts", portion))


def _texts(path: Path) -> Iterator[Tuple[str, str]]:
    """Yield name and text of a file, and of the definitions at its top level."""
    text = path.read_text(encoding="utf-8", errors="replace").replace("\0", "")
    yield path.name, text
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines(keepends=True)
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, "".join(lines[node.lineno - 1 : node.end_lineno])


def _milliseconds(search: Callable[[str], object], count: int) -> List[float]:
    """Return how long searches took, each query as often as the others."""
    took = []
    for query in islice(cycle(QUERIES), count):
        start = time.perf_counter()
        search(query)
        took.append((time.perf_counter() - start) * 1e3)
    return took


def _scans(path: Path) -> List[float]:
    """Return how long it takes to look at every text."""
    sql = "SELECT count(*) FROM texts WHERE content LIKE ?"
    with closing(sqlite3.connect(path)) as connection:

        def scan(query: str) -> object:
            """Count the texts that have the first word."""
            word = query.strip('"').rstrip("*").split()[0]
            return connection.execute(sql, (f"%{word}%",)).fetchall()

        return _milliseconds(scan, len(QUERIES))
