"""The texts of files and definitions, which can be searched, in an event loop."""

from __future__ import annotations

from typing import List, Optional, Sequence

from ...domain.content_steps import ContentSteps
from ...objects import CodeContent, SearchHit
from ...repository_steps import Key
from ..repository import AsyncRepository


class AsyncContentRepository(AsyncRepository[CodeContent]):
    """All stored texts."""

    steps: ContentSteps

    async def search(
        self,
        query: str,
        *,
        project_id: Optional[Key] = None,
        kinds: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
    ) -> List[SearchHit]:
        """Return the texts that a query finds, the best first. See
        :meth:`.ContentRepository.search`."""
        return await self._run(
            self.steps.search(
                query, project_id=project_id, kinds=kinds, limit=limit, offset=offset
            )
        )
