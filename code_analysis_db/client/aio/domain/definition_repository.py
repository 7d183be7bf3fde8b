"""What files define: classes, methods and functions, in an event loop."""

from __future__ import annotations

from typing import List, Optional, TypeVar

from ...domain.definition_steps import DefinitionSteps
from ...repository_steps import Key
from ..repository import AsyncRepository

T = TypeVar("T")


class AsyncDefinitionRepository(AsyncRepository[T]):
    """All stored definitions of one kind."""

    steps: DefinitionSteps[T]

    async def search(
        self,
        pattern: str,
        *,
        project_id: Optional[Key] = None,
        case_sensitive: bool = False,
        limit: Optional[int] = None,
    ) -> List[T]:
        """Return definitions by their names, in the order of these. See
        :meth:`.DefinitionRepository.search`."""
        return await self._run(
            self.steps.search(
                pattern,
                project_id=project_id,
                case_sensitive=case_sensitive,
                limit=limit,
            )
        )
