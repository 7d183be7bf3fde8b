"""The saving of all that an analysis found in a file, as one message.

What an analysis found replaces what the one before had found, as a whole: readers see
the old or the new, never a part.  Doing it twice is the same as doing it once, so that
a caller who does not know the outcome simply repeats it.
"""

from __future__ import annotations

from collections import deque
from typing import Any, List, Sequence, Tuple, Type

from ...exceptions import ForeignKeyViolationError, ProjectGoneError
from ...rows import Row
from ..batch_operations import BatchOperations
from ..mapping.table_model import table_model
from ..object_mapper import mapper_of
from ..objects import DuplicateOccurrence, File, FileAnalysis, IndexingError
from ..steps import Steps
from .analysis_part import checked_parts, owned_columns

_Stored = Tuple[Type[Any], Sequence[Any], List[Row]]
"""Objects of a class, and the rows that they are stored as."""

_FILES = mapper_of(File)
_ERRORS = mapper_of(IndexingError)
# The lines of a duplicate are those of the text before.
_OWNED = {**owned_columns(), table_model(DuplicateOccurrence).name: "file_id"}


def save_analysis(analysis: FileAnalysis) -> Steps[None]:
    """Store a file and all that belongs to it in place of what was known of it.

    Raises:
        ProjectGoneError: the file's project is not there (any more).
    """
    batch, stored = _replacement(analysis)
    try:
        yield from batch.steps()
    except ForeignKeyViolationError as error:
        if error.table != _FILES.table_name:
            raise
        file = analysis.file
        raise ProjectGoneError(
            f"project {str(file.project_id)!r} is gone, it was deleted before file"
            f" {file.path!r} was saved; nothing was stored",
            table=error.table,
            column="project_id",
            constraint=error.constraint,
            database_code=error.database_code,
        ) from error
    for cls, objects, rows in stored:
        deque(map(mapper_of(cls).stored, objects, rows), maxlen=0)


def _replacement(analysis: FileAnalysis) -> Tuple[BatchOperations, List[_Stored]]:
    """Return the operations that put an analysis in place of the one before, and what
    they store."""
    parts = checked_parts(analysis)
    file = analysis.file
    project = {"project_id": file.project_id}
    batch = BatchOperations()
    _FILES.touch([file])
    batch.delete(
        _FILES.table_name, {**project, "path": file.path, "id": {"neq": file.id}}
    )
    row = _FILES.to_row(file)
    stored: List[_Stored] = [(File, [file], [row])]
    batch.upsert(_FILES.table_name, row)
    for table_name, column in _OWNED.items():
        batch.delete(table_name, {column: file.id})
    batch.delete(_ERRORS.table_name, {**project, "file_path": file.path})
    for part, objects in parts:
        mapper = mapper_of(part.cls)
        mapper.touch(objects)
        rows = mapper.to_rows(objects)
        stored.append((part.cls, objects, rows))
        batch.insert_many(mapper.table_name, rows)
    if analysis.error is not None:
        row = _ERRORS.to_row(analysis.error)
        stored.append((IndexingError, [analysis.error], [row]))
        batch.insert(_ERRORS.table_name, row)
    return batch, stored
