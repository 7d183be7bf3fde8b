"""The project's source files, and who imports whom among the package's modules."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, List, Set

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "code_analysis_db"
CHECKED_DIRECTORIES = (PACKAGE, "tests", "examples")


def source_files(*directories: str) -> List[Path]:
    """Return the Python files under the directories of the project, in order."""
    return sorted(
        path for directory in directories for path in (ROOT / directory).rglob("*.py")
    )


def module_name(path: Path) -> str:
    """Return the dotted name of the package's module in this file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=2)
def import_graph(run_time_only: bool = False) -> Dict[str, FrozenSet[str]]:
    """Return for each module of the package the modules of it that it imports.

    Args:
        run_time_only: leave out what only type checkers import.
    """
    paths = {module_name(path): path for path in source_files(PACKAGE)}
    return {
        name: frozenset(_imported_modules(name, path, set(paths), run_time_only))
        for name, path in paths.items()
    }


def _imported_modules(
    name: str, path: Path, known: Set[str], run_time_only: bool
) -> Iterator[str]:
    """Yield the modules in ``known`` that the file imports, wherever it does so."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _nodes(ast.parse(path.read_text("utf-8")), run_time_only):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, package)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found = inner if inner in known else source
                if found in known and found != name:
                    yield found


def _nodes(tree: ast.AST, run_time_only: bool) -> Iterator[ast.AST]:
    """Yield the tree's nodes, without those under ``if TYPE_CHECKING`` if asked."""
    for node in ast.iter_child_nodes(tree):
        for_checkers = (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        )
        if not (run_time_only and for_checkers):
            yield node
            yield from _nodes(node, run_time_only)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the dotted name of the module that a ``from`` import takes from."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)
