"""What the report says, asked of the database in a dozen requests."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple
from uuid import UUID

import attrs

from code_analysis_db import DatabaseClient
from code_analysis_db.objects import File, IndexingError, Project

KINDS = ("classes", "functions", "imports", "usages", "issues")
_DEFINITION = ("name", "line", "end_line", "complexity")


@attrs.frozen(slots=True)
class FileFigures:
    """A file.

    Attributes:
        complexity: of its most complex function.
    """

    path: str
    lines: int
    issues: int
    complexity: int


@attrs.frozen(slots=True)
class FunctionFigures:
    """A function or a method."""

    name: str
    path: str
    line: int
    lines: int
    complexity: int


@attrs.frozen(slots=True)
class Figures:
    """What is known of a project.

    Attributes:
        totals: how many there are of each kind beside files and methods.
        functions: functions and methods.
        names: imported names and how often they are used, falling.
        own_names: classes, functions and methods of the project, the same.
        issues: how many there are of each type, falling.
    """

    project: Project
    totals: Dict[str, int]
    files: List[FileFigures]
    functions: List[FunctionFigures]
    names: List[Tuple[str, int]]
    own_names: List[Tuple[str, int]]
    issues: List[Tuple[str, int]]
    errors: List[IndexingError]


def gather(client: DatabaseClient, project: Project) -> Figures:
    """Return the figures of a project."""
    files = {file.id: file for file in client.files.find(project_id=project.id)}
    within = {"file_id": list(files)}
    functions = _functions(client, files)
    issues = {"project_id": project.id}
    return Figures(
        project=project,
        totals={kind: client.rpc.count(kind, within) for kind in KINDS},
        files=_files(
            files, functions, dict(_counted(client, "issues", issues, "file_id"))
        ),
        functions=functions,
        names=_used(client, {**within, "target_type": "import"}),
        own_names=_used(client, {**within, "target_type": {"neq": "import"}}),
        issues=_counted(client, "issues", issues, "issue_type"),
        errors=client.indexing_errors.find(project_id=project.id, order_by="file_path"),
    )


def _functions(
    client: DatabaseClient, files: Dict[UUID, File]
) -> List[FunctionFigures]:
    """Return the figures of all functions and methods."""
    select = client.rpc.select
    classes = {
        row["id"]: row
        for row in select(
            "classes", {"file_id": list(files)}, ["id", "file_id", "name"]
        )
    }
    functions = select("functions", {"file_id": list(files)}, [*_DEFINITION, "file_id"])
    methods = select("methods", {"class_id": list(classes)}, [*_DEFINITION, "class_id"])
    for method in methods:
        owner = classes[method["class_id"]]
        method["file_id"] = owner["file_id"]
        method["name"] = f"{owner['name']}.{method['name']}"
    return [
        FunctionFigures(
            name=row["name"],
            path=_path(files[row["file_id"]]),
            line=row["line"],
            lines=(row["end_line"] or row["line"]) - row["line"] + 1,
            complexity=row["complexity"] or 1,
        )
        for row in functions + methods
    ]


def _files(
    files: Dict[UUID, File], functions: List[FunctionFigures], issues: Dict[UUID, int]
) -> List[FileFigures]:
    """Return the figures of all files."""
    most: Dict[str, int] = {}
    for function in functions:
        most[function.path] = max(most.get(function.path, 1), function.complexity)
    return [
        FileFigures(
            path=_path(file),
            lines=file.lines or 0,
            issues=issues.get(file.id, 0),
            complexity=most.get(_path(file), 1),
        )
        for file in files.values()
    ]


def _path(file: File) -> str:
    """Return a file's path as the report shows it."""
    return file.relative_path or file.path


def _used(client: DatabaseClient, where: Dict[str, Any]) -> List[Tuple[str, int]]:
    """Return names, with their class if any, and how often each is used, falling."""
    columns = ("target_class", "target_name")
    return [
        (".".join(part for part in parts if part), times)
        for parts, times in _counted_together(client, "usages", where, columns)
    ]


def _counted(
    client: DatabaseClient, table: str, where: Dict[str, Any], column: str
) -> List[Tuple[Any, int]]:
    """Return the values of a column and how often each is there, falling."""
    found = _counted_together(client, table, where, (column,))
    return [(value, times) for (value,), times in found]


def _counted_together(
    client: DatabaseClient, table: str, where: Dict[str, Any], columns: Sequence[str]
) -> List[Tuple[Tuple[Any, ...], int]]:
    """Return the values of columns and how often they are there together, falling."""
    rows = client.rpc.aggregate(table, {"times": ("count", "*")}, where, columns)
    counted = [(tuple(row[name] for name in columns), row["times"]) for row in rows]
    return sorted(counted, key=lambda pair: (-pair[1], str(pair[0])))
