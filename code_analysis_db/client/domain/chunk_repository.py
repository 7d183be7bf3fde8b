"""The pieces of files that are embedded as vectors."""

from __future__ import annotations

from typing import List, Optional

from ..objects import CodeChunk
from ..repository import Repository
from ..repository_steps import Key
from .chunk_steps import ChunkSteps


class ChunkRepository(Repository[CodeChunk]):
    """All stored pieces."""

    steps: ChunkSteps

    def without_vector(
        self, project_id: Key, *, limit: Optional[int] = 100
    ) -> List[CodeChunk]:
        """Return pieces of a project that have no vector yet, the oldest first.

        Those of files that are marked deleted are left out.

        Args:
            limit: the most to return; None for all.
        """
        return self._run(self.steps.without_vector(project_id, limit=limit))
