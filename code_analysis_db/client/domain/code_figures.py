"""The counting of what files define."""

from __future__ import annotations

from typing import Any, Dict, List

from ..batch_operations import BatchHandle, BatchOperations
from ..mapping.table_model import table_model
from ..objects import Class, CodeStatistics, Function, Import, Issue, Method, Usage
from ...rows import Row

_NUMBER = {"number": ("count", "*")}
_DEFINED = {**_NUMBER, "documented": ("count", "docstring")}
_MEASURED = {
    **_DEFINED,
    "measured": ("count", "complexity"),
    "complexity": ("sum", "complexity"),
    "highest": ("max", "complexity"),
}


class CodeFigures:
    """The operations of a batch that count what some files define."""

    def __init__(self, batch: BatchOperations, file: Any) -> None:
        """Put the operations into the batch.

        Args:
            file: what the ``file_id`` must be of what is counted.
        """
        where = {"file_id": file}
        of_classes = {"class_id": {"refers_to": where}}
        self._classes = batch.aggregate(_name(Class), _DEFINED, where)
        self._methods = batch.aggregate(_name(Method), _MEASURED, of_classes)
        self._functions = batch.aggregate(_name(Function), _MEASURED, where)
        self._imports = batch.count(_name(Import), where)
        self._usages = batch.count(_name(Usage), where)
        self._issues = batch.aggregate(_name(Issue), _NUMBER, where, ["issue_type"])

    def result(self, lines: int) -> CodeStatistics:
        """Return the figures, once the batch was done."""
        classes, methods, functions = map(
            _only_row, (self._classes, self._methods, self._functions)
        )
        definitions = (classes, methods, functions)
        routines = (methods, functions)
        measured = sum(row["measured"] for row in routines)
        complexity = sum(row["complexity"] or 0 for row in routines)
        highest = [row["highest"] for row in routines if row["measured"]]
        issues = {row["issue_type"]: row["number"] for row in self._issues.result}
        return CodeStatistics(
            lines=lines,
            classes=classes["number"],
            methods=methods["number"],
            functions=functions["number"],
            imports=self._imports.result,
            usages=self._usages.result,
            issues=sum(issues.values()),
            missing_docstrings=sum(
                row["number"] - row["documented"] for row in definitions
            ),
            average_complexity=complexity / measured if measured else None,
            highest_complexity=max(highest, default=None),
            issues_by_type=dict(sorted(issues.items())),
        )


def _name(cls: type) -> str:
    """Return the name of a class's table."""
    return table_model(cls).name


def _only_row(handle: BatchHandle[List[Row]]) -> Dict[str, Any]:
    """Return the row of an aggregate without groups."""
    (row,) = handle.result
    return row
