"""A scope as it is stored: a file, a class, a method or a function."""

from __future__ import annotations

import ast
from typing import List, Optional, Union

import attrs

from code_analysis_db.objects import Class, File, Function, Method

from .binding import decorators, parameters
from .complexity import complexity
from .scope import DefinitionNode, FunctionNode, Scope
from .source_text import SourceText, storable

_ABSTRACT = {"abstractmethod", "abstractproperty"}


@attrs.frozen(slots=True)
class Entity:
    """A scope, and the object that stands for it in the database.

    Attributes:
        kind: ``"file"``, ``"class"``, ``"method"`` or ``"function"``.
    """

    kind: str
    scope: Scope
    stored: Union[File, Class, Method, Function]

    @property
    def name(self) -> str:
        """A file's path in its project, a definition's name with those around it."""
        if isinstance(self.stored, File):
            return self.stored.relative_path or self.stored.path
        return self.scope.name

    @property
    def line(self) -> int:
        """The line that it begins at."""
        return self.scope.lines[0]


def entity_of(
    scope: Scope, file: File, source: SourceText, owner: Optional[Class]
) -> Entity:
    """Return the entity of a scope; ``owner`` is the class that it is a method of."""
    node = scope.node
    if isinstance(node, ast.Module):
        return Entity("file", scope, file)
    if isinstance(node, ast.ClassDef):
        return Entity("class", scope, _class(node, file, source))
    if owner is None:
        return Entity("function", scope, _function(node, scope, file))
    return Entity("method", scope, _method(node, scope, owner))


def _class(node: ast.ClassDef, file: File, source: SourceText) -> Class:
    """Return a class definition."""
    return Class(
        file_id=file.id,
        name=node.name,
        line=node.lineno,
        end_line=node.end_lineno,
        docstring=_docstring(node),
        bases=[source.spelling(base) for base in node.bases],
    )


def _function(node: FunctionNode, scope: Scope, file: File) -> Function:
    """Return a function definition."""
    return Function(
        file_id=file.id,
        name=node.name,
        line=node.lineno,
        end_line=node.end_lineno,
        args=_arguments(node.args),
        docstring=_docstring(node),
        complexity=complexity(scope),
    )


def _method(node: FunctionNode, scope: Scope, owner: Class) -> Method:
    """Return a method of the class ``owner``."""
    return Method(
        class_id=owner.id,
        name=node.name,
        line=node.lineno,
        end_line=node.end_lineno,
        args=_arguments(node.args),
        docstring=_docstring(node),
        is_abstract=not _ABSTRACT.isdisjoint(decorators(node)),
        has_pass=any(isinstance(step, ast.Pass) for step in node.body),
        has_not_implemented=any(map(_raises_not_implemented, node.body)),
        complexity=complexity(scope),
    )


def _arguments(arguments: ast.arguments) -> List[str]:
    """Return the parameters' names in order, starred as in the source."""
    stars = {arguments.vararg: "*", arguments.kwarg: "**"}
    return [stars.get(one, "") + one.arg for one in parameters(arguments)]


def _docstring(node: DefinitionNode) -> Optional[str]:
    """Return a definition's docstring as it stands, None where it has none."""
    docstring = ast.get_docstring(node, clean=False)
    return None if docstring is None else storable(docstring)


def _raises_not_implemented(step: ast.stmt) -> bool:
    """Tell whether a statement raises NotImplementedError."""
    if not isinstance(step, ast.Raise):
        return False
    raised = step.exc.func if isinstance(step.exc, ast.Call) else step.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
