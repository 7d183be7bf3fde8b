"""Where a file uses what it imports and defines.

Names are followed as far as the source says by itself what they stand for: imports,
the file's classes and functions, and what a class defines, by way of its name or of
``self``.  What an object of an unknown class is asked for is no usage.
"""

from __future__ import annotations

import ast
from typing import Dict, Iterator, List, Optional, Set, Tuple
from uuid import UUID

from code_analysis_db.objects import Usage

from .binding import Binding, Bindings
from .scope import Scope

# Of what is used: how, its type, its class, its name.
_Target = Tuple[str, str, Optional[str], str]


def usages(scope: Scope, bindings: Bindings, file_id: UUID) -> Iterator[Usage]:
    """Yield the usages in a scope; their context says in which definition.

    Their type is ``"call"``, ``"inheritance"``, ``"attribute"`` or ``"name"``.
    """
    context = {"in": scope.name} if scope.name else None
    manners: Dict[ast.AST, str] = {}
    followed: Set[ast.AST] = set()
    for node in scope.nodes:
        if isinstance(node, ast.Call):
            manners[node.func] = "call"
        elif isinstance(node, ast.ClassDef):
            manners.update((base, "inheritance") for base in node.bases)
        elif isinstance(node, (ast.Name, ast.Attribute)) and node not in followed:
            root, attributes = _chain(node, followed)
            binding = None if root is None else bindings.find(root)
            target = binding and _target(binding, attributes, manners.get(node))
            if target:
                usage_type, target_type, target_class, target_name = target
                yield Usage(
                    file_id=file_id,
                    line=node.lineno,
                    usage_type=usage_type,
                    target_type=target_type,
                    target_class=target_class,
                    target_name=target_name,
                    context=context,
                )


def _chain(node: ast.expr, followed: Set[ast.AST]) -> Tuple[Optional[str], List[str]]:
    """Return the name that an expression like ``name.one.two`` begins with, None where
    it begins with something else, and the attributes; note its parts as followed."""
    attributes: List[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
        followed.add(node)
    attributes.reverse()
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id, attributes
    return None, attributes


def _target(
    binding: Binding, attributes: List[str], manner: Optional[str]
) -> Optional[_Target]:
    """Return what an expression uses, given what it begins with."""
    if binding.kind == "import":
        used = manner or ("attribute" if attributes else "name")
        return used, "import", None, ".".join([binding.name, *attributes])
    if attributes and attributes[0] in binding.members:
        called = manner == "call" and len(attributes) == 1
        used = "call" if called else "attribute"
        return used, "method", binding.name, attributes[0]
    if binding.kind == "receiver":
        return None
    used = "name" if attributes or manner is None else manner
    return used, binding.kind, None, binding.name
