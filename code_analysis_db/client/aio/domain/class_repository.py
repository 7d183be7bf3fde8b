"""The classes that files define, in an event loop."""

from __future__ import annotations

from typing import Optional, Union

from ...domain.definition_steps import ClassSteps
from ...objects import Class, ClassStructure
from ...repository_steps import Key
from .definition_repository import AsyncDefinitionRepository


class AsyncClassRepository(AsyncDefinitionRepository[Class]):
    """All stored classes."""

    steps: ClassSteps

    async def with_methods(self, target: Union[Class, Key]) -> Optional[ClassStructure]:
        """Return a class, given itself or by its key, and its methods as they are
        stored at one moment; None where it is gone."""
        return await self._run(self.steps.with_methods(target))
