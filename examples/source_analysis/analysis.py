"""All that is found in one file."""

from __future__ import annotations

import ast
from typing import Dict, Iterator

from code_analysis_db.objects import (
    Class,
    File,
    FileAnalysis,
    Function,
    Import,
    IndexingError,
    Method,
)

from .binding import Bindings, imported_module
from .content import content
from .entity import entity_of
from .issue import issues
from .scope import Scope, scopes
from .source_text import SourceText, storable
from .usage import usages


def analyse(file: File, source: bytes) -> FileAnalysis:
    """Return what belongs to a file, or the error where it does not parse.

    The file's ``lines`` and ``has_docstring`` are filled in.
    """
    file.lines = len(source.splitlines())
    analysis = FileAnalysis(file=file)
    try:
        text = SourceText(source)
        tree = ast.parse(text.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        analysis.error = indexing_error(file, error)
        return analysis
    file.has_docstring = ast.get_docstring(tree, clean=False) is not None
    _collect(tree, text, analysis)
    return analysis


def indexing_error(file: File, error: Exception) -> IndexingError:
    """Return why a file could not be analysed."""
    return IndexingError(
        project_id=file.project_id,
        file_path=file.path,
        error_type=type(error).__name__,
        error_message=storable(str(error)),
    )


def _collect(tree: ast.Module, source: SourceText, analysis: FileAnalysis) -> None:
    """Put all that is in a module into its analysis."""
    file = analysis.file
    classes: Dict[Scope, Class] = {}
    bindings: Dict[Scope, Bindings] = {}
    for scope in scopes(tree):
        around = None if scope.parent is None else bindings[scope.parent]
        bindings[scope] = Bindings(scope, around)
        owner = None if scope.owner is None else classes[scope.owner]
        entity = entity_of(scope, file, source, owner)
        if isinstance(entity.stored, Class):
            classes[scope] = entity.stored
            analysis.classes.append(entity.stored)
        elif isinstance(entity.stored, Method):
            analysis.methods.append(entity.stored)
        elif isinstance(entity.stored, Function):
            analysis.functions.append(entity.stored)
        analysis.imports += _imports(scope, file)
        analysis.usages += usages(scope, bindings[scope], file.id)
        analysis.issues += issues(entity, file)
        text = content(entity, source, file.id)
        if text is not None:
            analysis.code_content.append(text)


def _imports(scope: Scope, file: File) -> Iterator[Import]:
    """Yield the names that are imported in a scope."""
    for node in scope.nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = imported_module(node) if isinstance(node, ast.ImportFrom) else None
            for alias in node.names:
                yield Import(
                    file_id=file.id,
                    name=alias.name,
                    module=module,
                    import_type="import" if module is None else "from",
                    line=node.lineno,
                )
