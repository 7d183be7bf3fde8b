"""The files, and the saving of all that an analysis found in one.

A file's analysis replaces the one before as a whole, in one message: readers see the
old or the new one, never a part.  Doing it twice is the same as doing it once, so that
a caller who does not know the outcome simply repeats it.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Set, Tuple, Type

from ..exceptions import InvalidValueError
from .object_mapper import mapper_of
from .object_tables import ObjectTables
from .objects import (
    Class,
    File,
    FileAnalysis,
    Function,
    Import,
    IndexingError,
    Method,
)
from .repository import Repository
from .mapping.table_model import table_model
from .session import Session

# What belongs to a file: the attribute of a FileAnalysis and the class of its members,
# what is referred to first.
_PARTS: Tuple[Tuple[str, Type[Any]], ...] = (
    ("classes", Class),
    ("methods", Method),
    ("functions", Function),
    ("imports", Import),
)


class FileRepository(Repository[File]):
    """All stored files."""

    def __init__(self, session: Session, tables: ObjectTables) -> None:
        """Keep files through ``session``."""
        super().__init__(File, session, tables)

    def save_analysis(self, analysis: FileAnalysis) -> File:
        """Store a file and all that belongs to it in place of what was known of it.

        Atomic and idempotent.  What was stored under the file's project and path goes,
        whatever its id was, and so does the file's last indexing error.

        Raises:
            ForeignKeyViolationError: the project does not exist (any more); nothing
                was stored.
            InvalidValueError: a part belongs to another file.
            OutcomeUnknownError: the reply was lost; call it again.
        """
        _check_membership(analysis)
        self._tables.ensure(IndexingError, *(cls for _, cls in _PARTS))
        file = analysis.file
        self._mapper.touch([file])
        errors = mapper_of(IndexingError)
        project = {"project_id": file.project_id}
        with self._session.batch() as batch:
            batch.delete(
                self._mapper.table_name,
                {**project, "path": file.path, "id": {"neq": file.id}},
            )
            batch.upsert(self._mapper.table_name, self._mapper.to_row(file))
            for table_name, column in _owned_tables():
                batch.delete(table_name, {column: file.id})
            batch.delete(errors.table_name, {**project, "file_path": file.path})
            for attribute, cls in _PARTS:
                objects = getattr(analysis, attribute)
                if objects:
                    mapper = mapper_of(cls)
                    batch.insert_many(mapper.table_name, mapper.to_rows(objects))
            if analysis.error is not None:
                batch.insert_many(errors.table_name, errors.to_rows([analysis.error]))
        return file


def _owned_tables() -> Iterator[Tuple[str, str]]:
    """Yield the tables whose rows refer to a file, each with the column that does;
    what refers to those rows goes with them."""
    for _, cls in _PARTS:
        model = table_model(cls)
        column = model.reference_to(File)
        if column is not None:
            yield model.name, column


def _check_membership(analysis: FileAnalysis) -> None:
    """Refuse parts that refer to anything but the file and its other parts.

    Raises:
        InvalidValueError: a part belongs elsewhere.
    """
    members: Dict[Type[Any], Set[Any]] = {File: {analysis.file.id}}
    for attribute, cls in _PARTS:
        objects = getattr(analysis, attribute)
        for column, reference in table_model(cls).references:
            owners = members[reference.target]
            for obj in objects:
                owner = getattr(obj, column.name)
                if owner not in owners:
                    raise InvalidValueError(
                        f"{cls.__name__} {obj.name!r}: {column.name}={str(owner)!r} is"
                        f" none of those saved with file {analysis.file.path!r}",
                        table=table_model(cls).name,
                        column=column.name,
                    )
        members[cls] = {obj.id for obj in objects}
