"""The saving of all that analyses found in files, as one message.

What an analysis found replaces what the one before had found, as a whole: readers see
the old or the new, never a part.  Doing it twice is the same as doing it once, so that
a caller who does not know the outcome simply repeats it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, DefaultDict, Dict, List, Sequence, Tuple, Type

from ...exceptions import (
    ForeignKeyViolationError,
    ProjectGoneError,
    UniqueViolationError,
)
from ..batch_operations import BatchOperations
from ..mapping.table_model import table_model
from ..object_mapper import mapper_of
from ..objects import DuplicateOccurrence, File, FileAnalysis, IndexingError
from ..steps import Steps
from .analysis_part import PARTS, checked_parts, owned_columns

_FILES = table_model(File).name
_ERRORS = table_model(IndexingError).name
_ATTEMPTS = 10
# The lines of a duplicate are those of the text before.
_OWNED = {**owned_columns(), table_model(DuplicateOccurrence).name: "file_id"}


def save_analyses(analyses: Sequence[FileAnalysis]) -> Steps[None]:
    """Store files and all that belongs to them in place of what was known of them.

    Raises:
        ProjectGoneError: the project of a file is not there (any more).
    """
    stored = [(mapper_of(cls), objects) for cls, objects in _parts(analyses)]
    for mapper, objects in stored:
        mapper.touch(objects)
    blocks = [mapper.to_block(objects) for mapper, objects in stored]
    batch = BatchOperations()
    _delete_former(batch, [analysis.file for analysis in analyses])
    for (mapper, _), block in zip(stored, blocks):
        if mapper.table_name == _FILES:
            batch.upsert_many(_FILES, block.to_dicts())
        else:
            batch.insert_block(mapper.table_name, mapper.to_sent(block))
    try:
        yield from _done(batch)
    except ForeignKeyViolationError as error:
        if error.table != _FILES:
            raise
        raise _project_gone(analyses, error) from error
    for (mapper, objects), block in zip(stored, blocks):
        mapper.stored_block(objects, block)


def _done(batch: BatchOperations) -> Steps[None]:
    """Have the operations done.

    Others may save a new file under the same path between our look at the path and our
    insert; nothing of ours was applied then, and the second look sees theirs.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return (yield from batch.steps())
        except UniqueViolationError as error:
            if error.table != _FILES:
                raise
    yield from batch.steps()


def _parts(
    analyses: Sequence[FileAnalysis],
) -> List[Tuple[Type[Any], Sequence[Any]]]:
    """Return what is to be stored by class, what is referred to first.

    Raises:
        InvalidValueError: a part belongs to another file.
    """
    found: Dict[Type[Any], List[Any]] = {File: [a.file for a in analyses]}
    found.update((part.cls, []) for part in PARTS)
    for analysis in analyses:
        for part, objects in checked_parts(analysis):
            found[part.cls] += objects
    found[IndexingError] = [a.error for a in analyses if a.error is not None]
    return [(cls, objects) for cls, objects in found.items() if objects]


def _delete_former(batch: BatchOperations, files: Sequence[File]) -> None:
    """Delete what was known of files: what belonged to them, and other files under
    their paths."""
    ids = _one_or_all([file.id for file in files])
    paths: DefaultDict[Any, List[str]] = defaultdict(list)
    for file in files:
        paths[file.project_id].append(file.path)
    for project_id, here in paths.items():
        project = {"project_id": project_id}
        others = {**project, "path": _one_or_all(here), "not": {"id": ids}}
        batch.delete(_FILES, others)
        batch.delete(_ERRORS, {**project, "file_path": _one_or_all(here)})
    for table_name, column in _OWNED.items():
        batch.delete(table_name, {column: ids})


def _one_or_all(values: List[Any]) -> Any:
    """Return what the ``where`` grammar asks for any of the values by; for one there
    is a simpler statement."""
    return values[0] if len(values) == 1 else values


def _project_gone(
    analyses: Sequence[FileAnalysis], error: ForeignKeyViolationError
) -> ProjectGoneError:
    """Return the error that says which project is gone."""
    projects = sorted({str(analysis.file.project_id) for analysis in analyses})
    paths = [analysis.file.path for analysis in analyses]
    project = f"project {projects[0]!r}"
    if len(projects) > 1:
        project = f"one of the projects {projects}"
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return ProjectGoneError(
        f"{project} is gone, it was deleted before file {paths[0]!r}{more} could be"
        " saved; nothing was stored",
        table=error.table,
        column="project_id",
        constraint=error.constraint,
        database_code=error.database_code,
    )
