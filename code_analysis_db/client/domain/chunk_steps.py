"""The operations of the pieces of files that are embedded as vectors."""

from __future__ import annotations

from typing import List, Optional

from ..object_tables import ObjectTables
from ..objects import CodeChunk
from ..repository_steps import Key, RepositorySteps
from ..steps import Steps


class ChunkSteps(RepositorySteps[CodeChunk]):
    """The operations of all stored pieces."""

    def __init__(self, tables: ObjectTables) -> None:
        """Keep pieces."""
        super().__init__(CodeChunk, tables)

    def without_vector(
        self, project_id: Key, *, limit: Optional[int] = 100
    ) -> Steps[List[CodeChunk]]:
        """Return pieces of a project that have no vector yet."""
        return self.find(
            {
                "project_id": project_id,
                "vector_id": None,
                "file_id": {"refers_to": {"deleted": False}},
            },
            order_by=["created_at", "id"],
            limit=limit,
        )
