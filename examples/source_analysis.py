"""What a Python source file defines and imports, found with ``ast``.

Statements only are looked at, with a stack of our own: nesting has no limit here.
"""

from __future__ import annotations

import ast
from typing import Iterator, List, Optional, Tuple, Union

from code_analysis_db.client.objects import (
    Class,
    File,
    FileAnalysis,
    Function,
    Import,
    IndexingError,
    Method,
)

_Definition = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ABSTRACT = ("abstractmethod", "abstractproperty")


def analyse(file: File, source: bytes) -> FileAnalysis:
    """Return what belongs to a file, or the error where it does not parse.

    The file's ``lines`` and ``has_docstring`` are filled in.
    """
    file.lines = len(source.splitlines())
    analysis = FileAnalysis(file=file)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        analysis.error = indexing_error(file, error)
        return analysis
    file.has_docstring = ast.get_docstring(tree, clean=False) is not None
    _collect(tree, analysis)
    return analysis


def indexing_error(file: File, error: Exception) -> IndexingError:
    """Return why a file could not be analysed."""
    return IndexingError(
        project_id=file.project_id,
        file_path=file.path,
        error_type=type(error).__name__,
        error_message=storable(str(error)),
    )


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL and lone surrogates."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def _collect(tree: ast.Module, analysis: FileAnalysis) -> None:
    """Put all that a module defines and imports into its analysis."""
    file = analysis.file
    pending: List[Tuple[ast.AST, Optional[Class]]] = [(tree, None)]
    while pending:
        block, owner = pending.pop()
        for node in _statements(block):
            if isinstance(node, ast.ClassDef):
                found = _class(node, file)
                analysis.classes.append(found)
                pending.append((node, found))
            elif isinstance(node, _DEFINITIONS):
                if owner is None:
                    analysis.functions.append(_function(node, file))
                else:
                    analysis.methods.append(_method(node, owner))
                pending.append((node, None))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                analysis.imports += _imports(node, file)
            else:
                pending.append((node, owner))


def _statements(block: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements directly in a block, and the clauses that hold more."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        yield from getattr(block, name, ())


def _class(node: ast.ClassDef, file: File) -> Class:
    """Return a class definition."""
    return Class(
        file_id=file.id,
        name=node.name,
        line=node.lineno,
        end_line=node.end_lineno,
        docstring=_docstring(node),
        bases=[storable(ast.unparse(base)) for base in node.bases],
    )


def _function(node: _Definition, file: File) -> Function:
    """Return a function definition."""
    return Function(
        file_id=file.id,
        name=node.name,
        line=node.lineno,
        end_line=node.end_lineno,
        args=_arguments(node.args),
        docstring=_docstring(node),
    )


def _method(node: _Definition, owner: Class) -> Method:
    """Return a method of the class ``owner``."""
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    return Method(
        class_id=owner.id,
        name=node.name,
        line=node.lineno,
        end_line=node.end_lineno,
        args=_arguments(node.args),
        docstring=_docstring(node),
        is_abstract=any(name.split(".")[-1] in _ABSTRACT for name in decorators),
        has_pass=any(isinstance(step, ast.Pass) for step in node.body),
        has_not_implemented=any(map(_raises_not_implemented, node.body)),
    )


def _imports(node: Union[ast.Import, ast.ImportFrom], file: File) -> List[Import]:
    """Return the names that a statement imports."""
    module = None
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
    return [
        Import(
            file_id=file.id,
            name=alias.name,
            module=module,
            import_type="import" if module is None else "from",
            line=node.lineno,
        )
        for alias in node.names
    ]


def _arguments(arguments: ast.arguments) -> List[str]:
    """Return the parameters' names in order, starred as in the source."""
    names = [one.arg for one in arguments.posonlyargs + arguments.args]
    names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    names += [one.arg for one in arguments.kwonlyargs]
    names += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return names


def _docstring(node: Union[ast.ClassDef, _Definition]) -> Optional[str]:
    """Return a definition's docstring as it stands, None where it has none."""
    docstring = ast.get_docstring(node, clean=False)
    return None if docstring is None else storable(docstring)


def _raises_not_implemented(step: ast.stmt) -> bool:
    """Tell whether a statement raises NotImplementedError."""
    if not isinstance(step, ast.Raise):
        return False
    raised = step.exc.func if isinstance(step.exc, ast.Call) else step.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
