"""The pieces of code that occur more than once, in an event loop."""

from __future__ import annotations

from typing import List

from ...domain.duplicate_steps import DuplicateSteps
from ...objects import CodeDuplicate, DuplicateGroup
from ...repository_steps import Key
from ..repository import AsyncRepository


class AsyncDuplicateRepository(AsyncRepository[CodeDuplicate]):
    """All stored duplicates."""

    steps: DuplicateSteps

    async def similar(
        self, project_id: Key, minimum: float = 0.0
    ) -> List[DuplicateGroup]:
        """Return a project's duplicates with their occurrences, most alike first. See
        :meth:`.DuplicateRepository.similar`."""
        return await self._run(self.steps.similar(project_id, minimum))
