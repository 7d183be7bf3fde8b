"""The pieces of files that are embedded as vectors, in an event loop."""

from __future__ import annotations

from typing import List, Optional

from ...domain.chunk_steps import ChunkSteps
from ...objects import CodeChunk
from ...repository_steps import Key
from ..repository import AsyncRepository


class AsyncChunkRepository(AsyncRepository[CodeChunk]):
    """All stored pieces."""

    steps: ChunkSteps

    async def without_vector(
        self, project_id: Key, *, limit: Optional[int] = 100
    ) -> List[CodeChunk]:
        """Return pieces of a project that have no vector yet, the oldest first. See
        :meth:`.ChunkRepository.without_vector`."""
        return await self._run(self.steps.without_vector(project_id, limit=limit))
