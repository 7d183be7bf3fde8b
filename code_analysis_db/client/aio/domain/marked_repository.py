"""The repository of objects that are set aside before they go, in an event loop."""

from __future__ import annotations

from typing import TypeVar, Union

from ...domain.marked_steps import MarkedSteps
from ...repository_steps import Key
from ..repository import AsyncRepository

T = TypeVar("T")


class AsyncMarkedRepository(AsyncRepository[T]):
    """All stored objects of a class with the attribute ``deleted``."""

    steps: MarkedSteps[T]

    async def mark_deleted(self, *targets: Union[T, Key]) -> int:
        """Set objects aside, given themselves or by their keys. See
        :meth:`.MarkedRepository.mark_deleted`."""
        return await self._run(self.steps.mark_deleted(*targets))

    async def restore(self, *targets: Union[T, Key]) -> int:
        """Take back objects that were marked deleted, and return how many they were."""
        return await self._run(self.steps.restore(*targets))
