"""The operations of the texts that can be searched."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence
from uuid import UUID

from ..asking import ask
from ..batch_operations import BatchOperations
from ..mapping.table_model import table_model
from ..object_mapper import mapper_of
from ..object_tables import ObjectTables
from ..objects import Class, CodeContent, File, Function, Method, SearchHit
from ..repository_steps import Key, RepositorySteps
from ..steps import Steps
from ...rows import Row

_FILES = mapper_of(File)
_COLUMNS = ["id", "file_id", "entity_type", "entity_id", "entity_name"]
_TEXT = "content"
_PLACED = tuple(table_model(cls).name for cls in (Class, Method, Function))


class ContentSteps(RepositorySteps[CodeContent]):
    """The operations of all stored texts."""

    def __init__(self, tables: ObjectTables) -> None:
        """Keep texts."""
        super().__init__(CodeContent, tables)

    def search(
        self,
        query: str,
        *,
        project_id: Optional[Key] = None,
        kinds: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
    ) -> Steps[List[SearchHit]]:
        """Find texts by their words."""
        file: Dict[str, Any] = {"deleted": False}
        if project_id is not None:
            file["project_id"] = project_id
        where: Dict[str, Any] = {"file_id": {"refers_to": file}}
        if kinds is not None:
            where["entity_type"] = list(kinds)
        yield from self.tables.ensure(CodeContent)
        rows = yield from ask(
            lambda rpc: rpc.search(
                self._name,
                query,
                where=where,
                columns=_COLUMNS,
                limit=limit,
                offset=offset,
            )
        )
        return (yield from _located(rows))


def _located(rows: Sequence[Row]) -> Steps[List[SearchHit]]:
    """Return what was found with its files and its lines in them.

    A file that was deleted since the search is left out.
    """
    batch = BatchOperations()
    file_ids = list({row["file_id"] for row in rows})
    entity_ids = list({row["entity_id"] for row in rows} - {None})
    if not file_ids:
        return []
    found = batch.select(_FILES.table_name, {"id": file_ids}, _FILES.columns)
    placed = [
        batch.select(name, {"id": entity_ids}, ["id", "line"])
        for name in _PLACED
        if entity_ids
    ]
    yield from batch.steps()
    files = {file.id: file for file in _FILES.from_rows(found.result)}
    lines: Dict[UUID, int] = {
        row["id"]: row["line"] for handle in placed for row in handle.result
    }
    return [
        _hit(row, files[row["file_id"]], lines.get(row["entity_id"], 1))
        for row in rows
        if row["file_id"] in files
    ]


def _hit(row: Mapping[str, Any], file: File, first_line: int) -> SearchHit:
    """Return a found row whose text starts at a line of the file."""
    snippet = row["snippet"] or {}
    line = first_line
    if snippet.get("column") == _TEXT:
        line += snippet["line"] - 1
    return SearchHit(
        file=file,
        line=line,
        text=snippet.get("text", ""),
        ranges=[(start, end) for start, end in snippet.get("ranges", ())],
        rank=row["rank"],
        content_id=row["id"],
        entity_type=row["entity_type"],
        entity_id=row["entity_id"],
        entity_name=row["entity_name"],
    )
