"""McCabe's cyclomatic complexity: one more than the decisions of a function."""

from __future__ import annotations

import ast
from typing import Callable, Dict

from .scope import Scope


def complexity(scope: Scope) -> int:
    """Return the complexity of a function without those that are defined in it."""
    decisions = 1
    for node in scope.nodes:
        weigh = _DECISIONS.get(type(node))
        if weigh is not None:
            decisions += weigh(node)
    return decisions


def _one(node: ast.AST) -> int:
    """Count what goes one way or the other."""
    return 1


def _operators(node: ast.BoolOp) -> int:
    """Count ``and`` and ``or``: each may leave the rest undone."""
    return len(node.values) - 1


def _conditions(node: ast.comprehension) -> int:
    """Count a comprehension's loop and its conditions."""
    return 1 + len(node.ifs)


def _case(node: ast.match_case) -> int:
    """Count a case, unless it takes whatever comes."""
    pattern = node.pattern
    takes_all = isinstance(pattern, ast.MatchAs) and pattern.pattern is None
    return 0 if takes_all and node.guard is None else 1


_DECISIONS: Dict[type[ast.AST], Callable[..., int]] = {
    ast.If: _one,
    ast.IfExp: _one,
    ast.For: _one,
    ast.AsyncFor: _one,
    ast.While: _one,
    ast.ExceptHandler: _one,
    ast.Assert: _one,
    ast.BoolOp: _operators,
    ast.comprehension: _conditions,
    ast.match_case: _case,
}
