"""What a name stands for in a scope, as far as the source says it by itself.

Imports, classes and functions are known; a parameter or a variable of the same name
hides them.
"""

from __future__ import annotations

import ast
from typing import FrozenSet, Iterator, List, Optional, Tuple

import attrs

from .scope import FUNCTIONS, DefinitionNode, Scope


@attrs.frozen(slots=True)
class Binding:
    """What a name stands for.

    Attributes:
        kind: ``"class"``, ``"function"``, ``"import"``, or ``"receiver"`` for a
            method's ``self`` or ``cls``.
        name: the name with those of the scopes around it; of an import, with what it
            is imported from; of a receiver, its class's.
        members: what a class, or a receiver's class, defines.
    """

    kind: str
    name: str
    members: FrozenSet[str] = frozenset()


class Bindings:
    """The names that a scope knows: its own, and those of the scopes around it."""

    def __init__(self, scope: Scope, around: Optional[Bindings]) -> None:
        """Find the names of ``scope``; those ``around`` it are found already."""
        self._scope = scope
        self._around = around
        self._own = dict(_bound(scope))
        self._own.update(_receiver(scope))
        self._hidden = _variables(scope) - self._own.keys()

    def find(self, name: str) -> Optional[Binding]:
        """Return what a name stands for, None where that is not known."""
        found = self._own.get(name)
        if found is not None or name in self._hidden or self._around is None:
            return found
        return self._around._find_from_within(name)

    def _find_from_within(self, name: str) -> Optional[Binding]:
        """Look a name up for an inner scope, which sees no names of a class's body."""
        if isinstance(self._scope.node, ast.ClassDef) and self._around is not None:
            return self._around._find_from_within(name)
        return self.find(name)


def _bound(scope: Scope) -> Iterator[Tuple[str, Binding]]:
    """Yield the names that are imported or defined directly in a scope."""
    for inner in scope.inner:
        kind = "function" if inner.is_function else "class"
        yield inner.label, Binding(kind, inner.name, inner.members)
    for node in scope.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                meant = alias.name if alias.asname else bound
                yield bound, Binding("import", meant)
        elif isinstance(node, ast.ImportFrom):
            source = imported_module(node)
            joint = "" if source.endswith(".") else "."
            for alias in node.names:
                meant = f"{source}{joint}{alias.name}"
                yield alias.asname or alias.name, Binding("import", meant)


def _receiver(scope: Scope) -> Iterator[Tuple[str, Binding]]:
    """Yield a method's first parameter, unless the method is static."""
    node = scope.node
    if scope.owner is None or not isinstance(node, FUNCTIONS):
        return
    first = next(parameters(node.args), None)
    if first is not None and "staticmethod" not in decorators(node):
        yield first.arg, Binding("receiver", scope.owner.name, scope.owner.members)


def imported_module(node: ast.ImportFrom) -> str:
    """Return what names are imported from, leading dots included."""
    return "." * node.level + (node.module or "")


def _variables(scope: Scope) -> FrozenSet[str]:
    """Return the parameters of a function and the names that a scope assigns to."""
    names = {
        node.id
        for node in scope.nodes
        if type(node) is ast.Name and type(node.ctx) is not ast.Load
    }
    if isinstance(scope.node, FUNCTIONS):
        names.update(parameter.arg for parameter in parameters(scope.node.args))
    return frozenset(names)


def decorators(node: DefinitionNode) -> List[str]:
    """Return the last names of a definition's decorators."""
    names = []
    for decorator in node.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(named, ast.Attribute):
            names.append(named.attr)
        elif isinstance(named, ast.Name):
            names.append(named.id)
    return names


def parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Yield a function's parameters in the order of the source."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg:
        yield arguments.kwarg
