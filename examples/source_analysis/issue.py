"""What a reviewer would remark on: a small check for each kind of issue."""

from __future__ import annotations

import ast
from typing import Any, Callable, Dict, Iterator, Optional

import attrs

from code_analysis_db.objects import File, Issue

from .binding import parameters
from .entity import Entity
from .scope import FUNCTIONS

MOST_LINES = 60
MOST_PARAMETERS = 7
MOST_COMPLEXITY = 15
_UNDOCUMENTED = ("_", "test_")


@attrs.frozen(slots=True)
class Remark:
    """What a check found, with the figures for programs."""

    line: int
    description: str
    figures: Optional[Dict[str, Any]] = None


def issues(entity: Entity, file: File) -> Iterator[Issue]:
    """Yield the issues of an entity, not of those within it."""
    owner: Dict[str, Any] = {}
    if entity.kind != "file":
        owner[f"{entity.kind}_id"] = entity.stored.id
    for issue_type, check in _CHECKS.items():
        for remark in check(entity):
            yield Issue(
                project_id=file.project_id,
                file_id=file.id,
                issue_type=issue_type,
                line=remark.line,
                description=remark.description,
                metadata=remark.figures,
                **owner,
            )


def _missing_docstring(entity: Entity) -> Iterator[Remark]:
    """Look at what others use: no private thing, no test, nothing in a function."""
    scope = entity.scope
    hidden = any(name.startswith(_UNDOCUMENTED) for name in scope.name.split("."))
    within = scope.parent is not None and isinstance(scope.parent.node, FUNCTIONS)
    if scope.nodes and not hidden and not within:
        if ast.get_docstring(scope.node, clean=False) is None:
            yield Remark(entity.line, f"the {entity.kind} has no docstring")


def _long_function(entity: Entity) -> Iterator[Remark]:
    """Count the lines of a function, those of its inner functions included."""
    node = entity.scope.node
    if isinstance(node, FUNCTIONS):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > MOST_LINES:
            yield _excess(entity, "lines", lines, MOST_LINES)


def _too_many_parameters(entity: Entity) -> Iterator[Remark]:
    """Count what a caller can give."""
    node = entity.scope.node
    if isinstance(node, FUNCTIONS):
        count = sum(1 for _ in parameters(node.args)) - (entity.kind == "method")
        if count > MOST_PARAMETERS:
            yield _excess(entity, "parameters", count, MOST_PARAMETERS)


def _too_complex(entity: Entity) -> Iterator[Remark]:
    """Look at the cyclomatic complexity."""
    found = getattr(entity.stored, "complexity", None) or 0
    if found > MOST_COMPLEXITY:
        yield _excess(entity, "decisions", found, MOST_COMPLEXITY)


def _mutable_default(entity: Entity) -> Iterator[Remark]:
    """Find defaults that all calls share and may change."""
    node = entity.scope.node
    if isinstance(node, FUNCTIONS):
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                yield Remark(default.lineno, "a default value is shared by all calls")


def _bare_except(entity: Entity) -> Iterator[Remark]:
    """Find handlers that catch even KeyboardInterrupt."""
    for node in entity.scope.nodes:
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield Remark(node.lineno, "'except:' catches KeyboardInterrupt, too")


def _swallowed_exception(entity: Entity) -> Iterator[Remark]:
    """Find handlers of all exceptions that do nothing."""
    for node in entity.scope.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_all(node):
            if all(isinstance(step, ast.Pass) for step in node.body):
                yield Remark(node.lineno, "every exception is passed over in silence")


def _wildcard_import(entity: Entity) -> Iterator[Remark]:
    """Find imports of whatever a module has."""
    for node in entity.scope.nodes:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield Remark(node.lineno, f"imports all names of {node.module or '.'!r}")


def _catches_all(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler is for exceptions of every class."""
    caught = handler.type
    return caught is None or (
        isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")
    )


def _excess(entity: Entity, what: str, found: int, most: int) -> Remark:
    """Return the remark on a figure over its limit."""
    figures = {what: found, "most": most}
    return Remark(entity.line, f"{found} {what}, more than {most}", figures)


_CHECKS: Dict[str, Callable[[Entity], Iterator[Remark]]] = {
    "missing_docstring": _missing_docstring,
    "long_function": _long_function,
    "too_many_parameters": _too_many_parameters,
    "too_complex": _too_complex,
    "mutable_default": _mutable_default,
    "bare_except": _bare_except,
    "swallowed_exception": _swallowed_exception,
    "wildcard_import": _wildcard_import,
}
