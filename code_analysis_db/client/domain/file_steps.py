"""The operations of files, the saving of all that an analysis found in one included."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any, DefaultDict, Dict, Iterable, List, Mapping, Optional, Union
from uuid import UUID

from ..asking import ask
from ..batch_operations import BatchOperations
from ..object_mapper import mapper_of
from ..object_tables import ObjectTables
from ..objects import (
    Class,
    ClassStructure,
    CodeStatistics,
    File,
    FileAnalysis,
    FileChanges,
    FileState,
    FileStructure,
    Function,
    Import,
    IndexingError,
    Method,
)
from ..repository_steps import Key
from ..steps import Steps
from .analysis_saving import save_analyses
from .code_figures import CodeFigures
from .file_purge import purge_files
from .marked_steps import MarkedSteps

# Of most files nothing else is needed: they have not changed.
_SEEN = ["id", "path", "last_modified", "content_hash", "deleted"]
_IN_ORDER = ["line", "id"]


class FileSteps(MarkedSteps[File]):
    """The operations of all stored files."""

    def __init__(self, tables: ObjectTables) -> None:
        """Keep files."""
        super().__init__(File, tables)

    def get_by_path(self, project_id: Key, path: str) -> Steps[Optional[File]]:
        """Return a project's file."""
        found = yield from self.find({"project_id": project_id, "path": path})
        return found[0] if found else None

    def save_analysis(self, analysis: FileAnalysis) -> Steps[File]:
        """Store a file and all that belongs to it in place of what was known of it."""
        yield from self.save_analyses([analysis])
        return analysis.file

    def save_analyses(self, analyses: Iterable[FileAnalysis]) -> Steps[List[File]]:
        """Store files and all that belongs to them in place of what was known."""
        saved = list(analyses)
        yield from self.tables.ensure(File)
        if saved:
            yield from save_analyses(saved)
        return [analysis.file for analysis in saved]

    # --- what is to be done ----------------------------------------------------------

    def needing_analysis(
        self, project_id: Key, states: Mapping[str, FileState]
    ) -> Steps[FileChanges]:
        """Compare a project's files with what is stored of them."""
        yield from self.tables.ensure(File)
        where = {"project_id": project_id}
        rows = yield from ask(lambda rpc: rpc.select(self._name, where, _SEEN))
        stored = {row["path"]: row for row in rows}
        changed = [
            row["id"]
            for path, row in stored.items()
            if path in states and _has_changed(row, *states[path])
        ]
        gone = [
            row["id"]
            for path, row in stored.items()
            if path not in states and not row["deleted"]
        ]
        changes = FileChanges(new=[path for path in states if path not in stored])
        if changed or gone:
            files = yield from self.find({"id": changed + gone}, order_by="path")
            missing = set(gone)
            changes.gone = [file for file in files if file.id in missing]
            changes.changed = [file for file in files if file.id not in missing]
        for file in changes.changed:
            file.deleted = False
        return changes

    def pending(self, project_id: Key, *, limit: int = 10) -> Steps[List[File]]:
        """Return files that were not analysed yet."""
        return self.find(
            {"project_id": project_id, "deleted": False, "content_hash": None},
            order_by=["updated_at", "id"],
            limit=limit,
        )

    def purge(
        self,
        project_id: Optional[Key] = None,
        *,
        older_than: timedelta = timedelta(),
    ) -> Steps[int]:
        """Delete the files that are marked deleted, with all that belongs to them."""
        yield from self.tables.ensure(File, IndexingError)
        where = self._set_aside(older_than)
        if project_id is not None:
            where["project_id"] = project_id
        return (yield from purge_files(where))

    # --- what is in a file -----------------------------------------------------------

    def structure(self, target: Union[File, Key]) -> Steps[Optional[FileStructure]]:
        """Return what a file defines and imports."""
        key = self._key_of(target)
        yield from self.tables.ensure(File)
        batch = BatchOperations()
        of_file = {"file_id": key}
        conditions: Dict[Any, Any] = {
            Import: of_file,
            Class: of_file,
            Function: of_file,
            Method: {"class_id": {"refers_to": of_file}},
        }
        file = batch.select(self._name, {"id": key}, self.mapper.columns)
        handles = {
            cls: batch.select(
                mapper_of(cls).table_name,
                where,
                mapper_of(cls).columns,
                order_by=_IN_ORDER,
            )
            for cls, where in conditions.items()
        }
        yield from batch.steps()
        if not file.result:
            return None
        found: Dict[Any, List[Any]] = {
            cls: mapper_of(cls).from_rows(handle.result)
            for cls, handle in handles.items()
        }
        methods: DefaultDict[UUID, List[Method]] = defaultdict(list)
        for method in found[Method]:
            methods[method.class_id].append(method)
        return FileStructure(
            file=self.mapper.from_rows(file.result)[0],
            imports=found[Import],
            classes=[
                ClassStructure(definition=cls, methods=methods[cls.id])
                for cls in found[Class]
            ],
            functions=found[Function],
        )

    def statistics(self, target: Union[File, Key]) -> Steps[Optional[CodeStatistics]]:
        """Count what a file defines."""
        key = self._key_of(target)
        yield from self.tables.ensure(File)
        batch = BatchOperations()
        file = batch.select(self._name, {"id": key}, ["lines"])
        figures = CodeFigures(batch, key)
        yield from batch.steps()
        if not file.result:
            return None
        return figures.result(file.result[0]["lines"] or 0)


def _has_changed(
    row: Mapping[str, Any], modified: Optional[float], content_hash: Optional[str]
) -> bool:
    """Tell whether a stored file is another than what is seen of it now.

    The digest decides where there is one: a file may be touched and stay the same.
    """
    if row["deleted"]:
        return True
    if content_hash is not None:
        return bool(row["content_hash"] != content_hash)
    return modified is None or bool(row["last_modified"] != modified)
