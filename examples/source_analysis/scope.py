"""A module's tree, cut into its scopes: the module, its classes, its functions.

One walk over the tree, with a stack of our own: nesting has no limit here.  Each node
belongs to the scope that it is evaluated in, hence a decorator, a default value or a
base class to the scope around its definition.  What is to be known of a scope is then
found in its list of nodes, without another walk.
"""

from __future__ import annotations

import ast
import sys
from functools import cached_property
from typing import Dict, FrozenSet, List, Optional, Tuple, Union

import attrs

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef]
DefinitionNode = Union[ast.ClassDef, FunctionNode]
ScopeNode = Union[ast.Module, DefinitionNode]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (ast.ClassDef, *FUNCTIONS)
# Fields that hold names, plain values, or nodes that say no more than their type.
_PLAIN_FIELDS = {
    *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level"),
    *("module", "n", "name", "names", "op", "ops", "str", "tag", "type_comment"),
}


@attrs.define(eq=False, slots=False)
class Scope:
    """A module, a class or a function, without what is defined in it.

    Attributes:
        node: what the tree has for it.
        parent: the scope that it is defined in, None of a module.
        label: the name at its definition; empty of a module.
        nodes: what is in it, in the order of the source, inner definitions included
            but not what is within those.
        inner: the scopes of the inner definitions.
    """

    node: ScopeNode
    parent: Optional[Scope] = None
    label: str = ""
    nodes: List[ast.AST] = attrs.field(factory=list, repr=False)
    inner: List[Scope] = attrs.field(factory=list, repr=False)

    @cached_property
    def name(self) -> str:
        """The name with those of the scopes around it; empty of a module."""
        around = self.parent.name if self.parent is not None else ""
        return f"{around}.{self.label}" if around else self.label

    @property
    def is_function(self) -> bool:
        """Whether it is a function or a method."""
        return isinstance(self.node, FUNCTIONS)

    @cached_property
    def members(self) -> FrozenSet[str]:
        """The names that a class defines, none of another scope."""
        if isinstance(self.node, ast.ClassDef):
            return frozenset(inner.label for inner in self.inner)
        return frozenset()

    @property
    def lines(self) -> Tuple[int, int]:
        """The first and the last line, decorators left out; a module has them all."""
        if isinstance(self.node, ast.Module):
            return 1, sys.maxsize
        return self.node.lineno, self.node.end_lineno or self.node.lineno

    @property
    def owner(self) -> Optional[Scope]:
        """The class in whose body it is defined, None elsewhere."""
        if self.parent is not None and isinstance(self.parent.node, ast.ClassDef):
            return self.parent
        return None


def scopes(tree: ast.Module) -> List[Scope]:
    """Return all scopes of a module, each after the one that it is defined in."""
    found: List[Scope] = []
    pending = [Scope(tree)]
    while pending:
        scope = pending.pop()
        _fill(scope)
        found.append(scope)
        pending.extend(reversed(scope.inner))
    return found


def _fill(scope: Scope) -> None:
    """Find the nodes of a scope."""
    keep = scope.nodes.append
    pending: List[ast.AST] = [*reversed(scope.node.body)]
    while pending:
        node = pending.pop()
        keep(node)
        names = _FIELDS.get(type(node))
        if names is None:
            names = _FIELDS[type(node)] = _fields_of(type(node))
        if isinstance(node, _DEFINITIONS):
            scope.inner.append(Scope(node, scope, node.name))
        for name in names:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                pending.append(value)
            elif isinstance(value, list):
                pending += [one for one in reversed(value) if isinstance(one, ast.AST)]


def _fields_of(kind: type[ast.AST]) -> Tuple[str, ...]:
    """Return the fields of a kind of node that are looked into, the last one first."""
    plain = _PLAIN_FIELDS | {"body"} if kind in _DEFINITIONS else _PLAIN_FIELDS
    return tuple(name for name in reversed(kind._fields) if name not in plain)


# Constants are looked at thousands of times and hold nothing to look into.
_FIELDS: Dict[type[ast.AST], Tuple[str, ...]] = {ast.Constant: ()}
