"""The operations of duplicates."""

from __future__ import annotations

from collections import defaultdict
from typing import DefaultDict, List
from uuid import UUID

from ..batch_operations import BatchOperations
from ..object_mapper import mapper_of
from ..object_tables import ObjectTables
from ..objects import CodeDuplicate, DuplicateGroup, DuplicateOccurrence
from ..repository_steps import Key, RepositorySteps
from ..steps import Steps

_OCCURRENCES = mapper_of(DuplicateOccurrence)


class DuplicateSteps(RepositorySteps[CodeDuplicate]):
    """The operations of all stored duplicates."""

    def __init__(self, tables: ObjectTables) -> None:
        """Keep duplicates."""
        super().__init__(CodeDuplicate, tables)

    def similar(
        self, project_id: Key, minimum: float = 0.0
    ) -> Steps[List[DuplicateGroup]]:
        """Return a project's duplicates with their occurrences."""
        yield from self.tables.ensure(CodeDuplicate)
        where = {"project_id": project_id, "similarity": {"gte": minimum}}
        batch = BatchOperations()
        duplicates = batch.select(
            self._name,
            where,
            self.mapper.columns,
            order_by=[("similarity", "DESC"), "id"],
        )
        occurrences = batch.select(
            _OCCURRENCES.table_name,
            {"duplicate_id": {"refers_to": where}},
            _OCCURRENCES.columns,
            order_by=["file_id", "start_line", "id"],
        )
        yield from batch.steps()
        places: DefaultDict[UUID, List[DuplicateOccurrence]] = defaultdict(list)
        for occurrence in _OCCURRENCES.from_rows(occurrences.result):
            places[occurrence.duplicate_id].append(occurrence)
        return [
            DuplicateGroup(duplicate=duplicate, occurrences=places[duplicate.id])
            for duplicate in self.mapper.from_rows(duplicates.result)
        ]
