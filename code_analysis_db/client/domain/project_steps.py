"""The operations of projects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, Optional, Union

from ..asking import ask
from ..batch_operations import BatchHandle, BatchOperations
from ..mapping.table_model import table_model
from ..object_tables import ObjectTables
from ..objects import (
    AstTree,
    CodeChunk,
    CodeContent,
    CodeDuplicate,
    ComprehensiveAnalysisResult,
    CstTree,
    DuplicateOccurrence,
    EntityCrossRef,
    File,
    IndexingError,
    Project,
    ProjectStatistics,
    VectorIndexEntry,
)
from ..repository_steps import Key
from ..steps import Steps
from .code_figures import CodeFigures
from .file_purge import purge_files
from .marked_steps import MarkedSteps

_NUMBER = {"number": ("count", "*")}
_OF_FILES = {**_NUMBER, "lines": ("sum", "lines"), "latest": ("max", "last_modified")}
_PIECE = 100


class ProjectSteps(MarkedSteps[Project]):
    """The operations of all stored projects."""

    def __init__(self, tables: ObjectTables) -> None:
        """Keep projects."""
        super().__init__(Project, tables)

    def get_by_path(self, root_path: str) -> Steps[Optional[Project]]:
        """Return the project in a folder."""
        found = yield from self.find({"root_path": root_path})
        return found[0] if found else None

    def purge(self, *, older_than: timedelta = timedelta()) -> Steps[int]:
        """Delete the projects that are marked deleted, and what belongs to them."""
        yield from self.tables.ensure(Project, File)
        where = self._set_aside(older_than)
        purged = 0
        while True:
            keys = yield from self._keys(where, _PIECE)
            if not keys:
                return purged
            for key in keys:
                project = {"id": key, **where}
                yield from purge_files(
                    {"project_id": {"eq": key, "refers_to": project}}
                )
                purged += yield from ask(lambda rpc: rpc.delete(self._name, project))

    def statistics(
        self, target: Union[Project, Key]
    ) -> Steps[Optional[ProjectStatistics]]:
        """Count what is stored of a project."""
        key = self._key_of(target)
        yield from self.tables.ensure(Project)
        batch = BatchOperations()
        found = batch.count(self._name, {"id": key})
        of_project = {"project_id": key}
        kept = {**of_project, "deleted": False}
        of_files = {"file_id": {"refers_to": kept}}
        files = batch.aggregate(_name(File), _OF_FILES, kept)
        code = CodeFigures(batch, of_files["file_id"])
        duplicates = {"duplicate_id": {"refers_to": of_project}}
        conditions: Dict[str, Any] = {
            "deleted_files": (File, {**of_project, "deleted": True}),
            "pending_files": (File, {**kept, "content_hash": None}),
            "code_content": (CodeContent, of_files),
            "ast_trees": (AstTree, of_files),
            "cst_trees": (CstTree, of_files),
            "cross_refs": (EntityCrossRef, of_files),
            "comprehensive_results": (ComprehensiveAnalysisResult, of_files),
            "chunks": (CodeChunk, of_files),
            "chunks_without_vector": (
                CodeChunk,
                {**of_project, "vector_id": None, **of_files},
            ),
            "vectors": (VectorIndexEntry, of_project),
            "duplicates": (CodeDuplicate, of_project),
            "duplicate_occurrences": (DuplicateOccurrence, duplicates),
            "indexing_errors": (IndexingError, of_project),
        }
        counts: Dict[str, BatchHandle[int]] = {
            name: batch.count(_name(cls), where)
            for name, (cls, where) in conditions.items()
        }
        yield from batch.steps()
        if not found.result:
            return None
        (row,) = files.result
        return ProjectStatistics(
            code=code.result(row["lines"] or 0),
            files=row["number"],
            last_modified=row["latest"],
            **{name: count.result for name, count in counts.items()},
        )


def _name(cls: type) -> str:
    """Return the name of a class's table."""
    return table_model(cls).name
