"""The parts of a file's analysis: how each is stored, and what it may refer to."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Collection, Dict, List, Mapping, Sequence, Set, Tuple, Type

import attrs

from ...exceptions import InvalidValueError
from ..mapping.table_model import TableModel, table_model
from ..objects import (
    AstTree,
    Class,
    CodeChunk,
    CodeContent,
    ComprehensiveAnalysisResult,
    CstTree,
    EntityCrossRef,
    File,
    FileAnalysis,
    Function,
    Import,
    Issue,
    Method,
    Project,
    Usage,
)

Members = Dict[Type[Any], Set[Any]]
"""The ids that the parts of one analysis may refer to, by class."""


@attrs.frozen
class AnalysisPart:
    """One kind of objects in an analysis.

    Attributes:
        attribute: where a :class:`FileAnalysis` has them: a list, or one or None.
        cls: their class.
        free: the columns that may refer to what belongs to other files.
    """

    attribute: str
    cls: Type[Any]
    free: Collection[str] = ()
    model: TableModel = attrs.field(init=False)

    @model.default
    def _find_model(self) -> TableModel:
        """Return the table of the class."""
        return table_model(self.cls)

    @property
    def file_column(self) -> str:
        """The column that refers to the file; "" where it does by way of another
        part, with which it goes."""
        return self.model.reference_to(File) or ""

    def objects_of(self, analysis: FileAnalysis) -> Sequence[Any]:
        """Return the objects of an analysis."""
        found = getattr(analysis, self.attribute)
        if isinstance(found, list):
            return found
        return () if found is None else (found,)

    def check(self, objects: Sequence[Any], members: Members, path: str) -> None:
        """Refuse objects that refer to anything but the file's own.

        Raises:
            InvalidValueError: one belongs elsewhere; it would not be replaced when the
                file is analysed again.
        """
        for column, reference in self.model.references:
            if column.name in self.free:
                continue
            allowed = members[reference.target]
            used = set(map(attrgetter(column.name), objects))
            if reference.target is not File:
                used.discard(None)
            if not used <= allowed:
                stray = (used - allowed).pop()
                raise InvalidValueError(
                    f"a {self.cls.__name__} of the analysis has {column.name}="
                    f"{None if stray is None else str(stray)!r}, which is none of those"
                    f" saved with file {path!r}",
                    table=self.model.name,
                    column=column.name,
                )


#: What is referred to comes first.
PARTS: Tuple[AnalysisPart, ...] = (
    AnalysisPart("classes", Class),
    AnalysisPart("methods", Method),
    AnalysisPart("functions", Function),
    AnalysisPart("imports", Import),
    AnalysisPart("usages", Usage),
    AnalysisPart("issues", Issue),
    AnalysisPart("code_content", CodeContent),
    AnalysisPart("ast_tree", AstTree),
    AnalysisPart("cst_tree", CstTree),
    AnalysisPart("code_chunks", CodeChunk),
    AnalysisPart(
        "cross_refs",
        EntityCrossRef,
        free=("callee_class_id", "callee_method_id", "callee_function_id"),
    ),
    AnalysisPart("comprehensive_result", ComprehensiveAnalysisResult),
)


def checked_parts(
    analysis: FileAnalysis,
) -> List[Tuple[AnalysisPart, Sequence[Any]]]:
    """Return the parts that an analysis has, each with its objects.

    Raises:
        InvalidValueError: one of them belongs to another file.
    """
    file = analysis.file
    members: Members = {File: {file.id}, Project: {file.project_id}}
    found: List[Tuple[AnalysisPart, Sequence[Any]]] = []
    for part in PARTS:
        objects = part.objects_of(analysis)
        if objects:
            part.check(objects, members, file.path)
            found.append((part, objects))
        if part.cls in _REFERRED:
            members[part.cls] = {obj.id for obj in objects}
    return found


_REFERRED = frozenset(
    reference.target for part in PARTS for _, reference in part.model.references
)


def owned_columns() -> Mapping[str, str]:
    """Return the tables whose rows refer to a file, each with the column that does,
    in the order in which they are emptied: what is referred to last."""
    return {
        part.model.name: part.file_column
        for part in reversed(PARTS)
        if part.file_column
    }
